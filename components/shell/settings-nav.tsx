"use client";

import { usePathname } from "next/navigation";
import { useTranslations } from "next-intl";
import { Link } from "@/components/ui/link";
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
    <nav aria-label={t("menu")} className="-mx-4 overflow-x-auto px-4 md:mx-0 md:px-0">
      <ul className="flex min-w-max gap-1 border-line border-b">
        {shown.map(({ href, text }) => (
          <li key={href}>
            <Link
              href={href}
              aria-current={path === href ? "page" : undefined}
              className="-mb-px block border-transparent border-b-2 px-3 py-2 text-soft hover:text-ink aria-[current=page]:border-accent aria-[current=page]:font-medium aria-[current=page]:text-accent"
            >
              {text}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
