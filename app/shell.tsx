import { dehydrate, HydrationBoundary } from "@tanstack/react-query";
import { getTranslations } from "next-intl/server";
import type { ReactNode } from "react";
import { Account } from "@/components/shell/account";
import { Connection } from "@/components/shell/connection";
import { EmergencyStop, StopBanner } from "@/components/shell/emergency-stop";
import { Foot } from "@/components/shell/foot";
import { Mark } from "@/components/shell/mark";
import { MeProvider } from "@/components/shell/me";
import { Navigation, NewDispatchLink } from "@/components/shell/navigation";
import { Preferences } from "@/components/shell/preferences";
import { SignInAgain } from "@/components/shell/sign-in-again";
import { ZoneNotice } from "@/components/shell/zone-notice";
import { ButtonLink } from "@/components/ui/button";
import { Link } from "@/components/ui/link";
import { env, hasSandbox } from "@/lib/env";
import { VERSION } from "@/lib/version";
import { sendingQuery } from "@/lib/web/queries";
import { pageContext, sending, viewer } from "./page-context";
import { prefetch } from "./prefetch";

/**
 * What every page of somebody who may look at it has around it: the menu, the stop, the account.
 */
export async function Shell({ children }: { children: ReactNode }) {
  const ctx = await pageContext();
  const user = await viewer();
  const me = { name: user?.name ?? null, email: user?.email ?? null, rights: [...ctx.actor.rights] };
  const t = await getTranslations("app");
  const client = await prefetch([[sendingQuery.queryKey, sending]]);
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <MeProvider me={me}>
        <a
          href="#content"
          className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:rounded focus:bg-surface focus:p-2"
        >
          {t("skip")}
        </a>
        <div className="min-h-dvh md:grid md:grid-cols-[13.5rem_minmax(0,1fr)] print:block">
          <aside className="flex flex-col gap-4 border-line md:sticky md:top-0 md:h-dvh md:border-r md:p-4">
            <div className="flex items-center justify-between gap-2 border-line border-b px-4 py-2 md:border-0 md:p-0 md:px-1">
              <Link
                href="/"
                className="flex items-center gap-2.5 font-semibold text-[1.05rem] tracking-tight"
              >
                <Mark />
                <span className="max-[23rem]:sr-only">Carillon</span>
              </Link>
              <div className="flex items-center md:hidden">
                <EmergencyStop />
                <Preferences />
                <Account />
              </div>
            </div>
            <div className="hidden md:grid">
              <NewDispatchLink />
            </div>
            <Navigation hasPhone={hasSandbox(env())} />
            <div className="mt-auto hidden flex-col items-start gap-1 md:flex">
              <EmergencyStop />
              <Preferences>
                <ButtonLink variant="quiet" href="/docs" prefetch={false}>
                  API
                </ButtonLink>
              </Preferences>
              <Account />
              <div className="mt-2 px-3">
                <Foot version={VERSION} />
              </div>
            </div>
          </aside>
          <div className="flex min-w-0 flex-col pb-20 md:pb-0">
            <StopBanner />
            <Connection />
            <ZoneNotice />
            <main
              id="content"
              tabIndex={-1}
              className="mx-auto outline-none w-full max-w-[84rem] flex-1 px-4 py-5 max-md:min-h-dvh md:px-8 md:py-7"
            >
              {children}
            </main>
            {/* Below what a phone shows: where the content grows, it would move. */}
            <div className="px-4 pb-4 md:hidden">
              <Foot version={VERSION} />
            </div>
          </div>
        </div>
        <SignInAgain />
      </MeProvider>
    </HydrationBoundary>
  );
}
