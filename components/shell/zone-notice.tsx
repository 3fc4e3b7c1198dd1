"use client";

import { useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import { unknownZone } from "@/lib/web/own-zone";

/** Some private browsers and some systems name no time zone. This says so once for all pages. */
export function ZoneNotice() {
  const t = useTranslations("zone");
  // The server does not know the zone of the browser.
  const [zone, setZone] = useState<string>();
  useEffect(() => setZone(unknownZone), []);
  if (zone === undefined) return null;
  return (
    <p role="note" className="bg-warn-wash px-4 py-2 text-warn md:px-6">
      {t("own_unknown", { zone })}
    </p>
  );
}
