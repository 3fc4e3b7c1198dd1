import { v7 as uuidv7 } from "uuid";
import { transaction } from "@/db/client";
import { findPrepared, insertPrepared } from "@/db/dispatches/prepared";
import type { DraftCreate } from "@/lib/contract/dispatches/prepared";
import { ConflictError } from "@/lib/domain/errors";
import { audit } from "@/lib/services/audit";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { type Prepared, toPrepared, valuesOf } from "./prepared";

/**
 * Saves what a form holds for the whole team. An id of the caller's own that is known already is
 * answered with the draft that has it: the answer to the first time was lost.
 * @throws ConflictError when it is something else's
 */
export async function createDraft(ctx: Context, input: DraftCreate): Promise<Prepared> {
  requireRight(ctx, "dispatches:write");
  const { id = uuidv7(), name = null, content } = input;
  return transaction(ctx.db.sql, async (tx) => {
    const values = { ...valuesOf(ctx, "draft", name, content), author: ctx.actor.name };
    const made = await insertPrepared(tx, { id, kind: "draft", ...values });
    if (made) await audit(ctx, tx, "draft.created", id, { after: { id, name } });
    const row = made ?? (await findPrepared(tx, "draft", id));
    if (!row) throw new ConflictError("id_taken", { id });
    return toPrepared(row);
  });
}
