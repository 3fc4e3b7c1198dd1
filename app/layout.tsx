import "./globals.css";
import type { Metadata, Viewport } from "next";
import { cookies, headers } from "next/headers";
import { getTranslations } from "next-intl/server";
import type { ReactNode } from "react";
import { Providers } from "@/components/shell/providers";
import { ReaderProvider } from "@/components/ui/reader";
import { env } from "@/lib/env";
import { THEME_COOKIE } from "@/lib/web/settings";
import { fontNames } from "./fonts";
import { pageLocale, pageReader } from "./locale";
import { readTexts } from "./texts/read-texts";
import { Words } from "./texts/words";

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
  const locale = await pageLocale();
  const { href } = await readTexts(locale);
  const theme = (await cookies()).get(THEME_COOKIE)?.value;
  return (
    <html
      lang={locale}
      className={fontNames}
      data-theme={theme === "light" || theme === "dark" ? theme : undefined}
      suppressHydrationWarning
    >
      <head>
        <link rel="preload" href={href} as="fetch" crossOrigin="anonymous" />
        <script
          nonce={(await headers()).get("x-nonce") ?? undefined}
          suppressHydrationWarning
          // biome-ignore lint/security/noDangerouslySetInnerHtml: a constant of ours that must run before the first paint.
          dangerouslySetInnerHTML={{ __html: followSystem }}
        />
      </head>
      <body>
        <Words locale={locale} href={href}>
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
