"use client";

import { Ban, CheckCircle2, CirclePause, Clock3, Radio, TimerOff } from "lucide-react";
import { useTranslations } from "next-intl";
import type { DispatchStatus } from "@/lib/domain/lifecycle";

const looks = {
  scheduled: { icon: Clock3, color: "text-soft" },
  running: { icon: Radio, color: "text-busy" },
  paused: { icon: CirclePause, color: "text-warn" },
  completed: { icon: CheckCircle2, color: "text-good" },
  expired: { icon: TimerOff, color: "text-bad" },
  cancelled: { icon: Ban, color: "text-soft" },
} as const;

/** The status as an icon, where there is no room for its name. */
export function StatusIcon({ status }: { status: DispatchStatus }) {
  const { icon: Icon, color } = looks[status];
  return <Icon size={12} aria-hidden className={`shrink-0 ${color}`} />;
}

export function StatusBadge({ status }: { status: DispatchStatus }) {
  const t = useTranslations("status");
  const { icon: Icon, color } = looks[status];
  return (
    // On the line of the text beside it: an icon has no base line.
    <span className={`inline-flex items-baseline gap-1.5 whitespace-nowrap font-medium ${color}`}>
      <Icon size={15} aria-hidden className="shrink-0 self-center" />
      {t(status)}
    </span>
  );
}
