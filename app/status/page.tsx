import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { context, sessions } from "@/app/api/routes";
import { pageLocale, pageReader } from "@/app/locale";
import { pageContext, sending, viewer } from "@/app/page-context";
import { Shell } from "@/app/shell";
import { Affected } from "@/components/health/affected";
import { AutoRefresh } from "@/components/health/auto-refresh";
import { StatusView } from "@/components/health/status-view";
import { Connection } from "@/components/shell/connection";
import { EmergencyStop } from "@/components/shell/emergency-stop";
import { Foot } from "@/components/shell/foot";
import { Mark } from "@/components/shell/mark";
import { Preferences } from "@/components/shell/preferences";
import { Link } from "@/components/ui/link";
import { ZoneNote } from "@/components/ui/use-zoned";
import type { Overview } from "@/lib/contract/health/overview";
import { engineHealth, readInTime } from "@/lib/http/health";
import { presentOverview } from "@/lib/http/present/overview";
import { presentStatus } from "@/lib/http/present/status";
import { getAcknowledgements } from "@/lib/services/health/acknowledge-part";
import { getOverview } from "@/lib/services/health/get-overview";
import { getStatus } from "@/lib/services/health/get-status";
import { VERSION } from "@/lib/version";
import { clockText } from "@/lib/web/clock";

export const dynamic = "force-dynamic";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("status_page"))("title") };
}

/** Whoever cannot be told from a stranger is one: so it is while the database does not answer. */
const isKnown = async () => sessions() === null || (await readInTime(viewer())) !== null;

/**
 * The state of everything. Whoever is signed in sees it inside the shell, with what it holds up and
 * what can be done. Anybody else needs nothing but this answer, which tells the truth when parts
 * are down, and names nobody's dispatches and words.
 */
export default async function StatusPage() {
  const known = await isKnown();
  // The shell will ask: it need not wait until the state is read.
  if (known) sending().catch(() => {});
  const service = await getStatus(context(), engineHealth);
  const status = presentStatus(service, await pageLocale());
  // A database that is away has nothing to tell, and would be waited for.
  const isAway = service.components.some(({ kind, state }) => kind === "database" && state === "down");
  const isStopped = service.components.some(({ code }) => code === "sending_stopped");
  return (
    <>
      {/* Without JavaScript the page asks for itself again; with it, it is refreshed without losing one's place. */}
      <noscript>
        <meta httpEquiv="refresh" content="30" />
      </noscript>
      {known && !isAway ? (
        <Shell>
          <SignedInStatus status={status} isStopped={isStopped} />
        </Shell>
      ) : (
        <PublicStatus status={status} isStopped={isStopped} />
      )}
    </>
  );
}

type Status = ReturnType<typeof presentStatus>;

async function SignedInStatus({ status, isStopped }: { status: Status; isStopped: boolean }) {
  const t = await getTranslations("status_page");
  const words = await getTranslations("overview");
  const { locale, zone: timeZone = "UTC" } = await pageReader();
  const time = (iso: string) => timeOf(locale, iso, status.at, timeZone);
  // What is held up, and what is known of faults: most of the time there is none of either to read.
  const [overview, acknowledgements, ctx] = await Promise.all([
    status.running ? readInTime(readOverview(timeZone)) : null,
    status.state === "ok" ? null : readInTime(readAcknowledgements()),
    pageContext(),
  ]);
  const refusals = overview?.attention.flatMap(({ refusal }) => refusal ?? []) ?? [];
  const isHeld =
    isStopped || status.components.some(({ kind, state }) => kind === "sweep" && state === "down");
  const affected = (overview?.running ?? []).filter(
    ({ status, is_stalled, not_sent }) =>
      status === "running" && (isHeld || is_stalled || (not_sent ?? 0) > 0),
  );
  const worst = status.components.find(({ state }) => state !== "ok" && state === status.state);
  const refusal = worst?.kind === "gateway" && refusals.find(({ gateway }) => gateway === worst.name);
  return (
    <div className="flex max-w-4xl flex-col gap-6">
      <AutoRefresh zone={timeZone} />
      <div className="flex flex-wrap items-baseline justify-between gap-x-4">
        <ZoneNote zone={timeZone} />
        <p className="text-[0.9rem] text-soft">
          {t("updated", { time: clockText(locale, status.at, { timeStyle: "medium", timeZone }) })}
        </p>
      </div>
      <StatusView
        status={status}
        time={time}
        isStopped={isStopped}
        waits={
          refusal &&
          words("refusal", {
            ...refusal,
            until: refusal.until ? time(refusal.until) : "",
            next: refusal.until ? "known" : "none",
          })
        }
        // A phone has it on top of every screen.
        actions={
          !isStopped && (
            <div className="max-md:hidden">
              <EmergencyStop />
            </div>
          )
        }
        mayOpen
        mayAcknowledge={ctx.actor.rights.has("sending:stop")}
        acknowledgements={acknowledgements ?? []}
      >
        <Affected running={affected} time={time} />
      </StatusView>
    </div>
  );
}

const readAcknowledgements = async () => getAcknowledgements(await pageContext());

async function readOverview(timezone: string): Promise<Overview> {
  return presentOverview(await getOverview(await pageContext(), { timezone }), await pageLocale());
}

async function PublicStatus({ status, isStopped }: { status: Status; isStopped: boolean }) {
  const t = await getTranslations("status_page");
  const stop = await getTranslations("stop");
  const { locale } = await pageReader();
  // Who is on duty compares them with logs. The first one says the zone of all.
  const time = (iso: string) =>
    clockText(locale, iso, { dateStyle: "medium", timeStyle: "medium", timeZone: "UTC" });
  return (
    <>
      {isStopped && (
        <p role="alert" className="bg-bad px-4 py-2.5 font-semibold text-surface dark:text-ground">
          {stop("banner")}
        </p>
      )}
      <AutoRefresh />
      <Connection />
      <main className="mx-auto flex max-w-3xl flex-col gap-6 px-4 py-8">
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
          <div className="flex flex-wrap items-center gap-x-3">
            <p className="text-soft">{t("updated", { time: `${time(status.at)} UTC` })}</p>
            <Preferences />
          </div>
        </header>
        <StatusView status={status} time={time} isStopped={isStopped} />
        <Foot version={VERSION} />
      </main>
    </>
  );
}

/** The day too, when it is another one. */
function timeOf(locale: string, iso: string, now: string, timeZone: string): string {
  const day = (instant: string) => clockText(locale, instant, { dateStyle: "short", timeZone });
  return clockText(locale, iso, {
    ...(day(iso) !== day(now) && { day: "numeric", month: "short" }),
    ...{ hour: "numeric", minute: "2-digit", timeZone },
  });
}
