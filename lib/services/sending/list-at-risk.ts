import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import type { Dispatch } from "@/lib/services/dispatches/get-dispatch";
import { listDispatches } from "@/lib/services/dispatches/lists/list-dispatches";

const PAGE = 200;

/**
 * The dispatches that may have sent more than the rows know, when these come from a backup: what
 * was running or paused then, and what was only scheduled and would have begun since. Newest first.
 */
export async function listAtRisk(ctx: Context): Promise<Dispatch[]> {
  requireRight(ctx, "read");
  const atRisk: Dispatch[] = [];
  let cursor: string | undefined;
  do {
    const { items, nextCursor } = await listDispatches(ctx, {
      limit: PAGE,
      cursor,
      status: ["scheduled", "running", "paused"],
    });
    atRisk.push(
      ...items.filter(
        ({ status, startAt }) => status !== "scheduled" || Date.parse(startAt) <= ctx.now().getTime(),
      ),
    );
    cursor = nextCursor ?? undefined;
  } while (cursor);
  return atRisk;
}
