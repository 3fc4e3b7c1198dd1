"use client";

import { Check, Copy } from "lucide-react";
import { useTranslations } from "next-intl";
import { useEffect, useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import { inputClass } from "@/components/ui/input-classes";

/**
 * Shows a secret, once. The field is selected so that people can copy it by hand: over plain http a
 * page has no clipboard.
 */
export function SecretOnce({
  label,
  explain,
  secret,
  onDone,
}: {
  label: string;
  explain: string;
  secret: string;
  onDone: () => void;
}) {
  const t = useTranslations("settings");
  const field = useRef<HTMLInputElement>(null);
  const [isCopied, setCopied] = useState(false);
  useEffect(() => field.current?.select(), []);
  return (
    <div role="status" className="flex flex-col gap-2 rounded-card border border-accent bg-accent-wash p-4">
      <label className="flex flex-col gap-1.5">
        <span className="font-medium">{label}</span>
        <input
          ref={field}
          readOnly
          value={secret}
          onFocus={(event) => event.currentTarget.select()}
          className={`${inputClass} font-mono text-[0.9rem]`}
        />
      </label>
      <p className="text-[0.92rem] text-soft">{explain}</p>
      <div className="flex flex-wrap gap-2">
        <Button
          variant="primary"
          onClick={() => {
            field.current?.select();
            void navigator.clipboard?.writeText(secret).then(() => setCopied(true));
          }}
        >
          {isCopied ? <Check size={15} aria-hidden /> : <Copy size={15} aria-hidden />}
          {isCopied ? t("copied") : t("copy")}
        </Button>
        <Button onClick={onDone}>{t("kept")}</Button>
      </div>
    </div>
  );
}
