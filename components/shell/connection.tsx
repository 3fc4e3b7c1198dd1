"use client";

import { notifyManager, type Query, useQueryClient } from "@tanstack/react-query";
import { CloudOff } from "lucide-react";
import { useOffline } from "next/offline";
import { useTranslations } from "next-intl";
import { useCallback, useEffect, useSyncExternalStore } from "react";
import { ProblemError } from "@/lib/web/client";

const AGAIN_MS = 5_000;
const SLOW_MS = 4_000;
const troubles = ["offline", "failing", "slow"] as const;
type Trouble = (typeof troubles)[number] | null;

/**
 * A query without any answer yet drops its error while it tries again. We keep the error, so that
 * the notice does not blink.
 */
const before = new WeakMap<Query, Trouble>();

/** When the call of a query began that has no answer yet. */
const askedAt = new WeakMap<Query, number>();

/** The screen shows an older answer, or another page's, and should say so. A skeleton has words. */
const isSlow = (query: Query): boolean =>
  query.state.fetchStatus === "fetching" &&
  Date.now() - (askedAt.get(query) ?? Date.now()) >= SLOW_MS &&
  query.observers.some((observer) => observer.getCurrentResult().data !== undefined);

/** Why a visible query cannot be read. A refusal (4xx) is an answer, which its own screen shows. */
function troubleOf(query: Query): Trouble {
  const { fetchFailureReason, error: lastError, errorUpdatedAt, dataUpdatedAt } = query.state;
  const isFailed = errorUpdatedAt > dataUpdatedAt;
  const error = fetchFailureReason ?? (isFailed ? lastError : null);
  if (!error) return isFailed ? (before.get(query) ?? null) : isSlow(query) ? "slow" : null;
  const trouble = !(error instanceof ProblemError)
    ? "offline"
    : error.problem.status >= 500
      ? "failing"
      : null;
  before.set(query, trouble);
  return trouble;
}

/**
 * Reports a lost connection, a failing server or one that is slow to answer, once for the whole
 * page. The page keeps its content and recovers by itself.
 */
export function Connection() {
  const t = useTranslations("app");
  const client = useQueryClient();
  const subscribe = useCallback(
    (changed: () => void) => {
      const tell = notifyManager.batchCalls(changed);
      return client.getQueryCache().subscribe((event) => {
        if (event.type === "updated" && event.action.type === "fetch") {
          askedAt.set(event.query, Date.now());
          setTimeout(changed, SLOW_MS);
        }
        tell();
      });
    },
    [client],
  );
  // The user followed a link, and its page cannot be loaded.
  const isWaiting = useOffline();
  const failing = useSyncExternalStore<Trouble>(
    subscribe,
    () => {
      const found = client
        .getQueryCache()
        .getAll()
        .filter((query) => query.isActive())
        .map(troubleOf);
      return troubles.find((trouble) => found.includes(trouble)) ?? null;
    },
    () => null,
  );
  const trouble = isWaiting ? "offline" : failing;
  // Most queries poll. Retry the others too, or the page would stay in trouble.
  useEffect(() => {
    if (!trouble) return;
    const timer = setInterval(() => {
      void client.refetchQueries({
        type: "active",
        predicate: (query) => query.state.fetchStatus === "idle" && troubleOf(query) !== null,
      });
    }, AGAIN_MS);
    return () => clearInterval(timer);
  }, [client, trouble]);
  return (
    <div role="status">
      {trouble && (
        <p className="flex items-center gap-2 bg-warn-wash px-4 py-2 text-warn md:px-6">
          <CloudOff size={16} className="shrink-0" aria-hidden />
          {t(trouble)}
        </p>
      )}
    </div>
  );
}
