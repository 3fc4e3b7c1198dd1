import { randomUUID } from "node:crypto";
import type { SandboxReply } from "@/lib/contract/sending/inbound";
import { keywordOf } from "@/lib/domain/audience/opt-out-words";
import { ValidationError } from "@/lib/domain/errors";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { phoneOf } from "./get-recipient";
import { recordInbound } from "./take-inbound";

/** A phone of the sandbox answers. @param gateway the sandbox's name @throws ValidationError */
export async function replyBySandbox(
  ctx: Context,
  gateway: string,
  { phone: typed, text }: SandboxReply,
): Promise<void> {
  requireRight(ctx, "audience:write");
  const phone = phoneOf(ctx, typed);
  if (!phone) throw new ValidationError([{ pointer: "/phone", code: "phone" }]);
  const message = {
    externalId: randomUUID(),
    phone,
    sentTo: null,
    body: text,
    at: null,
    keyword: keywordOf(text),
  };
  await recordInbound(ctx, gateway, [message]);
}
