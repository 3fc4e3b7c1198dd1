"use client";

import { usePathname } from "next/navigation";
import { useTranslations } from "next-intl";
import { TabLinks } from "@/components/ui/tab-links";
import type { Right } from "@/lib/domain/rights";
import { useMe } from "./me";

/** The pages in order, with the right that each requires. */
const places = [
  { key: "operators", href: "/settings/operators", right: "read" },
  { key: "senders", href: "/settings/senders", right: "read" },
  { key: "quiet_hours", href: "/settings/quiet-hours", right: "settings:manage" },
  { key: "title", href: "/settings", right: "keys:manage" },
  { key: "webhooks", href: "/settings/webhooks", right: "webhooks:manage" },
  { key: "audit", href: "/settings/audit", right: "audit:read" },
] as const satisfies { key: string; href: string; right: Right }[];

/** The navigation of the settings. The account comes last. */
export function SettingsNav() {
  const t = useTranslations("settings");
  const account = useTranslations("account");
  const path = usePathname();
  const { rights, name } = useMe();
  const shown: { href: string; text: string }[] = places
    .filter(({ right }) => rights.includes(right))
    .map(({ key, href }) => ({ href, text: t(key) }));
  if (name !== null) shown.push({ href: "/account", text: account("title") });
  return (
    <TabLinks
      label={t("menu")}
      links={shown.map((place) => ({ ...place, isCurrent: path === place.href }))}
    />
  );
}
