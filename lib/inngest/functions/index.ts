import type { SendingContext } from "@/lib/services/sending/sending-context";
import type { PostWebhook } from "@/lib/services/webhooks/deliver-webhook";
import { dispatchLifecycle } from "./dispatch-lifecycle";
import { laneTurn } from "./lane-turn";
import { retention } from "./retention";
import { sweepFunction } from "./sweep";
import { webhookDelivery } from "./webhook-delivery";

/**
 * The functions, over whatever context the process has. `turnMs`: how long one turn may hold a
 * request open; `retentionDays`: how long messages are kept, without it for ever; `post`: what
 * transmits webhooks.
 */
export function createFunctions(
  context: () => SendingContext,
  { turnMs, retentionDays, post }: { turnMs: number; retentionDays?: number | undefined; post: PostWebhook },
) {
  return [
    dispatchLifecycle(context),
    laneTurn(context, turnMs),
    sweepFunction(context),
    retention(context, retentionDays),
    webhookDelivery(context, post),
  ];
}
