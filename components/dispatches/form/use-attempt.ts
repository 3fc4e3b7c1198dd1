"use client";

import { useEffect, useMemo, useRef } from "react";
import { type Attempt, attemptStore } from "./attempt";
import { bodyOf, type Draft } from "./draft";

/**
 * One key a form, over reloads too: a double click, or a repeat after a lost answer, makes one
 * dispatch.
 */
export function useAttempt(of: string | null) {
  const current = useRef<Attempt>(undefined);
  useEffect(() => {
    current.current = attemptStore(of).read();
  }, [of]);
  return useMemo(() => {
    const set = (attempt: Attempt | undefined) => {
      current.current = attempt;
      attemptStore(of).keep(attempt);
    };
    return {
      /**
       * What to send for a draft, kept before it goes out. The same draft is the same body: "now"
       * must not become another instant when an answer was lost.
       */
      begin(
        draft: Draft,
        source?: { id: string; version: number },
      ): { key: string; body: Record<string, unknown> } {
        const text = JSON.stringify(draft);
        const { key = crypto.randomUUID(), sent } = current.current ?? {};
        const made = { ...bodyOf(draft, new Date()), ...(source && { draft: source }) };
        const body = sent?.of === text ? sent.body : made;
        set({ key, sent: { of: text, body } });
        return { key, body };
      },
      /** Was this very draft sent, and no answer came? To send it again repeats nothing. */
      isUnanswered: (draft: Draft) => current.current?.sent?.of === JSON.stringify(draft),
      /**
       * An answer that says no is the last word on what was sent; only a lost one may be repeated
       * as it was.
       */
      refused: () => set(current.current && { key: current.current.key }),
      /**
       * The form is saved as a draft: what was sent before may have arrived, so its key goes along,
       * and the draft's dispatch would be told that it is made already.
       */
      moveTo(id: string) {
        const { key } = current.current ?? {};
        set(undefined);
        attemptStore(id).keep(key === undefined ? undefined : { key });
      },
      /** It was made, or its key is another dispatch's: the next attempt is another. */
      end: () => set(undefined),
    };
  }, [of]);
}
