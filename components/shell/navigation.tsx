"use client";

import {
  Activity,
  LayoutDashboard,
  type LucideIcon,
  PenLine,
  Rows3,
  Settings,
  Smartphone,
  Users,
} from "lucide-react";
import { usePathname } from "next/navigation";
import { useTranslations } from "next-intl";
import { Link } from "@/components/ui/link";
import { useMay } from "./me";

const places = [
  { href: "/", key: "overview", icon: LayoutDashboard },
  { href: "/dispatches", key: "dispatches", icon: Rows3 },
  { href: "/audience", key: "audience", icon: Users },
  { href: "/phone", key: "phone", icon: Smartphone },
  { href: "/status", key: "status", icon: Activity },
  // On a phone this link is at the top.
  { href: "/settings/operators", key: "settings", icon: Settings, className: "max-md:hidden" },
] as const satisfies { href: string; key: string; icon: LucideIcon; className?: string }[];

function isAt(path: string, href: string): boolean {
  if (href.startsWith("/settings")) return path === "/account" || path.startsWith("/settings");
  return href === "/"
    ? path === "/"
    : path === href || (path.startsWith(`${href}/`) && path !== "/dispatches/new");
}

/**
 * The main navigation: a column on the left, on a phone a row at the bottom. `hasPhone`: the
 * installation has a sandbox, whose phone has a page.
 */
export function Navigation({ hasPhone }: { hasPhone: boolean }) {
  const t = useTranslations("nav");
  const path = usePathname();
  return (
    <nav
      aria-label={t("label")}
      className="fixed inset-x-0 bottom-0 z-30 flex justify-around border-line border-t bg-surface pb-[env(safe-area-inset-bottom)] md:static md:flex-col md:justify-start md:gap-0.5 md:border-0 md:bg-transparent md:p-0"
    >
      {places
        .filter(({ key }) => hasPhone || key !== "phone")
        .map(({ href, key, icon: Icon, ...more }) => (
          <Link
            key={href}
            href={href}
            aria-current={isAt(path, href) ? "page" : undefined}
            className={`${"className" in more ? more.className : ""} flex min-w-0 flex-1 flex-col items-center gap-0.5 px-1 py-1.5 text-[0.72rem] text-soft aria-[current=page]:font-semibold aria-[current=page]:text-accent md:flex-none md:flex-row md:gap-2.5 md:rounded-md md:px-2.5 md:text-[0.95rem] md:hover:bg-raised md:aria-[current=page]:bg-accent-wash`}
          >
            <Icon size={18} aria-hidden />
            <span className="max-w-full truncate">{t(key)}</span>
          </Link>
        ))}
    </nav>
  );
}

export function NewDispatchLink() {
  const t = useTranslations("nav");
  if (!useMay("dispatches:write")) return null;
  return (
    <Link
      href="/dispatches/new"
      className="inline-flex min-h-9 items-center justify-center gap-2 rounded-md border border-transparent bg-accent px-3 font-medium text-accent-ink hover:brightness-110"
    >
      <PenLine size={16} aria-hidden />
      {t("new")}
    </Link>
  );
}
