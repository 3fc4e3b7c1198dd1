import type * as contract from "@/lib/contract/health/overview";
import { type Locale, textOf } from "@/lib/contract/texts";
import type { Dispatch } from "@/lib/services/dispatches/get-dispatch";
import type { Attention, Overview } from "@/lib/services/health/get-overview";

const TEXT_MAX = 80;

export const presentOverview = (overview: Overview, locale: Locale): contract.Overview => ({
  first_steps: overview.firstSteps,
  running: overview.running.map(({ dispatch, rate, finishesAt, notSent, isStalled }) => ({
    ...presentCard(dispatch),
    rate,
    finishes_at: finishesAt?.toISOString() ?? null,
    not_sent: notSent,
    is_stalled: isStalled,
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
    detail: textOf(locale, `attention.${attentionText({ code, params })}`, params),
    ...(refusal && { refusal }),
  })),
});

const presentCard = ({ id, name, messageText, status, startAt, endAt, progress }: Dispatch) => ({
  ...{ id, text: beginning(name ?? messageText), status, progress },
  ...{ start_datetime: startAt, end_datetime: endAt },
});

const attentionText = ({ code, params }: Pick<Attention, "code" | "params">) =>
  code === "sending_stopped" && "reason" in params ? "sending_stopped_reason" : code;

function beginning(text: string): string {
  const characters = [...text];
  return characters.length > TEXT_MAX ? `${characters.slice(0, TEXT_MAX - 1).join("")}…` : text;
}
