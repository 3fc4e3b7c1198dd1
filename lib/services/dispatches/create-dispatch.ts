import { createHash } from "node:crypto";
import { v7 as uuidv7 } from "uuid";
import { type Tx, transaction } from "@/db/client";
import { writePayment } from "@/db/dispatches/daily-spend";
import { findDispatch, insertDispatch } from "@/db/dispatches/dispatches";
import { keepAnswer, takeIdempotencyKey } from "@/db/dispatches/idempotency";
import type { Dispatch } from "@/lib/contract/dispatches/dispatch";
import { idempotencyKeySchema } from "@/lib/contract/headers";
import type { Locale } from "@/lib/contract/texts";
import { ConflictError, ValidationError } from "@/lib/domain/errors";
import { audit } from "@/lib/services/audit";
import { requireRight } from "@/lib/services/authorize";
import { actorKey, type Context } from "@/lib/services/context";
import { scheduled } from "@/lib/services/events";
import { checkDispatch } from "./check-dispatch";
import { toDispatch } from "./get-dispatch";
import { payForNew } from "./spend-recipients";

/**
 * Accepts a dispatch. It is answered after the commit; the engine is told after that, and may fail without harm.
 * @param body what was sent, unread: every wrong field is told at once, unknown filters among them
 * @param key Idempotency-Key: the same key and body get the same answer again, however many ask at once
 * @throws ValidationError, ConflictError when the key was used with another body, ForbiddenError beyond a ceiling of recipients a day
 */
export async function createDispatch(ctx: Context, body: unknown, key: string | null, locale: Locale): Promise<Dispatch> {
  requireRight(ctx, "dispatches:write");
  if (key !== null && !idempotencyKeySchema.safeParse(key).success) throw new ValidationError([{ pointer: "", code: "idempotency_key" }]);
  const { dispatch, isNew } = await transaction(ctx.db.sql, async (tx) => {
    const scope = `${actorKey(ctx.actor)} dispatches`;
    const bodyHash = createHash("sha256").update(canonical(body)).digest("hex");
    if (key !== null) {
      const stored = await takeIdempotencyKey(tx, scope, key);
      if (stored && stored.bodyHash !== bodyHash) throw new ConflictError("idempotency_key_reused");
      if (stored) return { dispatch: JSON.parse(stored.answer) as Dispatch, isNew: false };
    }
    const { no, dispatch } = await insert(ctx, tx, body, locale);
    if (key !== null) await keepAnswer(tx, { scope, key, bodyHash, dispatchNo: no, answer: JSON.stringify(dispatch) });
    return { dispatch, isNew: true };
  });
  if (isNew) await ctx.announce([scheduled({ ...dispatch, startMs: Date.parse(dispatch.start_datetime) }, ctx.now().getTime())]);
  return dispatch;
}

async function insert(ctx: Context, tx: Tx, body: unknown, locale: Locale): Promise<{ no: number; dispatch: Dispatch }> {
  const values = await checkDispatch(ctx, tx, body);
  const payment = await payForNew(ctx, tx, values);
  const id = uuidv7();
  const no = await insertDispatch(tx, { id, ...values });
  if (payment) await writePayment(tx, no, payment);
  const dispatch = toDispatch((await findDispatch(tx, id))!, locale);
  const { progress: _, warnings: __, ...after } = dispatch;
  await audit(ctx, tx, "dispatch.created", id, { after });
  return { no, dispatch };
}

/** JSON with sorted keys: the same body, however its writer ordered it. Bodies are at most 64 KiB; one too deep to walk is no dispatch. */
function canonical(value: unknown): string {
  try {
    return JSON.stringify(value, (_, inner: unknown) =>
      typeof inner === "object" && inner !== null && !Array.isArray(inner)
        ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
        : inner,
    );
  } catch {
    return "";
  }
}
