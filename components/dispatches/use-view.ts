"use client";

import { useSearchParams } from "next/navigation";
import { useMemo } from "react";
import { useViewerZone } from "@/components/ui/use-zoned";
import { filterOf, narrowing, readView } from "./view";

/** What is looked for, how and in which order: it is in the address. */
export function useView() {
  return readView(Object.fromEntries(useSearchParams()));
}

/** The same as the server is asked for it. */
export function useFilter() {
  const params = useSearchParams();
  const zone = useViewerZone() ?? "UTC";
  return useMemo(() => {
    const view = readView(Object.fromEntries(params));
    return {
      filter: filterOf(view, zone),
      isNarrowed: view.q !== "" || narrowing.some((key) => view[key] !== ""),
    };
  }, [params, zone]);
}
