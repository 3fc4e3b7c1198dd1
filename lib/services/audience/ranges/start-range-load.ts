import { v7 as uuidv7 } from "uuid";
import { deleteImport, enqueueImport, insertImport } from "@/db/audience/imports";
import { transaction } from "@/db/client";
import {
  type RangeLoadOptions,
  type RangeLoadQuery,
  type RangeRemovalQuery,
  readOperatorNames,
} from "@/lib/contract/audience/number-range";
import { ConflictError, ValidationError } from "@/lib/domain/errors";
import { openRangeList } from "@/lib/lists/range-list";
import { receive } from "@/lib/services/audience/import/start-import";
import { atOptions, storedSource } from "@/lib/services/audience/import/stored-file";
import { workOnImports } from "@/lib/services/audience/import/work-on-imports";
import { audit } from "@/lib/services/audit";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import type { RangeLoadRow } from "./range-load";

/**
 * Takes a file of number ranges, which is then read and, unless it is a dry run, applied. A file
 * that breaks off, or that nobody can read, leaves nothing.
 * @throws ValidationError for a file that is too large or no table, an encoding that is not sure
 */
export async function startRangeLoad(
  ctx: Context,
  body: AsyncIterable<Uint8Array>,
  query: RangeLoadQuery,
): Promise<RangeLoadRow> {
  requireRight(ctx, "operators:write");
  const options = readOptions(query);
  return start(ctx, options, query, async (row, token) => {
    const bytes = await receive(ctx, row.no, token, body);
    const { summary } = await atOptions(openRangeList(storedSource(ctx, row.no, bytes), options));
    if (!summary.isSure && options.encoding === undefined && !query.dry_run) {
      const candidates = summary.candidates.map(({ encoding }) => encoding).join(", ");
      throw new ValidationError([{ pointer: "/encoding", code: "encoding_unsure", params: { candidates } }]);
    }
    return bytes;
  });
}

/** Has operators found by prefixes alone again; a load without ranges, so to say. */
export async function removeRanges(ctx: Context, query: RangeRemovalQuery): Promise<RangeLoadRow> {
  requireRight(ctx, "operators:write");
  const { take_unknown } = query;
  const options = { is_removal: true, take_unknown, operators: {}, skip_unknown: false };
  return start(ctx, options, query, async () => 0);
}

function readOptions({
  take_unknown,
  skip_unknown,
  encoding,
  delimiter,
  operators: map,
}: RangeLoadQuery): RangeLoadOptions {
  const operators = map === undefined ? {} : readOperatorNames(map);
  if (operators === null) throw new ValidationError([{ pointer: "/operators", code: "operator_names" }]);
  return {
    is_removal: false,
    ...{ take_unknown, skip_unknown, encoding, operators },
    delimiter: delimiter === "tab" ? "\t" : delimiter,
  };
}

/** @param take takes in the file @returns how many bytes it has */
async function start(
  ctx: Context,
  options: RangeLoadOptions,
  { dry_run: isDryRun, file_name }: { dry_run: boolean; file_name?: string | undefined },
  take: (row: RangeLoadRow, token: string) => Promise<number>,
): Promise<RangeLoadRow> {
  const token = uuidv7();
  const fileName = file_name ?? null;
  const row = await insertImport(ctx.db.sql, {
    id: uuidv7(),
    token,
    actor: ctx.actor.name,
    fileName,
    kind: "number_ranges",
    options,
    isDryRun,
  });
  try {
    const bytes = await take(row, token);
    await transaction(ctx.db.sql, async (tx) => {
      const after = { file_name: fileName, is_removal: options.is_removal, dry_run: isDryRun };
      await audit(ctx, tx, "number_ranges.started", row.id, { after });
      if (!(await enqueueImport(tx, row.no, "running", "reading", { bytes })))
        throw new ConflictError("import_interrupted");
    });
  } catch (error) {
    await deleteImport(ctx.db.sql, row.no).catch(() => {});
    throw error;
  }
  workOnImports(ctx);
  return { ...row, stage: "reading", isWorkedOn: false };
}
