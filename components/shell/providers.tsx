"use client";

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode, useLayoutEffect, useState } from "react";
import { NoticeProvider } from "@/components/ui/notice";
import { ProblemError } from "@/lib/web/client";

const RETRY_MS_MAX = 10_000;

/**
 * The last answer stays on the screen while the next one is loading. Queries retry after a lost
 * connection as long as the page is open.
 */
function makeClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 2_000,
        retry: (failures, error) =>
          !(error instanceof ProblemError && error.problem.status < 500) && failures < 3,
        retryDelay: (attempt) => Math.min(500 * 2 ** attempt, RETRY_MS_MAX),
        networkMode: "always",
      },
    },
  });
}

export function Providers({ children }: { children: ReactNode }) {
  const [client] = useState(makeClient);
  // Where there is no page, the browser draws all of it anew, and without what was set before the
  // first paint.
  useLayoutEffect(() => {
    const dark = matchMedia("(prefers-color-scheme: dark)").matches;
    document.documentElement.dataset.theme ??= dark ? "dark" : "light";
  }, []);
  return (
    <QueryClientProvider client={client}>
      <NoticeProvider>{children}</NoticeProvider>
    </QueryClientProvider>
  );
}
