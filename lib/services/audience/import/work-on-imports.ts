import { v7 as uuidv7 } from "uuid";
import { failBrokenUploads, type ImportRow, takeImport } from "@/db/audience/imports";
import { transaction } from "@/db/client";
import { log } from "@/lib/log";
import { moveRecipients } from "@/lib/services/audience/ranges/move-recipients";
import { readRangeLoad } from "@/lib/services/audience/ranges/read-range-load";
import { audit } from "@/lib/services/audit";
import { type Context, systemActor } from "@/lib/services/context";
import { applyRows } from "./apply-rows";
import { FileError, failImport, type ImportWork, NoLongerMine } from "./import-work";
import { readRows } from "./read-rows";
import { undoRows } from "./undo-rows";

/** So many are worked on at once, over all processes; the others wait in line. */
const AT_ONCE = 2;

const busy = new WeakMap<Context["db"], number>();

/**
 * Works on imports that wait in line, or whose process is gone, in the background of this process.
 * Services that put an import in line or read one call it; calling it again does no harm.
 */
export function workOnImports(ctx: Context): void {
  const count = busy.get(ctx.db) ?? 0;
  if (count >= AT_ONCE) return;
  busy.set(ctx.db, count + 1);
  void drain(ctx)
    .catch((err) => log.warn({ err }, "imports could not be taken up; the next look tries again"))
    .finally(() => busy.set(ctx.db, busy.get(ctx.db)! - 1));
}

async function drain(ctx: Context): Promise<void> {
  await endBrokenUploads(ctx);
  for (;;) {
    const token = uuidv7();
    const row = await transaction(ctx.db.sql, (tx) => takeImport(tx, token, AT_ONCE));
    if (!row) return;
    // The next import may start beside this one.
    workOnImports(ctx);
    await work({ ctx: { ...ctx, actor: systemActor(row.actor) }, row, token });
  }
}

async function endBrokenUploads(ctx: Context): Promise<void> {
  await transaction(ctx.db.sql, async (tx) => {
    for (const row of await failBrokenUploads(tx)) {
      const after = { status: row.status, error: row.error, rows: row.rows };
      const action = row.kind === "number_ranges" ? "number_ranges.finished" : "import.finished";
      await audit({ actor: systemActor() }, tx, action, row.id, { after });
    }
  });
}

type Stage = Exclude<ImportRow["stage"], null | "receiving">;
type Stages = Partial<Record<Stage, (work: ImportWork) => Promise<ImportRow | null>>>;

const stagesOfPeople: Stages = { reading: readRows, applying: applyRows, undoing: undoRows };
const stagesOfRanges: Stages = { reading: readRangeLoad, applying: moveRecipients };

/**
 * It never throws: however it ends, the import's row says so; when even that fails, its lease ends.
 */
async function work(given: ImportWork): Promise<void> {
  try {
    for (let row: ImportRow | null = given.row; row?.stage && row.stage !== "receiving"; )
      row = await (row.kind === "number_ranges" ? stagesOfRanges : stagesOfPeople)[row.stage]!({
        ...given,
        row,
      });
  } catch (error) {
    if (error instanceof NoLongerMine) return;
    const isOfFile = error instanceof FileError;
    if (!isOfFile)
      log.error(
        {
          code: (error as { code?: string }).code,
          reason: String((error as Error).message),
          import: given.row.id,
        },
        "an import failed",
      );
    await failImport(given, isOfFile ? error.message : "internal").catch(() => {});
  }
}
