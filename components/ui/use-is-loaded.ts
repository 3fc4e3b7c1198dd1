"use client";

import { useEffect, useState } from "react";

/** Has a module come that is loaded after the page? `load` must be the same function each time. */
export function useIsLoaded(load: () => Promise<unknown>): boolean {
  const [isLoaded, setLoaded] = useState(false);
  useEffect(() => {
    let isHere = true;
    void load().then(() => isHere && setLoaded(true));
    return () => {
      isHere = false;
    };
  }, [load]);
  return isLoaded;
}
