import { v7 as uuidv7 } from "uuid";
import { holdRecipient } from "@/db/audience/recipients";
import { transaction } from "@/db/client";
import { findDispatch, insertDispatch } from "@/db/dispatches/dispatches";
import type { TestSend } from "@/lib/contract/dispatches/dispatch";
import { ValidationError } from "@/lib/domain/errors";
import { segmentsOf } from "@/lib/domain/segments";
import { requirePhone } from "@/lib/services/audience/get-recipient";
import { audit } from "@/lib/services/audit";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { scheduled } from "@/lib/services/events";
import { senderErrors } from "./check-sender";
import { type Dispatch, toDispatch } from "./get-dispatch";
import { spend } from "./spend-recipients";

/** A test that could not go out by then is of no use any more. */
const WINDOW_MS = 10 * 60_000;

/**
 * Sends a text to one recipient now, to see it on a phone. It is a dispatch like any other, with
 * all that holds for one (the operator's rate, the emergency stop, the audit log), that goes to one
 * recipient; lists and forecasts leave it out.
 * @throws ValidationError when the number is no recipient's, or theirs who has opted out;
 * ForbiddenError
 */
export async function sendTest(ctx: Context, input: TestSend): Promise<Dispatch> {
  requireRight(ctx, "dispatches:write");
  const phone = requirePhone(input.phone);
  const dispatch = (await transaction(ctx.db.sql, async (tx) => {
    const recipient = await holdRecipient(tx, phone);
    if (!recipient) throw new ValidationError([{ pointer: "/phone", code: "unknown_recipient" }]);
    if (recipient.isOptedOut) throw new ValidationError([{ pointer: "/phone", code: "opted_out" }]);
    const wrong = await senderErrors(ctx, tx, input.sender, {
      operatorNo: recipient.operatorNo,
      terms: null,
    });
    if (wrong.length > 0) throw new ValidationError(wrong);
    await spend(ctx, tx, 1);
    const id = uuidv7();
    const now = ctx.now();
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
      segments: segmentsOf(input.message_text).segments,
      operatorNo: recipient.operatorNo,
      tagNo: null,
      terms: null,
      expected: null,
      warnings: [],
      recipientNo: recipient.no,
    });
    const after = { phone, message_text: input.message_text };
    await audit(ctx, tx, "dispatch.test", id, { after });
    return toDispatch((await findDispatch(tx, id))!);
  })) as Dispatch;
  await ctx.announce([scheduled(dispatch)]);
  return dispatch;
}
