"use client";

import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import { ownZone } from "@/lib/web/own-zone";
import { remember, ZONE_COOKIE } from "@/lib/web/settings";

interface Reader {
  /** The regional variant of the page's language, for times. */
  locale: string;
  /** Their time zone. The server knows it from the second visit on. */
  zone: string | undefined;
}

const ReaderContext = createContext<Reader>({ locale: "en-GB", zone: undefined });

/** Makes server and browser format times for the same reader. */
export function ReaderProvider({ locale, zone: told, children }: Reader & { children: ReactNode }) {
  const [zone, setZone] = useState(told);
  useEffect(() => {
    const own = ownZone();
    setZone(own);
    if (own !== told) remember(ZONE_COOKIE, own);
  }, [told]);
  return <ReaderContext value={{ locale, zone }}>{children}</ReaderContext>;
}

export const useReader = () => useContext(ReaderContext);
