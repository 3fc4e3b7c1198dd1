import { CircleAlert, CircleCheck, CircleX } from "lucide-react";
import type { Metadata } from "next";
import Link from "next/link";
import { getFormatter, getTranslations } from "next-intl/server";
import { Mark } from "@/components/shell/mark";
import type { ComponentState } from "@/lib/contract/status";
import { engineHealth } from "@/lib/http/health";
import { getStatus } from "@/lib/services/get-status";
import { context } from "../api/routes";
import { pageLocale } from "../locale";

export const dynamic = "force-dynamic";

const looks: Record<ComponentState, { icon: typeof CircleCheck; color: string }> = {
  ok: { icon: CircleCheck, color: "text-good" },
  degraded: { icon: CircleAlert, color: "text-warn" },
  down: { icon: CircleX, color: "text-bad" },
};

export async function generateMetadata(): Promise<Metadata> {
  // Read without JavaScript, too: the page asks for itself again.
  return { title: (await getTranslations("status_page"))("title"), other: { refresh: "30" } };
}

/** The state of everything, for whoever is on duty. It needs nothing but this answer, and tells the truth when parts are down. */
export default async function StatusPage() {
  const t = await getTranslations("status_page");
  const format = await getFormatter();
  const status = await getStatus(context(), engineHealth, await pageLocale());
  const time = (iso: string) => `${format.dateTime(new Date(iso), { dateStyle: "medium", timeStyle: "medium", timeZone: "UTC" })} UTC`;
  const Overall = looks[status.state].icon;
  return (
    <main className="mx-auto flex max-w-3xl flex-col gap-6 px-4 py-8">
      <header className="flex items-center justify-between gap-4">
        <Link href="/" className="flex items-center gap-2.5 font-semibold text-[1.05rem]" aria-label={t("home")}>
          <Mark />
          Carillon
        </Link>
        <p className="text-soft">{t("updated", { time: time(status.at) })}</p>
      </header>
      <div className="flex items-center gap-3 rounded-card border border-line bg-surface p-5 shadow-card">
        <Overall size={28} aria-hidden className={looks[status.state].color} />
        <h1>{status.state === "ok" ? t("all_good") : t("some_bad")}</h1>
      </div>
      <ul className="divide-y divide-line rounded-card border border-line bg-surface">
        {status.components.map(({ kind, name, state, detail, since }) => {
          const { icon: Icon, color } = looks[state];
          return (
            <li key={`${kind} ${name}`} className="grid grid-cols-[1fr_auto] gap-x-4 px-5 py-3">
              <span className="font-medium">{kind === "operator" ? name : t(kind, { name: name ?? "" })}</span>
              <span className={`flex items-center gap-1.5 font-medium ${color}`}>
                <Icon size={15} aria-hidden />
                {t(state)}
              </span>
              <span className="col-span-2 text-soft">
                {detail}
                {since && ` ${t("since", { time: time(since) })}`}
              </span>
            </li>
          );
        })}
      </ul>
      <dl className="grid gap-px overflow-hidden rounded-card border border-line bg-line sm:grid-cols-2">
        <div className="bg-surface px-5 py-3">
          <dt className="text-soft">{t("running")}</dt>
          <dd className="font-semibold text-xl">{status.running ?? "—"}</dd>
        </div>
        <div className="bg-surface px-5 py-3">
          <dt className="text-soft">{t("oldest")}</dt>
          <dd className="font-semibold text-xl">{status.oldest_waiting_since ? time(status.oldest_waiting_since) : t("none")}</dd>
        </div>
      </dl>
    </main>
  );
}
