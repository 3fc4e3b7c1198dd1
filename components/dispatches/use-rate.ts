"use client";

import { useEffect, useRef, useState } from "react";
import type { Dispatch } from "@/lib/contract/dispatch";

const WINDOW_MS = 8_000;

/** Messages a second over the last answers, and how many seconds are left at that pace (null while nobody can know). */
export function useRate({ status, progress }: Dispatch): { perSecond: number; leftS: number | null } {
  const seen = useRef<{ at: number; accepted: number }[]>([]);
  const [perSecond, setPerSecond] = useState(0);
  const isFirst = useRef(true);
  useEffect(() => {
    // The first figures are as old as the page; nobody knows how old that is.
    if (isFirst.current) {
      isFirst.current = false;
      return;
    }
    const now = Date.now();
    const kept = seen.current.filter(({ at }) => now - at < WINDOW_MS);
    kept.push({ at: now, accepted: progress.accepted });
    seen.current = kept;
    const first = kept[0]!;
    if (now - first.at > 500) setPerSecond(((progress.accepted - first.accepted) * 1000) / (now - first.at));
  }, [progress]);
  const left = progress.remaining + progress.sending + progress.deferred;
  const isKnown = status === "running" && perSecond > 0 && progress.audience !== null;
  return { perSecond: status === "running" ? perSecond : 0, leftS: isKnown ? left / perSecond : null };
}
