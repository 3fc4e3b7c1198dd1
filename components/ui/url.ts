import { useEffect, useState } from "react";

const SETTLED_MS = 250;
const TAKEN_OVER_MS = 20;

/**
 * Changes the query of the address without asking the server for the page: the filters are read by
 * the browser alone.
 */
export function setParams(changes: Record<string, string | null>): void {
  const params = new URLSearchParams(window.location.search);
  for (const [key, value] of Object.entries(changes)) value ? params.set(key, value) : params.delete(key);
  window.history.replaceState(null, "", `${window.location.pathname}${params.size > 0 ? `?${params}` : ""}`);
  // The first moment after a page has come to life: Next does not listen to the history yet, and
  // would not show what was typed. Say it again.
  if (!Object.hasOwn(window.history, "replaceState")) setTimeout(() => setParams(changes), TAKEN_OVER_MS);
}

/** What was typed, once it has stood for a moment. */
export function useSettled(value: string): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), SETTLED_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
