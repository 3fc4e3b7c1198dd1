import { inngest } from "@/lib/inngest/client";
import { closeDispatch } from "@/lib/services/dispatches/close-dispatch";
import { countDispatchAudience, openDispatch } from "@/lib/services/dispatches/open-dispatch";
import { versionOf, wakeLanes } from "@/lib/services/events";
import type { SendingContext } from "@/lib/services/sending/sending-context";

/** An engine sleeps 366 days at most; a start may be ten years ahead. */
const SLEEP_MS_MAX = 360 * 86_400_000;
/** A start further ahead than this many sleeps cannot be entered. */
const SLEEPS_MAX = 20;

/**
 * scheduled → (start) open, one turn a lane → (end) close. `schedule` is `<dispatch id>:<version>`:
 * an edit cancels the run of the version before.
 */
export const dispatchLifecycle = (context: () => SendingContext) =>
  inngest.createFunction(
    {
      id: "dispatch-lifecycle",
      triggers: [{ event: "dispatch/scheduled" }],
      cancelOn: [
        { event: "dispatch/cancelled", match: "data.schedule" },
        { event: "dispatch/rescheduled", match: "data.schedule" },
      ],
      retries: 10,
    },
    async ({ event, step }) => {
      const { id, schedule } = event.data as { id: string; schedule: string };
      const version = versionOf(schedule);
      // The database's clock is asked after every sleep, and decides.
      for (let round = 0; round < SLEEPS_MAX; round++) {
        const opened = await step.run(`open-${round}`, async () => {
          const result = await openDispatch(context(), id, version);
          return result.kind === "early" ? { ...result, at: soon(result.at) } : result;
        });
        if (opened.kind === "gone") return { opened: false };
        if (opened.kind === "early") {
          await step.sleepUntil(`until-start-${round}`, opened.at);
          continue;
        }
        if (opened.lanes.length > 0) {
          await step.sendEvent("wake-lanes", wakeLanes(opened.lanes));
        }
        await step.run("count-audience", () => countDispatchAudience(context(), id));
        let end = opened.end;
        for (let attempt = 0; attempt < SLEEPS_MAX; attempt++) {
          await step.sleepUntil(`until-end-${attempt}`, end);
          const closed = await step.run(`close-${attempt}`, () => closeDispatch(context(), id));
          if (closed.kind === "closed") break;
          end = closed.at;
        }
        return { opened: true };
      }
      return { opened: false };
    },
  );

function soon(at: string): string {
  return new Date(Math.min(Date.parse(at), Date.now() + SLEEP_MS_MAX)).toISOString();
}
