import type { SendingContext } from "@/lib/services/sending-context";
import { dispatchLifecycle } from "./dispatch-lifecycle";
import { laneTurn } from "./lane-turn";
import { retention } from "./retention";
import { sweepFunction } from "./sweep";

/** The functions, over whatever context the process has. `turnMs`: how long one turn may hold a request open; `retentionDays`: how long messages are kept, without it for ever. */
export function createFunctions(
  context: () => SendingContext,
  { turnMs, retentionDays }: { turnMs: number; retentionDays?: number | undefined },
) {
  return [dispatchLifecycle(context), laneTurn(context, turnMs), sweepFunction(context), retention(context, retentionDays)];
}
