import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import type { Acknowledgement, Status } from "@/lib/contract/health/status";
import { ComponentList, looks, usePartName } from "./component-list";
import { historyDays } from "./history-bars";
import { WorkList } from "./work-list";

const sections = [
  { title: "house", kinds: ["api", "database", "engine", "sweep", "sending"] },
  { title: "gateways", kinds: ["gateway"] },
  { title: "operators", kinds: ["operator"] },
] as const;

/**
 * The state of all components: which fail, since when, and why. `children` is what only signed-in
 * users see.
 */
export function StatusView({
  status,
  time,
  waits,
  isStopped,
  actions,
  mayOpen = false,
  mayAcknowledge = false,
  acknowledgements,
  children,
}: {
  status: Status;
  /** Formats an instant. */
  time: (iso: string) => string;
  /** What waits for the failing component, and when its next try is. */
  waits?: ReactNode;
  /** Somebody has stopped sending, and knows. */
  isStopped: boolean;
  actions?: ReactNode;
  mayOpen?: boolean;
  mayAcknowledge?: boolean;
  acknowledgements?: Acknowledgement[];
  children?: ReactNode;
}) {
  const t = useTranslations("status_page");
  const nameOf = usePartName();
  const { icon: Overall, color, edge } = looks[status.state];
  // Each component needs those before it, so the first of the worst is the cause.
  const worst =
    status.state === "ok" ? undefined : status.components.find(({ state }) => state === status.state);
  const days = historyDays(status.at);
  const others = status.components.filter(({ state }) => state !== "ok").length - 1;
  return (
    <>
      <section
        className={`flex flex-wrap items-start gap-x-4 gap-y-3 rounded-card border border-line border-l-4 bg-surface p-4 sm:p-5 ${edge}`}
      >
        <Overall size={26} aria-hidden className={`shrink-0 ${color}`} />
        <div className="flex min-w-0 flex-1 basis-56 flex-col gap-1.5">
          {worst ? (
            <>
              <h1 className="wrap-anywhere">
                {t(worst.since ? "part_since" : "part", {
                  name: nameOf(worst),
                  state: isStopped && worst.kind === "sending" ? "stopped" : worst.state,
                  time: worst.since ? time(worst.since) : "",
                })}
              </h1>
              <p className="wrap-anywhere">{waits || worst.detail}</p>
              {others > 0 && <p className="text-soft">{t("others", { count: others })}</p>}
            </>
          ) : (
            <h1>{t("all_good")}</h1>
          )}
        </div>
        {worst && actions}
      </section>
      {children}
      <WorkList status={status} time={time} />
      {sections.map(({ title, kinds }) => {
        const components = status.components.filter(({ kind }) =>
          (kinds as readonly string[]).includes(kind),
        );
        if (components.length === 0) return null;
        return (
          <section key={title} aria-labelledby={`parts-${title}`} className="flex flex-col gap-2.5">
            <h2 id={`parts-${title}`}>{t(title)}</h2>
            <ComponentList
              components={components}
              days={days}
              time={time}
              isStopped={isStopped}
              mayOpen={mayOpen}
              mayAcknowledge={mayAcknowledge}
              acknowledgements={acknowledgements}
            />
          </section>
        );
      })}
      <p className="text-[0.9rem] text-soft">
        {t("legend")}{" "}
        <a href="/api/v1/status/" className="text-accent underline underline-offset-4">
          {t("as_json")}
        </a>
      </p>
    </>
  );
}
