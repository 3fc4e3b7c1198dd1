import { v7 as uuidv7 } from "uuid";
import { addPart, deleteImport, enqueueImport, type ImportRow, insertImport } from "@/db/audience/imports";
import { type Tx, transaction } from "@/db/client";
import { type ImportOptions, type ImportStartQuery, readColumnNames } from "@/lib/contract/audience/import";
import { ConflictError, ValidationError } from "@/lib/domain/errors";
import { audit } from "@/lib/services/audit";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { openStoredList, PART_BYTES } from "./stored-file";
import { workOnImports } from "./work-on-imports";

/** 1 GiB: some 20 million rows. */
export const importBytesMax = 2 ** 30;

/**
 * Takes a file as it arrives. Its bytes go to Postgres part by part, so that any process can go on
 * with it; a file that breaks off, or that nobody can read, leaves nothing.
 * @param body the file's bytes
 * @param defaultCountry whose national numbers a file has that does not say
 * @returns the import, which waits in line to be read
 * @throws ValidationError for more than {@link importBytesMax} bytes, a header that is wrong, an
 * encoding that is not sure
 */
export async function startImport(
  ctx: Context,
  body: AsyncIterable<Uint8Array>,
  query: ImportStartQuery,
  defaultCountry: string,
): Promise<ImportRow> {
  requireRight(ctx, "audience:write");
  const options = readOptions(query, defaultCountry);
  const { file_name: fileName = null } = query;
  const token = uuidv7();
  const { kind, dry_run: isDryRun } = options;
  const row = await insertImport(ctx.db.sql, {
    id: uuidv7(),
    token,
    actor: ctx.actor.name,
    fileName,
    kind,
    options,
    isDryRun,
  });
  try {
    const bytes = await receive(ctx, row.no, token, body);
    const { summary } = await openStoredList(ctx, row.no, bytes, options);
    await transaction(ctx.db.sql, async (tx) => {
      const after = { file_name: fileName, columns: summary.columns.map(({ name }) => name) };
      await audit(ctx, tx, "import.started", row.id, { after });
      await enqueue(tx, row.no, { bytes });
    });
  } catch (error) {
    await deleteImport(ctx.db.sql, row.no).catch(() => {});
    throw error;
  }
  workOnImports(ctx);
  return { ...row, stage: "reading", isWorkedOn: false };
}

function readOptions(
  { file_name: _, columns, country, delimiter, ...rest }: ImportStartQuery,
  defaultCountry: string,
): ImportOptions {
  const names = columns === undefined ? undefined : readColumnNames(columns);
  if (names === null) throw new ValidationError([{ pointer: "/columns", code: "column_names" }]);
  return {
    ...rest,
    country: country ?? defaultCountry,
    delimiter: delimiter === "tab" ? "\t" : delimiter,
    columns: names,
  };
}

async function enqueue(tx: Tx, no: number, found: object): Promise<void> {
  if (!(await enqueueImport(tx, no, "running", "reading", found)))
    throw new ConflictError("import_interrupted");
}

/** Keeps the bytes of a file part by part. @returns how many came */
export async function receive(
  ctx: Context,
  no: number,
  token: string,
  body: AsyncIterable<Uint8Array>,
): Promise<number> {
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  let bytes = 0;
  let part = 0;
  const store = async () => {
    const all = Buffer.concat(held);
    held = [];
    heldBytes = 0;
    if (!(await addPart(ctx.db.sql, no, token, part++, all))) throw new ConflictError("import_interrupted");
  };
  for await (let chunk of body) {
    bytes += chunk.length;
    if (bytes > importBytesMax)
      throw new ValidationError([{ pointer: "", code: "file_too_large", params: { max: importBytesMax } }]);
    // All parts but the last are of one size: a place in the file tells its part.
    while (heldBytes + chunk.length >= PART_BYTES) {
      const room = PART_BYTES - heldBytes;
      held.push(chunk.subarray(0, room));
      chunk = chunk.subarray(room);
      await store();
    }
    if (chunk.length > 0) held.push(chunk);
    heldBytes += chunk.length;
  }
  if (heldBytes > 0 || part === 0) await store();
  return bytes;
}
