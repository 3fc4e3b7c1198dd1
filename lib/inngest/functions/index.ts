import type { SendingContext } from "@/lib/services/sending-context";
import { dispatchLifecycle } from "./dispatch-lifecycle";
import { laneTurn } from "./lane-turn";
import { sweepFunction } from "./sweep";

/** The functions, over whatever context the process has. `turnMs`: how long one turn may hold a request open. */
export function createFunctions(context: () => SendingContext, { turnMs }: { turnMs: number }) {
  return [dispatchLifecycle(context), laneTurn(context, turnMs), sweepFunction(context)];
}
