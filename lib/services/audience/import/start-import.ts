import { type FileHandle, mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { v7 as uuidv7 } from "uuid";
import { insertImport } from "@/db/audience/imports";
import { transaction } from "@/db/client";
import type { Import } from "@/lib/contract/audience/import";
import { csvDecoder, NotCsvError } from "@/lib/domain/csv-text";
import { ValidationError } from "@/lib/domain/errors";
import { audit } from "@/lib/services/audit";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { toImport } from "./get-import";
import { headerEnd, type ImportLayout, readHeader } from "./import-header";
import { runImport } from "./run-import";

/** 1 GiB: some 20 million rows. */
export const importBytesMax = 2 ** 30;
const headerLengthMax = 65_536;

/**
 * Takes a CSV file as it arrives and imports it in the background of this process. The upload goes to a nameless temporary file first: the database never waits
 * for a slow client, and a broken upload imports nothing.
 * @param body the file's bytes
 * @returns when the whole body has arrived; `done` resolves when the import has ended, however it ended
 * @throws ValidationError as soon as the header is seen to be wrong; also for more than {@link importBytesMax} bytes
 */
export async function startImport(
  ctx: Context,
  body: AsyncIterable<Uint8Array>,
  fileName: string | null = null,
): Promise<{ job: Import; done: Promise<void> }> {
  requireRight(ctx, "audience:write");
  const file = await openNameless();
  try {
    const layout = await receive(body, file);
    const row = await transaction(ctx.db.sql, async (tx) => {
      const inserted = await insertImport(tx, uuidv7(), ctx.actor.name, fileName);
      const after = { file_name: fileName, columns: layout.header };
      await audit(ctx, tx, "import.started", inserted.id, { after });
      return inserted;
    });
    const stored = file.createReadStream({ start: 0, highWaterMark: 262_144, autoClose: false });
    const done = runImport(ctx, row, layout, stored).finally(() => file.close().catch(() => {}));
    return { job: toImport(row), done };
  } catch (error) {
    await file.close().catch(() => {});
    throw error;
  }
}

/** A file that has lost its name already, so that not even a crash leaves it behind. */
async function openNameless(): Promise<FileHandle> {
  const folder = await mkdtemp(join(tmpdir(), "carillon-import-"));
  try {
    return await open(join(folder, "upload.csv"), "w+", 0o600);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Writes the body to the file and reads its header on the way. */
async function receive(body: AsyncIterable<Uint8Array>, file: FileHandle): Promise<ImportLayout> {
  const decoder = csvDecoder();
  let layout: ImportLayout | null = null;
  let head = "";
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > importBytesMax) throw new ValidationError([{ pointer: "", code: "file_too_large", params: { max: importBytesMax } }]);
    if (!layout) {
      head += decode(() => decoder.write(chunk));
      const end = headerEnd(head);
      // A line break at the very end may be the first half of CRLF.
      if (end !== null && end + 1 < head.length) layout = readHeader(head);
      else if (head.length > headerLengthMax) throw new ValidationError([{ pointer: "", code: "header_unreadable" }]);
    }
    await file.write(chunk);
  }
  return layout ?? readHeader(head + decode(() => decoder.end()));
}

function decode(read: () => string): string {
  try {
    return read();
  } catch (error) {
    if (error instanceof NotCsvError) throw new ValidationError([{ pointer: "", code: "not_csv" }]);
    throw error;
  }
}
