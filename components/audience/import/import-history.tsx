"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useEffect } from "react";
import { EmptyList, ListSkeleton, Unreadable } from "@/components/ui/list-states";
import type { Import } from "@/lib/contract/audience/import";
import { importsQuery } from "@/lib/web/queries";
import { refreshQueries } from "@/lib/web/refresh";
import { ImportItem } from "./import-item";

interface ImportHistoryProps {
  /** The import whose review is being loaded. */
  resuming: string | undefined;
  onResume: (job: Import) => void;
}

/** All imports, updated while they run. The server has the list, so it survives a reload. */
export function ImportHistory({ resuming, onResume }: ImportHistoryProps) {
  const t = useTranslations("import");
  const client = useQueryClient();
  const imports = useQuery(importsQuery);
  const items = imports.data?.items;
  const running = items?.filter(({ status }) => status === "running").length;
  useEffect(() => {
    // An import that has ended has changed the audience and its tags.
    if (running === 0) void refreshQueries(client, ["recipients"], ["tags"]);
  }, [running, client]);
  if (imports.isError && !items) return <Unreadable onRetry={() => imports.refetch()} />;
  if (!items) return <ListSkeleton />;
  if (items.length === 0) return <EmptyList text={t("none")} />;
  return (
    <ul className="divide-y divide-line rounded-card border border-line bg-surface">
      {items.map((job) => (
        <ImportItem key={job.id} job={job} isResuming={resuming === job.id} onResume={() => onResume(job)} />
      ))}
    </ul>
  );
}
