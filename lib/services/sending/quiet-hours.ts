import { transaction } from "@/db/client";
import {
  listStaleLanes,
  type QuietHours as Row,
  readQuietHours,
  writeQuietHours,
} from "@/db/sending/quiet-hours";
import { hastenRetries } from "@/db/sending/retries";
import type { QuietHoursPut } from "@/lib/contract/sending/quiet-hours";
import { audit } from "@/lib/services/audit";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { wakeLanes } from "@/lib/services/events";

export type QuietHours = Row;

export async function getQuietHours(ctx: Context): Promise<QuietHours> {
  requireRight(ctx, "read");
  return readQuietHours(ctx.db.sql);
}

/**
 * Changes when nobody is written to. It bites within a second, as a pause does, whatever state
 * dispatches are in: each claim reads the rule, and nothing is written that was claimed by another.
 * Who waited by the old rule is woken after the commit; what that misses the sweep finds.
 */
export async function setQuietHours(ctx: Context, input: QuietHoursPut): Promise<QuietHours> {
  requireRight(ctx, "settings:manage");
  const { enabled, ...hours } = input;
  const after = await transaction(ctx.db.sql, async (tx) => {
    const before = await readQuietHours(tx, true);
    await writeQuietHours(tx, enabled, hours, ctx.actor.name);
    const after = await readQuietHours(tx);
    await audit(ctx, tx, "quiet_hours.changed", "quiet-hours", {
      before: shown(before),
      after: shown(after),
    });
    return after;
  });
  await hastenRetries(ctx.db.sql);
  await ctx.announce(wakeLanes(await listStaleLanes(ctx.db.sql)));
  return after;
}

/** As the API names them. */
const shown = ({ enabled, hours }: QuietHours) => ({ enabled, ...hours });
