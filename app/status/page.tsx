import type { Metadata } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { context } from "@/app/api/routes";
import { pageLocale, pageReader } from "@/app/locale";
import { AutoRefresh } from "@/components/health/auto-refresh";
import { ComponentList, looks } from "@/components/health/component-list";
import { WorkList } from "@/components/health/work-list";
import { Connection } from "@/components/shell/connection";
import { Foot } from "@/components/shell/foot";
import { Mark } from "@/components/shell/mark";
import { engineHealth } from "@/lib/http/health";
import { presentStatus } from "@/lib/http/present/status";
import { getStatus } from "@/lib/services/health/get-status";
import { VERSION } from "@/lib/version";
import { clockText } from "@/lib/web/clock";

export const dynamic = "force-dynamic";

const sections = [
  { title: "house", kinds: ["api", "database", "engine", "sweep", "sending"] },
  { title: "gateways", kinds: ["gateway"] },
  { title: "operators", kinds: ["operator"] },
] as const;

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("status_page"))("title") };
}

/**
 * The state of everything, for whoever is on duty. It needs nothing but this answer, and tells the
 * truth when parts are down.
 */
export default async function StatusPage() {
  const t = await getTranslations("status_page");
  const { locale } = await pageReader();
  const status = presentStatus(await getStatus(context(), engineHealth), await pageLocale());
  // Who is on duty compares them with logs. The first one says the zone of all.
  const time = (iso: string) =>
    clockText(locale, iso, { dateStyle: "medium", timeStyle: "medium", timeZone: "UTC" });
  const { icon: Overall, color, edge } = looks[status.state];
  return (
    <>
      <Connection />
      <main className="mx-auto flex max-w-3xl flex-col gap-6 px-4 py-8">
        {/* Without JavaScript the page asks for itself again; with it, it is refreshed without losing one's place. */}
        <noscript>
          <meta httpEquiv="refresh" content="30" />
        </noscript>
        <AutoRefresh />
        <header className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
          <Link
            href="/"
            prefetch={false}
            className="flex items-center gap-2.5 font-semibold text-[1.05rem]"
            aria-label={t("home")}
          >
            <Mark />
            Carillon
          </Link>
          <p className="text-soft">{t("updated", { time: `${time(status.at)} UTC` })}</p>
        </header>
        <div
          className={`flex items-center gap-3 rounded-card border border-line border-l-4 bg-surface p-5 shadow-card ${edge}`}
        >
          <Overall size={28} aria-hidden className={`shrink-0 ${color}`} />
          <h1>
            {t(status.state === "ok" ? "all_good" : status.state === "degraded" ? "some_bad" : "all_bad")}
          </h1>
        </div>
        <WorkList status={status} time={time} />
        {sections.map(({ title, kinds }) => {
          const components = status.components.filter(({ kind }) =>
            (kinds as readonly string[]).includes(kind),
          );
          if (components.length === 0) return null;
          return (
            <section key={title} className="flex flex-col gap-2.5">
              <h2>{t(title)}</h2>
              <ComponentList components={components} at={status.at} time={time} />
            </section>
          );
        })}
        <p className="text-soft">
          {t("legend")}{" "}
          <a href="/api/v1/status/" className="text-accent underline underline-offset-4">
            {t("as_json")}
          </a>
        </p>
        <Foot version={VERSION} />
      </main>
    </>
  );
}
