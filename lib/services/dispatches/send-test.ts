import { v7 as uuidv7 } from "uuid";
import { holdRecipient } from "@/db/audience/recipients";
import { type Tx, transaction } from "@/db/client";
import { findDispatch, insertDispatch } from "@/db/dispatches/dispatches";
import { readQuietHours } from "@/db/sending/quiet-hours";
import type { TestSend } from "@/lib/contract/dispatches/dispatch";
import { ConflictError, ValidationError } from "@/lib/domain/errors";
import { rangesBetween } from "@/lib/domain/hours";
import { lackedOf, renderText } from "@/lib/domain/text/personal-text";
import { segmentsOf } from "@/lib/domain/text/segments";
import { isTimeZone } from "@/lib/domain/time-zone";
import { requireGateway } from "@/lib/services/audience/create-operator";
import { phoneOf } from "@/lib/services/audience/get-recipient";
import { audit } from "@/lib/services/audit";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { scheduled } from "@/lib/services/events";
import { senderErrors } from "./check-sender";
import { type Dispatch, toDispatch } from "./get-dispatch";
import { checkText, syntax } from "./personal/check-text";
import { spend } from "./spend-recipients";

/** A test that could not go out by then is of no use any more. */
const WINDOW_MS = 10 * 60_000;

/**
 * Sends a text to one recipient now, to see it on a phone. It is a dispatch like any other, with
 * all that holds for one (the operator's rate, the emergency stop, the audit log), that goes to one
 * recipient; lists and forecasts leave it out. One that names a gateway goes through that instead
 * of the operator's, in the operator's slots as ever, and is tried once.
 * @throws ValidationError when the number is no recipient's, or theirs who has opted out, and when
 * the text cannot be made for them, or there is no such gateway;
 * ForbiddenError, also for those who choose a gateway and may not choose an operator's;
 * ConflictError in the person's quiet hours, for those who may not ignore them
 */
export async function sendTest(ctx: Context, input: TestSend): Promise<Dispatch> {
  requireRight(ctx, "dispatches:write");
  const gateway = input.gateway ?? null;
  if (gateway !== null) {
    requireRight(ctx, "operators:write");
    requireGateway(gateway, new Set(ctx.gateways?.all.map(({ name }) => name)));
  }
  const phone = phoneOf(ctx, input.phone);
  if (!phone) throw new ValidationError([{ pointer: "/phone", code: "phone" }]);
  const dispatch = (await transaction(ctx.db.sql, async (tx) => {
    const recipient = await holdRecipient(tx, phone);
    if (!recipient) throw new ValidationError([{ pointer: "/phone", code: "unknown_recipient" }]);
    if (recipient.isOptedOut) throw new ValidationError([{ pointer: "/phone", code: "opted_out" }]);
    const wrong = await senderErrors(ctx, tx, input.sender, {
      operatorNo: recipient.operatorNo,
      terms: null,
      gateway,
    });
    const text = await checkText(tx, input.message_text, null);
    wrong.push(...text.errors);
    const made = text.read && renderText(text.read, recipient.attributes, null);
    if (made && "problem" in made) {
      const names = lackedOf(text.read!, recipient.attributes).join(", ");
      wrong.push({ pointer: "/message_text", code: made.problem, params: { names, ...syntax } });
    }
    if (wrong.length > 0) throw new ValidationError(wrong);
    const now = ctx.now();
    const ignoreQuietHours = await isToIgnoreQuietHours(ctx, tx, recipient.zone, +now);
    await spend(ctx, tx, 1);
    const id = uuidv7();
    const [startAt, endAt] = [now, new Date(+now + WINDOW_MS)].map((at) => at.toISOString()) as [
      string,
      string,
    ];
    await insertDispatch(tx, {
      id,
      timezone: "UTC",
      startAt,
      endAt,
      startInput: startAt,
      endInput: endAt,
      messageText: input.message_text,
      sender: input.sender ?? null,
      personal: text.read !== null,
      segments: made && "segments" in made ? made.segments : segmentsOf(input.message_text).segments,
      operatorNo: recipient.operatorNo,
      tagNo: null,
      terms: null,
      expected: null,
      ignoreQuietHours,
      warnings: [],
      author: ctx.actor.name,
      recipientNo: recipient.no,
      gateway,
    });
    const after = {
      phone,
      message_text: input.message_text,
      ...(gateway !== null && { gateway }),
      ...(ignoreQuietHours && { ignore_quiet_hours: true }),
    };
    await audit(ctx, tx, "dispatch.test", id, { after });
    return toDispatch((await findDispatch(tx, id))!);
  })) as Dispatch;
  await ctx.announce([scheduled(dispatch)]);
  return dispatch;
}

/** Hours repeat every week: what does not come in two never does. */
const SEARCH_MS = 14 * 86_400_000;

/**
 * A test keeps quiet hours, too. Who has no zone has none that a test would keep: it has no zone of
 * its own either.
 */
async function isToIgnoreQuietHours(
  ctx: Context,
  tx: Tx,
  zone: string | null,
  nowMs: number,
): Promise<boolean> {
  const { enabled, hours } = await readQuietHours(tx);
  if (!enabled) return false;
  const isKnown = zone !== null && isTimeZone(zone);
  const [range] = isKnown
    ? rangesBetween({ local: null, quiet: hours }, zone, nowMs, nowMs + SEARCH_MS, 1)
    : [];
  if (isKnown && range?.fromMs === nowMs) return false;
  if (ctx.actor.rights.has("quiet_hours:ignore")) return true;
  if (range) throw new ConflictError("outside_hours", { at: new Date(range.fromMs).toISOString() });
  if (isKnown) throw new ConflictError("no_hours");
  if (hours.unknown_zone === "skip") throw new ConflictError("unknown_zone");
  return true;
}
