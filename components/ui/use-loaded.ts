import { useEffect, useState } from "react";

/**
 * A module that loads after the page, once it is here; `load` must be the same function each time.
 * `next/dynamic` would show nothing between the placeholder and the component, and what is below
 * would move.
 */
export function useLoaded<Module>(load: () => Promise<Module>): Module | undefined {
  const [loaded, setLoaded] = useState<Module>();
  useEffect(() => {
    let isHere = true;
    void load().then((module) => isHere && setLoaded(module));
    return () => {
      isHere = false;
    };
  }, [load]);
  return loaded;
}
