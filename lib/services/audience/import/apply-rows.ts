import { v7 as uuidv7 } from "uuid";
import {
  type ApplyMode,
  applyBatch,
  type Batch,
  lastLine,
  noteSuppressed,
  placeBatch,
  readBatch,
} from "@/db/audience/apply-rows";
import { keepAttributeNames } from "@/db/audience/attribute-names";
import { advanceImport, type ImportRow, lockBatch } from "@/db/audience/imports";
import { holdPlan } from "@/db/audience/number-ranges";
import { holdReferences } from "@/db/audience/recipients";
import { importSource, suppress } from "@/db/audience/suppressions";
import { insertTag, resolveTags } from "@/db/audience/tags";
import { type Tx, transaction } from "@/db/client";
import { audit } from "@/lib/services/audit";
import type { Context } from "@/lib/services/context";
import {
  batchTransaction,
  endImport,
  FileError,
  type ImportWork,
  NoLongerMine,
  optionsOf,
} from "./import-work";
import type { FoundFile } from "./stored-file";

/** Lines of the file. */
const BATCH = 10_000;

/** Brings recipients to what the staged rows say, batch by batch. */
export async function applyRows(work: ImportWork): Promise<ImportRow> {
  const { ctx, row } = work;
  const mode = applyModeOf(row);
  const last = await lastLine(ctx.db.sql, row.no);
  for (let from = row.cursor; from < last; from += BATCH) {
    const batch = { importNo: row.no, from, to: from + BATCH };
    await batchTransaction(ctx, (tx) => applyNext(work, tx, mode, batch));
  }
  return transaction(ctx.db.sql, (tx) => endImport(work, tx, "completed"));
}

async function applyNext(
  { ctx, row, token }: ImportWork,
  tx: Tx,
  mode: Omit<ApplyMode, "plan">,
  batch: Batch,
): Promise<void> {
  await lockBatch(tx);
  const plan = await holdPlan(tx);
  // Read by other ranges than hold now: whose operator nobody has named is asked for anew.
  if (plan !== ((row.found as FoundFile).rangesNo ?? null)) await placeBatch(tx, plan, batch);
  const { operatorNos, tags, optedOut } = await readBatch(tx, batch);
  const isPeople = row.kind === "recipients";
  const applied = isPeople
    ? await applyPeople(ctx, tx, batch, { ...mode, plan }, operatorNos, tags, attributeNamesOf(row))
    : {};
  const suppressed =
    optedOut.length > 0 ? await suppress(tx, optedOut, "imported", importSource(row.id)) : [];
  if (isPeople && suppressed.length > 0) await noteSuppressed(tx, batch);
  if (!(await advanceImport(tx, row.no, token, { ...applied, optedOut: suppressed.length }, batch.to)))
    throw new NoLongerMine();
}

export function applyModeOf(row: ImportRow): Omit<ApplyMode, "plan"> {
  const { columns } = row.found as FoundFile;
  const has = (meaning: string) => columns.some((column) => column.meaning === meaning);
  return {
    isReplace: optionsOf(row).mode === "replace",
    hasTimezone: has("timezone"),
    hasTags: has("tags"),
    hasAttributes: has("attribute"),
  };
}

function attributeNamesOf({ found }: ImportRow): string[] {
  const { attributeNames, columns } = found as FoundFile;
  return attributeNames ?? columns.flatMap(({ name, meaning }) => (meaning === "attribute" ? [name] : []));
}

async function applyPeople(
  ctx: Context,
  tx: Tx,
  batch: Batch,
  mode: ApplyMode,
  operatorNos: number[],
  tags: string[],
  attributeNames: string[],
) {
  const numbers = await tagNumbers(ctx, tx, tags);
  if (!(await holdReferences(tx, operatorNos, numbers.values()))) throw new FileError("reference_deleted");
  await keepAttributeNames(tx, attributeNames);
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
