"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState } from "react";
import type { Dispatch } from "@/lib/contract/dispatches/dispatch";

const WINDOW_MS = 8_000;
const STILL_MS = 3_000;

/**
 * Computes the messages a second from the last answers (null until there are two), and the seconds
 * that are left at this rate (null while nobody can know). It computes while rendering: a state
 * would render twice for each answer.
 */
export function useRate({
  id,
  status,
  progress,
  waits,
}: Pick<Dispatch, "id" | "status" | "progress" | "waits">): {
  perSecond: number | null;
  leftS: number | null;
} {
  const seen = useRef<{ at: number; accepted: number }[]>(undefined);
  const [mountedAt] = useState(Date.now);
  const changedAt = useRef(mountedAt);
  const [stillAt, setStillAt] = useState<Dispatch["progress"]>();
  const client = useQueryClient();
  const latest = useRef(progress);
  useEffect(() => {
    latest.current = progress;
  }, [progress]);
  const measured = useMemo(() => {
    // The first figures come with the page, and we do not know how old it is.
    if (!seen.current) {
      seen.current = [];
      return null;
    }
    const now = Date.now();
    changedAt.current = now;
    const kept = seen.current.filter(({ at }) => now - at < WINDOW_MS);
    kept.push({ at: now, accepted: progress.accepted });
    seen.current = kept;
    const first = kept[0]!;
    return now - first.at > 500 ? ((progress.accepted - first.accepted) * 1000) / (now - first.at) : null;
  }, [progress]);
  // An answer without news renders nothing, so a timer notices when sending has stopped. No answer
  // at all says nothing.
  useEffect(() => {
    if (status !== "running") return;
    const timer = setInterval(() => {
      const heardAt = Math.max(
        ...[["board"], ["one", id]].flatMap((key) =>
          client
            .getQueryCache()
            .findAll({ queryKey: ["dispatches", ...key] })
            .map(({ state }) => state.dataUpdatedAt),
        ),
      );
      if (heardAt - changedAt.current > STILL_MS) setStillAt(latest.current);
    }, 1_000);
    return () => clearInterval(timer);
  }, [client, id, status]);
  const perSecond = status === "running" && stillAt !== progress ? measured : 0;
  const left = progress.remaining + progress.sending + progress.deferred;
  // While a gateway refuses, nobody knows when sending goes on.
  const isStalled = waits.some(({ code }) => code === "breaker");
  return {
    perSecond,
    leftS:
      perSecond !== null && perSecond > 0 && progress.audience !== null && !isStalled
        ? left / perSecond
        : null,
  };
}
