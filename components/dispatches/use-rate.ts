"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import type { Dispatch } from "@/lib/contract/dispatch";

const WINDOW_MS = 8_000;
const STILL_MS = 3_000;

/** Messages a second over the last answers, and how many seconds are left at that pace (null while nobody can know). */
export function useRate({ id, status, progress }: Dispatch): { perSecond: number; leftS: number | null } {
  const seen = useRef<{ at: number; accepted: number }[]>([]);
  const [perSecond, setPerSecond] = useState(0);
  const isFirst = useRef(true);
  const changedAt = useRef(0);
  const client = useQueryClient();
  useEffect(() => {
    // The first figures are as old as the page; nobody knows how old that is.
    if (isFirst.current) {
      isFirst.current = false;
      return;
    }
    const now = Date.now();
    changedAt.current = now;
    const kept = seen.current.filter(({ at }) => now - at < WINDOW_MS);
    kept.push({ at: now, accepted: progress.accepted });
    seen.current = kept;
    const first = kept[0]!;
    if (now - first.at > 500) setPerSecond(((progress.accepted - first.accepted) * 1000) / (now - first.at));
  }, [progress]);
  // Answers that bring nothing new draw nothing anew: that nobody is sent to any more has to be looked for. No answer at all says nothing.
  useEffect(() => {
    if (status !== "running") return;
    const timer = setInterval(() => {
      const heardAt = Math.max(...[["active"], ["one", id]].map((key) => client.getQueryState(["dispatches", ...key])?.dataUpdatedAt ?? 0));
      if (heardAt - changedAt.current > STILL_MS) setPerSecond(0);
    }, 1_000);
    return () => clearInterval(timer);
  }, [client, id, status]);
  const left = progress.remaining + progress.sending + progress.deferred;
  const isKnown = status === "running" && perSecond > 0 && progress.audience !== null;
  return { perSecond: status === "running" ? perSecond : 0, leftS: isKnown ? left / perSecond : null };
}
