import { readStatusFacts, type StatusFacts } from "@/db/status";
import type { ComponentState, Status } from "@/lib/contract/status";
import { type Locale, textOf } from "@/lib/contract/texts";
import type { Context } from "./context";

/** The sweep comes each minute by the engine, or after 75 s by a worker's own timer: older than this, neither lives. */
const SWEEP_AGE_S_MAX = 150;
/** Work that is due waits this long at most while all is well. */
const WAITING_S_MAX = 60;

type Component = Status["components"][number];

/**
 * The state of every part as it is now, also when the database is one of those that fail. Never throws.
 * @param engine asks the engine how it is: null when it is well, else what is wrong
 */
export async function getStatus(ctx: Context, engine: () => Promise<string | null>, locale: Locale): Promise<Status> {
  const of = (kind: Component["kind"], state: ComponentState, code: string, params = {}, more: Partial<Component> = {}): Component => ({
    kind,
    name: null,
    state,
    detail: textOf(locale, `status.${code}`, params),
    since: null,
    ...more,
  });
  const [facts, engineFault] = await Promise.all([readStatusFacts(ctx.db.sql).catch(() => null), engine()]);
  const components = [
    of("api", "ok", "api_ok"),
    facts ? of("database", "ok", "database_ok") : of("database", "down", "database_down"),
    engineFault === null ? of("engine", "ok", "engine_ok") : of("engine", "down", "engine_down", { fault: engineFault }),
    ...(facts ? ofFacts(facts, of) : []),
  ];
  const worst = (["down", "degraded", "ok"] as const).find((state) => components.some((component) => component.state === state))!;
  return {
    state: worst,
    at: facts?.now ?? ctx.now().toISOString(),
    components,
    running: facts?.running ?? null,
    oldest_waiting_since: facts?.oldestWaitingSince ?? null,
  };
}

function ofFacts(
  facts: StatusFacts,
  of: (kind: Component["kind"], state: ComponentState, code: string, params?: object, more?: Partial<Component>) => Component,
): Component[] {
  const seconds = Math.round(facts.sweepAgeS ?? 0);
  const isSweepLate = facts.sweepAgeS === null || facts.sweepAgeS > SWEEP_AGE_S_MAX;
  const waitedS = facts.oldestWaitingSince ? (Date.parse(facts.now) - Date.parse(facts.oldestWaitingSince)) / 1000 : 0;
  const isWaiting = facts.sending === "on" && waitedS > WAITING_S_MAX;
  const stopped = { since: facts.sendingSince };
  const sending =
    facts.sending === "stopped"
      ? of("sending", "down", "sending_stopped", { reason: facts.sendingReason ?? "—" }, stopped)
      : isWaiting
        ? of("sending", "degraded", "sending_waits", { seconds: Math.round(waitedS) }, { since: facts.oldestWaitingSince })
        : of("sending", "ok", "sending_ok");
  const gateways = [...new Set(facts.operators.map(({ gateway }) => gateway))].map((name) => {
    const refusing = facts.operators.find(({ gateway, waitReason }) => gateway === name && waitReason);
    return refusing
      ? of("gateway", "down", "gateway_refuses", { reason: refusing.waitReason!.replace(/^gateway: /, "") }, { name })
      : of("gateway", "ok", "gateway_ok", {}, { name });
  });
  const operators = facts.operators.map(({ name, waitReason }) =>
    waitReason ? of("operator", "degraded", "operator_waits", {}, { name }) : of("operator", "ok", "operator_ok", {}, { name }),
  );
  const sweep = isSweepLate
    ? of("sweep", "down", facts.sweepAgeS === null ? "sweep_never" : "sweep_late", { seconds }, { since: facts.lastSweepAt })
    : of("sweep", "ok", "sweep_ok", { seconds });
  return [sweep, sending, ...gateways, ...operators];
}
