"use client";

import { Languages, Moon, Sun } from "lucide-react";
import { useRouter } from "next/navigation";
import { useLocale, useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { Button } from "@/components/ui/button";
import { LOCALE_COOKIE, remember, THEME_COOKIE } from "@/lib/web/settings";

/**
 * Chooses language and theme. Both are cookies, so that the server paints the next page with them.
 * @param children what stands in the same row
 */
export function Preferences({ children }: { children?: ReactNode }) {
  const t = useTranslations("app");
  const locale = useLocale();
  const router = useRouter();
  const other = locale === "ru" ? "en" : "ru";
  return (
    <div className="flex items-center gap-1">
      <Button
        variant="quiet"
        lang={other}
        aria-label={other === "ru" ? "Русский" : "English"}
        onClick={() => {
          remember(LOCALE_COOKIE, other);
          router.refresh();
        }}
      >
        <Languages size={16} aria-hidden className="max-sm:hidden" />
        <span className="hidden sm:inline">{other === "ru" ? "Русский" : "English"}</span>
        <span className="uppercase sm:hidden">{other}</span>
      </Button>
      <Button
        variant="quiet"
        aria-label={t("theme")}
        onClick={() => {
          const theme = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
          document.documentElement.dataset.theme = theme;
          remember(THEME_COOKIE, theme);
        }}
      >
        <Moon size={16} aria-hidden className="dark:hidden" />
        <Sun size={16} aria-hidden className="hidden dark:block" />
      </Button>
      {children}
    </div>
  );
}
