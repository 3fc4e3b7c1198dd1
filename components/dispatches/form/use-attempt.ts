"use client";

import { useEffect, useMemo, useRef } from "react";
import { type Attempt, attemptStore } from "./attempt";
import { bodyOf, type Draft } from "./draft";

/**
 * Keeps one idempotency key for the form, also over reloads. So a double click, or a repeat after a
 * lost answer, makes one dispatch.
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
       * Returns what to send for a draft, and keeps it before it is sent. The same draft gives the
       * same body: after a lost answer, "now" must not become another instant.
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
      /** Was exactly this draft sent without an answer? Then sending it again is safe. */
      isUnanswered: (draft: Draft) => current.current?.sent?.of === JSON.stringify(draft),
      /** The server has refused it. Only a lost answer may be repeated unchanged. */
      refused: () => set(current.current && { key: current.current.key }),
      /**
       * The form becomes a draft. What was sent before may have arrived, so the draft keeps its
       * key: scheduling it then finds that dispatch.
       */
      moveTo(id: string) {
        const { key } = current.current ?? {};
        set(undefined);
        attemptStore(id).keep(key === undefined ? undefined : { key });
      },
      /**
       * The dispatch exists, or the key belongs to another one: the next attempt gets a new key.
       */
      end: () => set(undefined),
    };
  }, [of]);
}
