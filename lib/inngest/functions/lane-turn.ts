import { inngest } from "@/lib/inngest/client";
import { wakeLanes } from "@/lib/services/events";
import type { SendingContext } from "@/lib/services/sending/sending-context";
import { takeTurn } from "@/lib/services/sending/take-turn";

/**
 * One turn of work on one lane, then the next. Who may use an operator's capacity is decided in
 * Postgres; the engine only admits turns.
 */
export const laneTurn = (context: () => SendingContext, turnMs: number) =>
  inngest.createFunction(
    {
      id: "lane-turn",
      triggers: [{ event: "lane/turn.due" }],
      concurrency: [{ key: "event.data.lane", limit: 1 }],
      throttle: { key: "event.data.operator", limit: 500, period: "1s" },
      retries: 3,
    },
    async ({ event, step }) => {
      const data = event.data as { lane: number; operator: number };
      const result = await step.run("turn", () => takeTurn(context(), data.lane, turnMs));
      if (result.next === "done") return result;
      if (result.next === "later") await step.sleepUntil("wait", result.at);
      await step.sendEvent("next-turn", wakeLanes([data]));
      return result;
    },
  );
