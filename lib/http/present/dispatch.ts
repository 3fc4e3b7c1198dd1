import type * as contract from "@/lib/contract/dispatches/dispatch";
import { type Locale, textOf } from "@/lib/contract/texts";
import { foreignPlaceholder } from "@/lib/domain/text/foreign-placeholder";
import type { Wait } from "@/lib/services/dispatches/explain-waits";
import type { Dispatch } from "@/lib/services/dispatches/get-dispatch";
import type { Board } from "@/lib/services/dispatches/lists/get-board";
import type { Retried } from "@/lib/services/dispatches/retry-failed";
import { snapshotOf } from "@/lib/services/dispatches/snapshot";

export const presentDispatch = (dispatch: Dispatch, locale: Locale): contract.Dispatch => ({
  ...snapshotOf(dispatch),
  author: dispatch.author,
  hours: dispatch.hours,
  warnings: presentWarnings(dispatch.warnings, dispatch.messageText, locale),
  waits: presentWaits(dispatch, locale),
  progress: dispatch.progress,
});

export const presentWaits = (dispatch: Dispatch, locale: Locale): contract.Dispatch["waits"] =>
  dispatch.waits.map((wait) => ({
    code: wait.code,
    detail: textOf(locale, `wait.${waitText(wait, dispatch)}`, wait.params),
    until: wait.until,
  }));

export function presentWarnings(codes: contract.WarningCode[], text: string | null, locale: Locale) {
  const params = { value: foreignPlaceholder(text ?? "") ?? "", example: "{{name}}" };
  return codes.map((code) => ({ code, detail: textOf(locale, code, params) }));
}

function waitText({ code, params }: Wait, { status }: Dispatch): string {
  if (code === "waiting_for_engine" && status === "scheduled") return "not_opened";
  if (code !== "paused" || !("by" in params)) return code;
  return params.by === "anonymous" ? "paused_anonymous" : "paused_by";
}

export function presentBoard(
  { counts, scheduled, running, paused, finished }: Board,
  locale: Locale,
): contract.Board {
  const cards = (column: Dispatch[]) => column.map((dispatch) => presentDispatch(dispatch, locale));
  return {
    counts,
    scheduled: cards(scheduled),
    running: cards(running),
    paused: cards(paused),
    finished: cards(finished),
  };
}

/** A dispatch after its failed messages were tried again. */
export const presentRetried = (
  dispatch: Dispatch,
  { retried, left }: Retried,
  locale: Locale,
): contract.DispatchRetried => ({
  ...presentDispatch(dispatch, locale),
  retried,
  left: left.map(({ code, count, fault }) => ({ code, count, detail: textOf(locale, `left.${fault}`) })),
});
