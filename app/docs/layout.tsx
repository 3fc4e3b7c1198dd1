import { getTranslations } from "next-intl/server";
import type { ReactNode } from "react";
import { Connection } from "@/components/shell/connection";
import { Foot } from "@/components/shell/foot";
import { Mark } from "@/components/shell/mark";
import { Preferences } from "@/components/shell/preferences";
import { Link } from "@/components/ui/link";
import { VERSION } from "@/lib/version";

/**
 * The frame of what is written about the API. Anybody may read it: nothing of this installation is
 * in it.
 */
export default async function DocsLayout({ children }: { children: ReactNode }) {
  const t = await getTranslations("docs");
  return (
    <>
      <Connection />
      <div className="mx-auto flex max-w-4xl flex-col gap-6 px-4 py-8">
        <header className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
          <Link href="/" prefetch={false} className="flex items-center gap-2.5 font-semibold text-[1.05rem]">
            <Mark />
            Carillon
          </Link>
          <nav className="flex flex-wrap items-center gap-x-4">
            <Link href="/docs" className="text-accent underline underline-offset-4">
              {t("title")}
            </Link>
            <a href="/openapi.json" className="text-accent underline underline-offset-4">
              openapi.json
            </a>
            <Preferences />
          </nav>
        </header>
        {children}
        <Foot version={VERSION} />
      </div>
    </>
  );
}
