import { enqueueImport, findImport, type ImportRow } from "@/db/audience/imports";
import { transaction } from "@/db/client";
import { ConflictError, NotFoundError } from "@/lib/domain/errors";
import { audit } from "@/lib/services/audit";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { undoUntil } from "./import-work";
import { workOnImports } from "./work-on-imports";

/**
 * Takes back what an import did, also of one that failed half-way. People who were written to or
 * changed since stay as they are, and are listed. Repeating it changes nothing.
 * @throws NotFoundError; ConflictError when it has done nothing, or its time is over
 */
export async function undoImport(ctx: Context, id: string): Promise<ImportRow> {
  requireRight(ctx, "audience:write");
  const row = await transaction(ctx.db.sql, async (tx) => {
    const found = await findImport(tx, id, true);
    if (!found) throw new NotFoundError("import", id);
    if (found.status === "undone" || found.stage === "undoing") return found;
    const until = undoUntil(found);
    if (until === null) throw new ConflictError("import_state", { status: found.status, action: "undo" });
    if (until < ctx.now()) throw new ConflictError("undo_too_late", { until: until.toISOString() });
    await enqueueImport(tx, found.no, found.status, "undoing");
    await audit(ctx, tx, "import.undo_started", id);
    return (await findImport(tx, id))!;
  });
  workOnImports(ctx);
  return row;
}
