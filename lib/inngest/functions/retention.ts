import { inngest } from "@/lib/inngest/client";
import { dropMessages } from "@/lib/services/dispatches/drop-messages";
import type { SendingContext } from "@/lib/services/sending/sending-context";

/** Rows a step deletes: some seconds of work. */
const ROWS_A_STEP = 50_000;
const STEPS_MAX = 100;

/** Every hour: message rows that are older than they are to be kept are deleted in small steps. */
export const retention = (context: () => SendingContext, days: number | undefined) =>
  inngest.createFunction(
    { id: "retention", triggers: [{ cron: "23 * * * *" }], concurrency: 1, retries: 1 },
    async ({ step }) => {
      if (days === undefined) return { rows: 0 };
      let rows = 0;
      for (let i = 0; i < STEPS_MAX; i++) {
        const done = await step.run(`drop-${i}`, () =>
          dropMessages(context(), { days, rowsMax: ROWS_A_STEP }),
        );
        rows += done.rows;
        if (!done.more) break;
      }
      return { rows };
    },
  );
