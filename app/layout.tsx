import "./globals.css";
import type { Metadata, Viewport } from "next";
import { cookies, headers } from "next/headers";
import { getLocale, getMessages, getTranslations } from "next-intl/server";
import type { ReactNode } from "react";
import { Providers } from "@/components/shell/providers";
import { Words } from "@/components/shell/words";
import { ReaderProvider } from "@/components/ui/reader";
import { env } from "@/lib/env";
import { THEME_COOKIE } from "@/lib/web/settings";
import { pageReader } from "./locale";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("app");
  return { title: { default: "Carillon", template: "%s · Carillon" }, description: t("description") };
}

export const viewport: Viewport = { width: "device-width", initialScale: 1 };

/**
 * Sets the system's theme before the first paint, and follows it for as long as the user has chosen
 * none.
 */
const followSystem = `{const system=matchMedia("(prefers-color-scheme: dark)");const follow=()=>{if(!/(^|; )${THEME_COOKIE}=/.test(document.cookie))document.documentElement.dataset.theme=system.matches?"dark":"light"};follow();system.addEventListener("change",follow)}`;

export default async function RootLayout({ children }: { children: ReactNode }) {
  const locale = await getLocale();
  const theme = (await cookies()).get(THEME_COOKIE)?.value;
  return (
    <html
      lang={locale}
      data-theme={theme === "light" || theme === "dark" ? theme : undefined}
      suppressHydrationWarning
    >
      <head>
        <script
          nonce={(await headers()).get("x-nonce") ?? undefined}
          suppressHydrationWarning
          // biome-ignore lint/security/noDangerouslySetInnerHtml: a constant of ours that must run before the first paint.
          dangerouslySetInnerHTML={{ __html: followSystem }}
        />
      </head>
      <body>
        <Words locale={locale} json={JSON.stringify(await getMessages())}>
          {env().AUTH === "open-anywhere" && <OpenBanner />}
          <ReaderProvider {...(await pageReader())}>
            <Providers>{children}</Providers>
          </ReaderProvider>
        </Words>
      </body>
    </html>
  );
}

/** Whoever can reach this page can do everything: said where it cannot be missed. */
async function OpenBanner() {
  const t = await getTranslations("access");
  return (
    <p role="note" className="bg-warn-wash px-4 py-2 text-center text-warn">
      {t("open_anywhere")}
    </p>
  );
}
