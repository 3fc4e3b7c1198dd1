import type * as contract from "@/lib/contract/health/overview";
import { type Locale, textOf } from "@/lib/contract/texts";
import type { Dispatch } from "@/lib/services/dispatches/get-dispatch";
import type { Attention, Overview } from "@/lib/services/health/get-overview";
import { presentWaits } from "./dispatch";

const TEXT_MAX = 80;

export const presentOverview = (overview: Overview, locale: Locale): contract.Overview => ({
  first_steps: overview.firstSteps,
  running: overview.running.map(({ dispatch, rate, finishesAt, notSent, isStalled }) => ({
    ...presentCard(dispatch),
    rate,
    finishes_at: finishesAt?.toISOString() ?? null,
    not_sent: notSent,
    is_stalled: isStalled,
    waits: presentWaits(dispatch, locale),
  })),
  last: overview.last && presentCard(overview.last),
  upcoming: overview.upcoming.map(({ id, text, startMs, endMs }) => ({
    id,
    text: beginning(text),
    status: "scheduled",
    start_datetime: new Date(startMs).toISOString(),
    end_datetime: new Date(endMs).toISOString(),
  })),
  today: { ...overview.today, since: overview.today.since.toISOString() },
  operators: overview.operators.map(({ id, code, name, rate, inUse }) => ({
    id,
    code,
    name,
    rate_per_second: rate,
    in_use: inUse,
  })),
  attention: overview.attention.map(({ code, dispatchId, params, refusal }) => ({
    code,
    dispatch_id: dispatchId,
    detail: textOf(locale, `attention.${attentionText({ code, params })}`, grouped(params, locale)),
    ...(refusal && { refusal }),
  })),
});

const presentCard = ({ id, name, messageText, status, startAt, endAt, progress }: Dispatch) => ({
  ...{ id, text: beginning(name ?? messageText), status, progress },
  ...{ start_datetime: startAt, end_datetime: endAt },
});

/** Counts as people write them. */
const grouped = (params: Attention["params"], locale: Locale) =>
  Object.fromEntries(
    Object.entries(params).map(([name, value]) => [
      name,
      typeof value === "number" ? value.toLocaleString(locale) : value,
    ]),
  );

const attentionText = ({ code, params }: Pick<Attention, "code" | "params">) =>
  code === "sending_stopped" && "reason" in params ? "sending_stopped_reason" : code;

function beginning(text: string): string {
  const characters = [...text];
  return characters.length > TEXT_MAX ? `${characters.slice(0, TEXT_MAX - 1).join("")}…` : text;
}
