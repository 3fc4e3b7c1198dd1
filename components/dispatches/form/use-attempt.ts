"use client";

import { useEffect, useMemo, useRef } from "react";
import { type Attempt, attemptStore } from "./attempt";
import { bodyOf, type Draft } from "./draft";

/**
 * One key a form, over reloads too: a double click, or a repeat after a lost answer, makes one
 * dispatch.
 */
export function useAttempt(isDraftKept: boolean) {
  const current = useRef<Attempt>(undefined);
  useEffect(() => {
    current.current = attemptStore(isDraftKept).read();
  }, [isDraftKept]);
  return useMemo(() => {
    const set = (attempt: Attempt | undefined) => {
      current.current = attempt;
      attemptStore(isDraftKept).keep(attempt);
    };
    return {
      /**
       * What to send for a draft, kept before it goes out. The same draft is the same body: "now"
       * must not become another instant when an answer was lost.
       */
      begin(draft: Draft): { key: string; body: Record<string, unknown> } {
        const of = JSON.stringify(draft);
        const { key = crypto.randomUUID(), sent } = current.current ?? {};
        const body = sent?.of === of ? sent.body : bodyOf(draft, new Date());
        set({ key, sent: { of, body } });
        return { key, body };
      },
      /** Was this very draft sent, and no answer came? To send it again repeats nothing. */
      isUnanswered: (draft: Draft) => current.current?.sent?.of === JSON.stringify(draft),
      /**
       * An answer that says no is the last word on what was sent; only a lost one may be repeated
       * as it was.
       */
      refused: () => set(current.current && { key: current.current.key }),
      /** It was made, or its key is another dispatch's: the next attempt is another. */
      end: () => set(undefined),
    };
  }, [isDraftKept]);
}
