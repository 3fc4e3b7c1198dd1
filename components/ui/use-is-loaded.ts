"use client";

import { useEffect, useState } from "react";

/** Is a lazy module loaded? `load` must be the same function each time. */
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
