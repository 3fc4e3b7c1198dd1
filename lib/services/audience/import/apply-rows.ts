import { v7 as uuidv7 } from "uuid";
import { type ApplyMode, applyBatch, noteSuppressed, readBatch } from "@/db/audience/apply-rows";
import { advanceImport, type ImportRow, lockBatch } from "@/db/audience/imports";
import { holdReferences } from "@/db/audience/recipients";
import { suppress } from "@/db/audience/suppressions";
import { insertTag, resolveTags } from "@/db/audience/tags";
import type { Tx } from "@/db/client";
import { audit } from "@/lib/services/audit";
import type { Context } from "@/lib/services/context";
import { batchTransaction, endImport, FileError, type ImportWork, NoLongerMine, optionsOf } from "./import-work";
import type { FoundFile } from "./stored-file";

const BATCH = 10_000;

/** What a suppression names as its source: an undoing takes back those alone. */
export const sourceOf = (importId: string): string => `import ${importId}`;

/** Brings recipients to what the staged rows say, batch by batch. */
export async function applyRows(work: ImportWork): Promise<ImportRow> {
  const { ctx, row, token } = work;
  const mode = applyModeOf(row);
  let cursor = row.cursor;
  for (;;) {
    const { to, ended } = await batchTransaction(ctx, (tx) => applyNext(work, tx, mode, cursor));
    if (ended) return ended;
    cursor = to!;
  }

  async function applyNext(
    work: ImportWork,
    tx: Tx,
    mode: ApplyMode,
    from: number,
  ): Promise<{ to: number | null; ended: ImportRow | null }> {
    await lockBatch(tx);
    const { to, operatorNos, tags, optedOut } = await readBatch(tx, row.no, from, BATCH);
    if (to === null) return { to, ended: await endImport(work, tx, "completed") };
    const batch = { importNo: row.no, from, to };
    const isPeople = row.kind === "recipients";
    const applied = isPeople ? await applyPeople(ctx, tx, batch, mode, operatorNos, tags) : {};
    const suppressed = optedOut.length > 0 ? await suppress(tx, optedOut, "imported", sourceOf(row.id)) : [];
    if (isPeople && suppressed.length > 0) await noteSuppressed(tx, batch);
    if (!(await advanceImport(tx, row.no, token, { ...applied, optedOut: suppressed.length }, to))) throw new NoLongerMine();
    return { to, ended: null };
  }
}

export function applyModeOf(row: ImportRow): ApplyMode {
  const { columns } = row.found as FoundFile;
  const has = (meaning: string) => columns.some((column) => column.meaning === meaning);
  return {
    isReplace: optionsOf(row).mode === "replace",
    hasTimezone: has("timezone"),
    hasTags: has("tags"),
    hasAttributes: has("attribute"),
  };
}

async function applyPeople(
  ctx: Context,
  tx: Tx,
  batch: { importNo: number; from: number; to: number },
  mode: ApplyMode,
  operatorNos: number[],
  tags: string[],
) {
  const numbers = await tagNumbers(ctx, tx, tags);
  if (!(await holdReferences(tx, operatorNos, numbers.values()))) throw new FileError("reference_deleted");
  return applyBatch(tx, batch, mode, numbers);
}

/** The number of each tag by the name that the file has; those that nobody has are made. */
async function tagNumbers(ctx: Context, tx: Tx, names: string[]): Promise<Map<string, number>> {
  const known = new Map((await resolveTags(tx, names)).map(({ name, no }) => [name, no]));
  const numbers = new Map<string, number>();
  for (const name of names) numbers.set(name, known.get(name) ?? (await makeTag(ctx, tx, name)));
  return numbers;
}

async function makeTag(ctx: Context, tx: Tx, name: string): Promise<number> {
  const tag = await insertTag(tx, { id: uuidv7(), name });
  // Somebody made it a moment ago.
  if (!tag) return (await resolveTags(tx, [name])).find((found) => found.name === name)!.no;
  await audit(ctx, tx, "tag.created", tag.id, { after: { id: tag.id, name } });
  return tag.no;
}
