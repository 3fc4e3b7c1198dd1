"use client";

import { notifyManager, type Query, useQueryClient } from "@tanstack/react-query";
import { CloudOff } from "lucide-react";
import { useOffline } from "next/offline";
import { useTranslations } from "next-intl";
import { useCallback, useEffect, useSyncExternalStore } from "react";
import { ProblemError } from "@/lib/web/client";

const AGAIN_MS = 5_000;
type Trouble = "offline" | "failing" | null;

/**
 * A query without any answer yet drops its error while it tries again. We keep the error, so that
 * the notice does not blink.
 */
const before = new WeakMap<Query, Trouble>();

/** Why a visible query cannot be read. A refusal (4xx) is an answer, which its own screen shows. */
function troubleOf(query: Query): Trouble {
  const { fetchFailureReason, error: lastError, errorUpdatedAt, dataUpdatedAt } = query.state;
  const isFailed = errorUpdatedAt > dataUpdatedAt;
  const error = fetchFailureReason ?? (isFailed ? lastError : null);
  if (!error) return isFailed ? (before.get(query) ?? null) : null;
  const trouble = !(error instanceof ProblemError)
    ? "offline"
    : error.problem.status >= 500
      ? "failing"
      : null;
  before.set(query, trouble);
  return trouble;
}

/**
 * Reports a lost connection or a failing server, once for the whole page. The page keeps its
 * content and recovers by itself.
 */
export function Connection() {
  const t = useTranslations("app");
  const client = useQueryClient();
  const subscribe = useCallback(
    (changed: () => void) => client.getQueryCache().subscribe(notifyManager.batchCalls(changed)),
    [client],
  );
  // The user followed a link, and its page cannot be loaded.
  const isWaiting = useOffline();
  const failing = useSyncExternalStore<Trouble>(
    subscribe,
    () => {
      const troubles = client
        .getQueryCache()
        .getAll()
        .filter((query) => query.isActive())
        .map(troubleOf);
      return troubles.includes("offline") ? "offline" : troubles.includes("failing") ? "failing" : null;
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
