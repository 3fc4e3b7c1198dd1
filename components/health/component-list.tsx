import { CircleAlert, CircleCheck, CircleX } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ComponentState, Status } from "@/lib/contract/health/status";
import { HistoryBars } from "./history-bars";

export const looks: Record<ComponentState, { icon: typeof CircleCheck; color: string; edge: string }> = {
  ok: { icon: CircleCheck, color: "text-good", edge: "border-l-good" },
  degraded: { icon: CircleAlert, color: "text-warn", edge: "border-l-warn" },
  down: { icon: CircleX, color: "text-bad", edge: "border-l-bad" },
};

/** One line a component: its state now, why, since when, and how it was. */
export function ComponentList({
  components,
  at,
  time,
}: {
  components: Status["components"];
  at: string;
  /** Writes an instant. */
  time: (iso: string) => string;
}) {
  const t = useTranslations("status_page");
  return (
    <ul className="divide-y divide-line rounded-card border border-line bg-surface shadow-card">
      {components.map(({ kind, name, state, detail, since, history }) => {
        const { icon: Icon, color } = looks[state];
        return (
          <li
            key={`${kind} ${name}`}
            className="grid grid-cols-[1fr_auto] gap-x-4 px-5 py-3.5"
            data-component={kind}
            data-state={state}
          >
            <span className="wrap-anywhere font-medium">
              {kind === "operator" ? name : t(kind, { name: name ?? "" })}
            </span>
            <span className={`flex items-center gap-1.5 font-medium ${color}`}>
              <Icon size={15} aria-hidden />
              {t(state)}
            </span>
            <span className="wrap-anywhere col-span-2 text-soft">
              {detail}
              {since && ` ${t("since", { time: time(since) })}`}
            </span>
            {history.length > 0 && <HistoryBars history={history} at={at} />}
          </li>
        );
      })}
    </ul>
  );
}
