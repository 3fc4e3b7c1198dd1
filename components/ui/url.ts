import { useEffect, useState } from "react";

const SETTLED_MS = 250;
const TAKEN_OVER_MS = 20;

/**
 * Changes the query of the address without loading the page from the server: only the browser reads
 * the filters.
 */
export function setParams(changes: Record<string, string | null>): void {
  const params = new URLSearchParams(window.location.search);
  for (const [key, value] of Object.entries(changes)) value ? params.set(key, value) : params.delete(key);
  window.history.replaceState(null, "", `${window.location.pathname}${params.size > 0 ? `?${params}` : ""}`);
  // Right after hydration Next does not listen to the history yet and would miss the change, so we
  // repeat it.
  if (!Object.hasOwn(window.history, "replaceState")) setTimeout(() => setParams(changes), TAKEN_OVER_MS);
}

/** The text, once the user has paused typing. */
export function useSettled(value: string): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), SETTLED_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
