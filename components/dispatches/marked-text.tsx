"use client";

import { useTranslations } from "next-intl";
import { Fragment } from "react";
import { readPersonalText } from "@/lib/domain/text/personal-text";

/** A personal text with its placeholders and their fallbacks marked. */
export default function MarkedText({ text }: { text: string }) {
  const t = useTranslations("form.personal");
  const read = readPersonalText(text);
  if ("wrong" in read) return text;
  return read.pieces.map((piece, index) => {
    // biome-ignore lint/suspicious/noArrayIndexKey: a piece is nothing but its place in the text.
    if (typeof piece === "string") return <Fragment key={index}>{piece}</Fragment>;
    const { name, fallback } = piece;
    return (
      <mark
        // biome-ignore lint/suspicious/noArrayIndexKey: likewise.
        key={index}
        title={fallback === undefined ? t("no_fallback") : t("has_fallback", { fallback })}
        className="box-decoration-clone rounded bg-surface px-1 font-medium text-accent"
      >
        {name}
        {fallback !== undefined && <span className="font-normal text-soft"> | {fallback}</span>}
      </mark>
    );
  });
}
