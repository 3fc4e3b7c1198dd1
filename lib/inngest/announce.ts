import { within } from "@/lib/common/within";
import { log } from "@/lib/log";
import type { Announcement } from "@/lib/services/events";
import { inngest } from "./client";

const TIMEOUT_MS = 3_000;
/** The engine takes 5,000 events a call. */
const EVENTS_A_CALL_MAX = 1_000;

/**
 * Tells the engine after a commit. Never throws: the rows are the outbox, and the sweep finds what
 * the engine did not hear of.
 */
export async function announce(events: Announcement[]): Promise<void> {
  for (let from = 0; from < events.length; from += EVENTS_A_CALL_MAX) {
    const batch = events.slice(from, from + EVENTS_A_CALL_MAX);
    try {
      await within(TIMEOUT_MS, inngest.send(batch));
    } catch (err) {
      log.warn(
        { err, events: batch.length, first: batch[0]?.name },
        "the engine could not be told; the sweep will repair it",
      );
    }
  }
}
