import { inngest } from "@/lib/inngest/client";
import type { SendingContext } from "@/lib/services/sending/sending-context";
import { deliverWebhook, type PostWebhook } from "@/lib/services/webhooks/deliver-webhook";

/** More than the attempts there are: each may be found taken by somebody else, once or twice. */
const ROUNDS_MAX = 50;
/** Deliveries to one address at once. */
const AT_ONCE_MAX = 5;

/**
 * One delivery of a webhook, tried for a day. The row says when; the engine only waits for that.
 */
export const webhookDelivery = (context: () => SendingContext, post: PostWebhook) =>
  inngest.createFunction(
    {
      id: "webhook-delivery",
      triggers: [{ event: "webhook/delivery.due" }],
      concurrency: [{ key: "event.data.webhook", limit: AT_ONCE_MAX }],
      retries: 3,
    },
    async ({ event, step }) => {
      const { id } = event.data as { id: string };
      for (let round = 0; round < ROUNDS_MAX; round++) {
        const { next } = await step.run(`attempt-${round}`, () => deliverWebhook(context(), id, post));
        if (next === null) return { rounds: round + 1 };
        await step.sleepUntil(`wait-${round}`, next);
      }
      return { rounds: ROUNDS_MAX };
    },
  );
