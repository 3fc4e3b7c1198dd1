import type * as contract from "@/lib/contract/dispatches/timeline";
import { type Locale, textOf } from "@/lib/contract/texts";
import type { Timeline } from "@/lib/services/dispatches/get-timeline";
import { presentCost } from "./cost";
import { presentDispatch } from "./dispatch";

/** Nothing of it went to a gateway. */
const isSkipped = (code: string, { skipped, ...others }: Timeline["lanes"][number]["progress"]) =>
  code === "drained" && skipped > 0 && Object.values(others).every((count) => count === 0);

export const presentTimeline = (
  { dispatch, events, lanes, cost, rate, delivered, failures }: Timeline,
  locale: Locale,
): contract.Timeline => ({
  dispatch: presentDispatch(dispatch, locale),
  events: events.map((event) => ({ ...event, detail: textOf(locale, `event.${event.action}`) })),
  lanes: lanes.map(({ operator, progress, rate, reason }) => ({
    operator: { id: operator.id, code: operator.code, name: operator.name, rate_per_second: operator.rate },
    progress,
    rate,
    reason: {
      code: reason.code,
      detail: textOf(locale, isSkipped(reason.code, progress) ? "reason.skipped" : `reason.${reason.code}`),
      until: reason.until,
    },
  })),
  cost: cost && presentCost(cost),
  rate,
  delivered,
  failures,
});
