import { enqueueImport, findImport, type ImportRow } from "@/db/audience/imports";
import { transaction } from "@/db/client";
import { ConflictError, NotFoundError } from "@/lib/domain/errors";
import { audit } from "@/lib/services/audit";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { optionsOf, UNDO_DAYS } from "./import-work";
import type { FoundFile } from "./stored-file";
import { workOnImports } from "./work-on-imports";

/**
 * Applies an import that somebody has reviewed. Repeating it changes nothing.
 * @throws NotFoundError; ConflictError when there is nothing to apply, or nobody has said the
 * file's encoding and it is not sure
 */
export async function applyImport(ctx: Context, id: string): Promise<ImportRow> {
  requireRight(ctx, "audience:write");
  const row = await transaction(ctx.db.sql, async (tx) => {
    const found = await findImport(tx, id, true);
    if (!found) throw new NotFoundError("import", id);
    if (found.status === "completed" || found.stage === "applying") return found;
    if (found.status !== "reviewed")
      throw new ConflictError("import_state", { status: found.status, action: "apply" });
    // What has been read is deleted after that.
    if (+found.finishedAt! + UNDO_DAYS * 86_400_000 < +ctx.now()) throw new ConflictError("review_too_old");
    const { isSure, encoding } = found.found as FoundFile;
    if (!isSure && optionsOf(found).encoding === undefined)
      throw new ConflictError("encoding_unsure", { encoding: encoding ?? "" });
    await enqueueImport(tx, found.no, "reviewed", "applying");
    await audit(ctx, tx, "import.confirmed", id);
    return (await findImport(tx, id))!;
  });
  workOnImports(ctx);
  return row;
}
