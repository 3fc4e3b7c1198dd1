"use client";

import { Braces } from "lucide-react";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { type RefObject, useRef, useState } from "react";
import { useFormContext } from "react-hook-form";
import { Button } from "@/components/ui/button";
import type { Draft } from "./draft";

const PlaceholderWindow = dynamic(() => import("./placeholder-window"), { ssr: false });

/** Inserts a placeholder at the caret, and makes the text personal. */
export function PlaceholderButton({ area }: { area: RefObject<HTMLTextAreaElement | null> }) {
  const t = useTranslations("form.personal");
  const { setValue } = useFormContext<Draft>();
  const anchor = useRef<HTMLButtonElement>(null);
  const [isOpen, setOpen] = useState(false);
  function insert(placeholder: string) {
    const { current } = area;
    if (!current) return;
    current.setRangeText(placeholder, current.selectionStart, current.selectionEnd, "end");
    const caret = current.selectionStart;
    setValue("message_text", current.value, { shouldDirty: true });
    setValue("personal", true, { shouldDirty: true });
    // The dialog returns the focus to its button first.
    setTimeout(() => {
      current.focus();
      current.setSelectionRange(caret, caret);
    });
  }
  return (
    <>
      <Button
        ref={anchor}
        variant="quiet"
        className="-ml-2"
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        <Braces size={16} aria-hidden />
        {t("insert")}
      </Button>
      {isOpen && <PlaceholderWindow anchor={anchor} onInsert={insert} onClose={() => setOpen(false)} />}
    </>
  );
}
