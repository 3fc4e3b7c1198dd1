import { ChevronDown, CircleAlert, CircleCheck, CircleX } from "lucide-react";
import { useTranslations } from "next-intl";
import { Link } from "@/components/ui/link";
import type { Acknowledgement, ComponentState, Status } from "@/lib/contract/health/status";
import { Acknowledge } from "./acknowledge";
import { HistoryBars } from "./history-bars";

export const looks: Record<ComponentState, { icon: typeof CircleCheck; color: string; edge: string }> = {
  ok: { icon: CircleCheck, color: "text-good", edge: "border-l-good" },
  degraded: { icon: CircleAlert, color: "text-warn", edge: "border-l-warn" },
  down: { icon: CircleX, color: "text-bad", edge: "border-l-bad" },
};

type Component = Status["components"][number];

export function usePartName() {
  const t = useTranslations("status_page");
  return ({ kind, name }: Component) => (kind === "operator" ? (name ?? "") : t(kind, { name: name ?? "" }));
}

/**
 * One row for each component. A failing one is open: why, since when, and what can be done. A
 * healthy one opens to its history.
 */
export function ComponentList({
  components,
  days,
  time,
  isStopped,
  mayOpen = false,
  mayAcknowledge = false,
  acknowledgements = [],
}: {
  components: Component[];
  /** Of the history. */
  days: string[];
  /** Formats an instant. */
  time: (iso: string) => string;
  /** Somebody has stopped sending, and knows. */
  isStopped: boolean;
  /** The viewer may open the settings of gateways and operators. */
  mayOpen?: boolean;
  mayAcknowledge?: boolean;
  acknowledgements?: Acknowledgement[];
}) {
  const t = useTranslations("status_page");
  const actor = useTranslations("actor");
  const nameOf = usePartName();
  return (
    <ul className="divide-y divide-line overflow-hidden rounded-card border border-line bg-surface">
      {components.map((component) => {
        const { kind, name, state, detail, since, history } = component;
        const { icon: Icon, color } = looks[state];
        const isByHand = isStopped && kind === "sending";
        // An older acknowledgement belongs to a fault that is over.
        const known =
          state === "ok"
            ? undefined
            : acknowledgements.find(
                (one) => one.kind === kind && one.name === name && (since === null || one.at >= since),
              );
        return (
          <li key={`${kind} ${name}`} data-component={kind} data-state={state}>
            <details open={state !== "ok" || undefined} className="group">
              <summary className="grid cursor-pointer list-none grid-cols-[minmax(0,1fr)_auto_auto] items-center gap-x-3 px-4 py-2.5 hover:bg-raised/60 [&::-webkit-details-marker]:hidden">
                <span className="wrap-anywhere font-medium">{nameOf(component)}</span>
                <span className={`flex items-center gap-1.5 font-medium ${color}`}>
                  <Icon size={15} aria-hidden />
                  {t(isByHand ? "stopped" : state)}
                </span>
                <ChevronDown
                  size={15}
                  aria-hidden
                  className="text-soft group-open:rotate-180 motion-safe:transition-transform"
                />
              </summary>
              <div className="flex flex-col gap-2.5 px-4 pb-3.5">
                <p className="wrap-anywhere text-soft">
                  {detail}
                  {since && ` ${t("since", { time: time(since) })}`}
                </p>
                {mayOpen && state !== "ok" && (kind === "gateway" || kind === "operator") && (
                  <Link
                    href={kind === "gateway" ? "/settings/senders" : "/settings/operators"}
                    className="self-start font-medium text-accent underline underline-offset-4"
                  >
                    {t(`open.${kind}`)}
                  </Link>
                )}
                {known ? (
                  <p className="wrap-anywhere">
                    {t("acknowledged", {
                      by: actor.has(known.by) ? actor(known.by) : known.by,
                      time: time(known.at),
                    })}
                  </p>
                ) : (
                  mayAcknowledge && state !== "ok" && !isByHand && <Acknowledge kind={kind} name={name} />
                )}
                {history.length > 0 &&
                  (state === "ok" ? (
                    <HistoryBars history={history} days={days} />
                  ) : (
                    <details>
                      <summary className="cursor-pointer text-soft">{t("history")}</summary>
                      <HistoryBars history={history} days={days} />
                    </details>
                  ))}
              </div>
            </details>
          </li>
        );
      })}
    </ul>
  );
}
