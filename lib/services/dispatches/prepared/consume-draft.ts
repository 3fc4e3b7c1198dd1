import type { Tx } from "@/db/client";
import { deletePrepared } from "@/db/dispatches/prepared";
import { ConflictError, NotFoundError } from "@/lib/domain/errors";
import { audit } from "@/lib/services/audit";
import type { Context } from "@/lib/services/context";
import { lockEdition } from "./prepared";

/**
 * A draft goes with the transaction that makes a dispatch of it: of several who schedule it at once
 * the first makes a dispatch, and what somebody saved after the caller looked is not thrown away.
 * @throws StaleVersionError, ConflictError when it is gone: scheduled by somebody else, or deleted
 */
export async function consumeDraft(
  ctx: Context,
  tx: Tx,
  draft: { id: string; version: number },
  dispatchId: string,
): Promise<void> {
  const { row } = await lockEdition(tx, "draft", draft.id, draft.version).catch((error) => {
    throw error instanceof NotFoundError ? new ConflictError("draft_gone") : error;
  });
  await deletePrepared(tx, row.no);
  await audit(ctx, tx, "draft.scheduled", draft.id, {
    before: { name: row.name },
    after: { name: row.name, dispatch: dispatchId },
  });
}
