import { createHash } from "node:crypto";
import { v7 as uuidv7 } from "uuid";
import { type Tx, transaction } from "@/db/client";
import { writePayment } from "@/db/dispatches/daily-spend";
import { findDispatch, insertDispatch } from "@/db/dispatches/dispatches";
import { keepAnswer, takeIdempotencyKey } from "@/db/dispatches/idempotency";
import { canonicalJson } from "@/lib/common/canonical-json";
import type { DispatchCreate } from "@/lib/contract/dispatches/dispatch";
import { idempotencyKeySchema } from "@/lib/contract/headers";
import { ConflictError, ValidationError } from "@/lib/domain/errors";
import { audit } from "@/lib/services/audit";
import { requireRight } from "@/lib/services/authorize";
import { actorKey, type Context } from "@/lib/services/context";
import { scheduled } from "@/lib/services/events";
import { checkDispatch } from "./check-dispatch";
import { type Dispatch, toDispatch } from "./get-dispatch";
import { consumeDraft } from "./prepared/consume-draft";
import { snapshotOf } from "./snapshot";
import { payForNew } from "./spend-recipients";

/**
 * Accepts a dispatch. The caller gets the answer after the commit. The engine hears of it after
 * that, and may miss it without harm.
 * @param body as it came: an error names every wrong field at once, unknown filters among them
 * @param key Idempotency-Key: the same key and body get the same answer again, also in parallel
 * @param present makes the answer. It is stored with the key, so that a repeat gets it word for
 * word, in any language
 * @throws ValidationError, ConflictError when the key was used with another body or the draft that
 * it names is gone, StaleVersionError when that has changed, ForbiddenError beyond a ceiling of
 * recipients a day
 */
export function createDispatch(ctx: Context, body: unknown): Promise<Dispatch>;
export function createDispatch<T>(
  ctx: Context,
  body: unknown,
  key: string | null,
  present: (dispatch: Dispatch) => T,
): Promise<T>;
export async function createDispatch(
  ctx: Context,
  body: unknown,
  key: string | null = null,
  present: (dispatch: Dispatch) => unknown = (dispatch) => dispatch,
): Promise<unknown> {
  requireRight(ctx, "dispatches:write");
  if (key !== null && !idempotencyKeySchema.safeParse(key).success)
    throw new ValidationError([{ pointer: "", code: "idempotency_key" }]);
  const { answer, made } = await transaction(ctx.db.sql, async (tx) => {
    const scope = `${actorKey(ctx.actor)} dispatches`;
    const bodyHash = createHash("sha256").update(bodyText(body)).digest("hex");
    if (key !== null) {
      const stored = await takeIdempotencyKey(tx, scope, key);
      if (stored && stored.bodyHash !== bodyHash) throw new ConflictError("idempotency_key_reused");
      if (stored) return { answer: JSON.parse(stored.answer) as unknown, made: null };
    }
    const made = await insert(ctx, tx, body);
    const answer = present(made);
    if (key !== null)
      await keepAnswer(tx, { scope, key, bodyHash, dispatchNo: made.no, answer: JSON.stringify(answer) });
    return { answer, made };
  });
  if (made)
    await ctx.announce([scheduled({ ...made, startMs: Date.parse(made.startAt) }, ctx.now().getTime())]);
  return answer;
}

async function insert(ctx: Context, tx: Tx, body: unknown): Promise<Dispatch> {
  const values = await checkDispatch(ctx, tx, body);
  if (values.ignoreQuietHours) requireRight(ctx, "quiet_hours:ignore");
  const payment = await payForNew(ctx, tx, values);
  const id = uuidv7();
  const no = await insertDispatch(tx, { id, ...values, author: ctx.actor.name });
  if (payment) await writePayment(tx, no, payment);
  const { draft } = body as Pick<DispatchCreate, "draft">;
  if (draft) await consumeDraft(ctx, tx, draft, id);
  const dispatch = toDispatch((await findDispatch(tx, id))!);
  // A new dispatch waits for nothing. Entries of all versions say so.
  await audit(ctx, tx, "dispatch.created", id, { after: { ...snapshotOf(dispatch), waits: [] } });
  return dispatch;
}

/**
 * Canonical: equal bodies give equal texts. Bodies are at most 64 KiB; one too deep to walk is no
 * dispatch.
 */
function bodyText(body: unknown): string {
  try {
    return canonicalJson(body);
  } catch {
    return "";
  }
}
