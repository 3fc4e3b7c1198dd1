"use client";

import { useSearchParams } from "next/navigation";
import { useMemo } from "react";
import { useViewerZone } from "@/components/ui/use-zoned";
import { filterOf, narrowing, readView } from "./view";

/** The view, filters and order, which the address has. */
export function useView() {
  return readView(Object.fromEntries(useSearchParams()));
}

/** The filter, as the API takes it. */
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
