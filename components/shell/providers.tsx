"use client";

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { type ReactNode, useState } from "react";
import { I18nProvider, RouterProvider } from "react-aria-components";
import { ProblemError } from "@/lib/web/client";
import { NoticeProvider } from "../ui/notice";

declare module "react-aria-components" {
  interface RouterConfig {
    routerOptions: NonNullable<Parameters<ReturnType<typeof useRouter>["push"]>[1]>;
  }
}

const RETRY_MS_MAX = 10_000;

/** What was answered stays on the screen while the next answer is awaited; a lost connection is tried again for as long as the page is open. */
function makeClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 2_000,
        retry: (failures, error) => !(error instanceof ProblemError && error.problem.status < 500) && failures < 3,
        retryDelay: (attempt) => Math.min(500 * 2 ** attempt, RETRY_MS_MAX),
        networkMode: "always",
      },
    },
  });
}

export function Providers({ locale, children }: { locale: string; children: ReactNode }) {
  const [client] = useState(makeClient);
  const router = useRouter();
  return (
    <I18nProvider locale={locale}>
      <RouterProvider navigate={router.push}>
        <QueryClientProvider client={client}>
          <NoticeProvider>{children}</NoticeProvider>
        </QueryClientProvider>
      </RouterProvider>
    </I18nProvider>
  );
}
