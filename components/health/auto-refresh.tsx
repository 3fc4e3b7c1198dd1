"use client";

import { useRouter } from "next/navigation";
import { useEffect } from "react";
import { useViewerZone } from "@/components/ui/use-zoned";

const REFRESH_MS = 30_000;

/**
 * Reads the page anew now and then, where it stands; at once when its times are not yet in the zone
 * of whoever looks. @param zone that its times are in; left out: they stay in it
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
