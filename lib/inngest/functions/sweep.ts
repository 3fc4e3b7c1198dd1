import { inngest } from "@/lib/inngest/client";
import { recordEngineSweep } from "@/lib/services/health/sample-health";
import type { SendingContext } from "@/lib/services/sending/sending-context";
import { sweep } from "@/lib/services/sending/sweep";

const CRON_SWEEP_AGE_MS = 20_000;

/** Every minute: what is due or stuck in the rows is set going again. */
export const sweepFunction = (context: () => SendingContext) =>
  inngest.createFunction({ id: "sweep", triggers: [{ cron: "* * * * *" }], retries: 0 }, ({ step }) =>
    step.run("sweep", async () => {
      await recordEngineSweep(context());
      return sweep(context(), CRON_SWEEP_AGE_MS);
    }),
  );
