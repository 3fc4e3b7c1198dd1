"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import type { ImportFile } from "@/lib/contract/audience/import";
import { encodingName } from "./encodings";
import type { CheckOptions } from "./use-import-check";

interface ImportUnsureProps {
  file: ImportFile;
  isLocked: boolean;
  onChange: ((options: Partial<CheckOptions>) => void) | undefined;
}

/**
 * Asks in which encoding the letters look right. Wrong letters would end up in names, and then in
 * messages.
 */
export function ImportUnsure({ file, isLocked, onChange }: ImportUnsureProps) {
  const t = useTranslations("import");
  const [chosen, setChosen] = useState(file.encoding ?? "");
  return (
    <fieldset
      disabled={!onChange}
      className="flex flex-col gap-3 rounded-card border border-warn/40 bg-warn-wash p-4"
    >
      <legend className="sr-only">{t("encoding_unsure")}</legend>
      <p className="font-medium text-warn">{t("encoding_unsure")}</p>
      <ul className="flex flex-col gap-2">
        {file.encodings.map(({ encoding, samples }) => (
          <li key={encoding}>
            <label className="flex items-baseline gap-2">
              <input
                type="radio"
                name="unsure-encoding"
                checked={chosen === encoding}
                onChange={() => setChosen(encoding)}
              />
              <span className="min-w-0">
                <span className="font-medium">{samples.join(" · ") || "—"}</span>{" "}
                <span className="text-[0.9rem] text-soft">{encodingName(encoding)}</span>
              </span>
            </label>
          </li>
        ))}
      </ul>
      {onChange && (
        <Button className="self-start" isBusy={isLocked} onClick={() => onChange({ encoding: chosen })}>
          {t("encoding_confirm", { encoding: encodingName(chosen) })}
        </Button>
      )}
    </fieldset>
  );
}
