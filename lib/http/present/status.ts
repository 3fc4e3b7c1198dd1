import type * as contract from "@/lib/contract/health/status";
import { type Locale, textOf } from "@/lib/contract/texts";
import type { Status } from "@/lib/services/health/get-status";

export const presentStatus = (status: Status, locale: Locale): contract.Status => ({
  state: status.state,
  at: status.at,
  components: status.components.map(({ kind, name, state, code, params, since, history }) => ({
    kind,
    name,
    state,
    detail: textOf(locale, `status.${code}`, params as Record<string, string>),
    since,
    history: history.map(({ date, okS, degradedS, downS }) => ({
      date,
      ok_s: Math.round(okS),
      degraded_s: Math.round(degradedS),
      down_s: Math.round(downS),
    })),
  })),
  running: status.running,
  oldest_waiting_since: status.oldestWaitingSince,
  workers: status.workers,
});
