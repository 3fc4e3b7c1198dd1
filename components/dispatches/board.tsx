"use client";

import { useTranslations } from "next-intl";
import { useEffect, useRef, useState } from "react";
import type { Dispatch } from "@/lib/contract/dispatches/dispatch";

/**
 * Tells screen readers in one sentence which dispatches changed their status. It does not report
 * counters.
 */
export function Moves({ dispatches }: { dispatches: Dispatch[] }) {
  const t = useTranslations("board");
  const status = useTranslations("status");
  const before = useRef<Map<string, string>>(undefined);
  const [text, setText] = useState("");
  useEffect(() => {
    const last = before.current;
    before.current = new Map(dispatches.map((dispatch) => [dispatch.id, dispatch.status]));
    if (!last) return;
    // A card that is new here may have been further down before.
    const moved = dispatches.filter(({ id, status }) => last.has(id) && last.get(id) !== status);
    if (moved.length > 0 && moved.length < 5)
      setText(
        moved
          .map((d) => t("moved", { text: (d.name ?? d.message_text).slice(0, 40), status: status(d.status) }))
          .join(" "),
      );
  }, [dispatches, t, status]);
  return (
    <p aria-live="polite" className="sr-only">
      {text}
    </p>
  );
}
