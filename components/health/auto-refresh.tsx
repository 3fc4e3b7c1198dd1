"use client";

import { useRouter } from "next/navigation";
import { useEffect } from "react";
import { useViewerZone } from "@/components/ui/use-zoned";

const REFRESH_MS = 30_000;

/**
 * Refreshes the page now and then, and at once when its times are not in the viewer's zone yet.
 * @param zone the zone of its times; without it, they stay in their zone
 */
export function AutoRefresh({ zone }: { zone?: string }) {
  const router = useRouter();
  const own = useViewerZone();
  useEffect(() => {
    const timer = setInterval(() => router.refresh(), REFRESH_MS);
    return () => clearInterval(timer);
  }, [router]);
  useEffect(() => {
    if (zone !== undefined && own !== undefined && own !== zone) router.refresh();
  }, [router, zone, own]);
  return null;
}
