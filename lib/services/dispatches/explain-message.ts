import { type DispatchRow, findDispatch } from "@/db/dispatches/dispatches";
import { type Attempts, findMessage, readAttempts, readMembership } from "@/db/dispatches/messages";
import type { WhyCode } from "@/lib/contract/dispatches/message";
import type { Clause } from "@/lib/domain/audience/clause";
import { NotFoundError } from "@/lib/domain/errors";
import { isFinished } from "@/lib/domain/lifecycle";
import { requirePhone } from "@/lib/services/audience/get-recipient";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import type { Message } from "./list-messages";

/** What has become of a phone in a dispatch. */
export interface Why {
  phone: string;
  message: Message | null;
  /** Of a message. */
  attempts: Attempts | null;
  code: WhyCode;
  /** What the clause that left them out asks for. */
  asked: string[];
}

const whyMissed: Record<Clause, WhyCode> = {
  tags_all: "without_all_tags",
  tags_any: "without_any_tag",
  tags_none: "with_left_out_tag",
  operators: "other_operators",
  attributes: "other_attributes",
  exclude_dispatches: "reached_before",
};

/** "Why not sent?" for one phone. @throws NotFoundError, ValidationError */
export async function explainMessage(ctx: Context, id: string, phoneText: string): Promise<Why> {
  requireRight(ctx, "audience:read");
  const phone = requirePhone(ctx, phoneText);
  const dispatch = await findDispatch(ctx.db.sql, id);
  if (!dispatch) throw new NotFoundError("dispatch", id);
  const message = await findMessage(ctx.db.sql, dispatch.no, phone);
  const code = message ? "has_message" : await whyNone();
  const attempts = message ? await readAttempts(ctx.db.sql, message.id) : null;
  return { phone, message: message ?? null, attempts, code, asked: askedOf(dispatch.expression, code) };

  async function whyNone(): Promise<WhyCode> {
    if (dispatch!.messagesDroppedAt !== null) return "messages_dropped";
    const member = await readMembership(ctx.db.sql, dispatch!.no, phone);
    if (!member?.known) return "unknown_recipient";
    if (member.missed) return whyMissed[member.missed];
    if (!member.isOperator) return "other_operator";
    if (!member.hasTag) return "without_tag";
    if (member.optedOut) return "opted_out";
    if (!member.inTime) return "joined_later";
    if (dispatch!.startedAt === null) return "not_opened";
    return isFinished(dispatch!.status) ? "not_reached" : "waiting";
  }
}

function askedOf(expression: DispatchRow["expression"], code: WhyCode): string[] {
  if (!expression) return [];
  const { tags, operators, attributes, exclude_dispatches: excluded } = expression;
  const asked: Partial<Record<WhyCode, string[]>> = {
    without_all_tags: tags.all,
    without_any_tag: tags.any,
    with_left_out_tag: tags.none,
    other_operators: operators,
    other_attributes: attributes.map(({ name, in: values }) => `${name} = ${values.join(" | ")}`),
    reached_before: excluded,
  };
  return asked[code] ?? [];
}
