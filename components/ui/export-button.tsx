"use client";

import { Download } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import { Button } from "./button";
import { ConfirmDialog } from "./dialog";
import { labelClass } from "./input-classes";
import { Select } from "./select";

interface ExportProps {
  /** The address of the file, with its filters. The choices are added to it. */
  href: string;
  /**
   * The zones that the user can choose for its times, the default first. Empty when the file has
   * neither times nor words of ours.
   */
  zones?: string[];
}

const choices = {
  format: ["csv", "xlsx"],
  separator: ["comma", "semicolon", "tab"],
  language: ["ru", "en"],
} as const;

/**
 * Exports the filtered rows. It asks for the format; the defaults suit the language of the page.
 */
export function ExportButton({ href, zones = [] }: ExportProps) {
  const t = useTranslations("export");
  const locale = useLocale();
  const [isOpen, setOpen] = useState(false);
  // Russian spreadsheets read a comma as part of a number.
  const [chosen, setChosen] = useState({
    format: "csv",
    separator: locale === "ru" ? "semicolon" : "comma",
    language: locale,
    timezone: "",
  });
  const select = (name: keyof typeof chosen, options: readonly (readonly [string, ReactNode])[]) => (
    <label className="flex flex-col gap-1.5">
      <span className={labelClass}>{t(name)}</span>
      <Select value={chosen[name]} onChange={(event) => setChosen({ ...chosen, [name]: event.target.value })}>
        {options.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </Select>
    </label>
  );
  const named = (name: keyof typeof choices) =>
    select(
      name,
      choices[name].map((value) => [value, t(value)] as const),
    );

  function download() {
    const url = new URL(href, window.location.origin);
    const { format, separator, language, timezone } = chosen;
    for (const [key, value] of Object.entries({
      format,
      separator,
      ...(zones.length > 0 && { language, timezone: timezone || zones[0]! }),
    }))
      url.searchParams.set(key, value);
    const link = document.createElement("a");
    link.href = url.href;
    link.download = "";
    link.click();
    setOpen(false);
  }

  return (
    <>
      <Button variant="quiet" onClick={() => setOpen(true)}>
        <Download size={15} aria-hidden />
        {t("export")}
      </Button>
      <ConfirmDialog
        title={t("title")}
        isOpen={isOpen}
        onClose={() => setOpen(false)}
        confirm={{ label: t("download"), run: download }}
      >
        <p className="text-soft">{t("explain")}</p>
        <div className="grid gap-4 sm:grid-cols-2">
          {named("format")}
          {chosen.format === "csv" && named("separator")}
          {zones.length > 0 && named("language")}
          {zones.length > 0 &&
            select(
              "timezone",
              zones.map((zone) => [zone, zone.replaceAll("_", " ")] as const),
            )}
        </div>
      </ConfirmDialog>
    </>
  );
}
