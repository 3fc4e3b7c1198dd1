"use client";

import { useLocale, useTranslations } from "next-intl";
import { type ReactNode, useMemo } from "react";
import { hintClass, labelClass } from "@/components/ui/input-classes";
import { Select } from "@/components/ui/select";
import type { ImportFile } from "@/lib/contract/audience/import";
import { countries } from "./countries";
import { encodingName, encodings } from "./encodings";
import type { Checked, CheckOptions } from "./use-import-check";

interface ImportSettingsProps {
  checked: Checked;
  file: ImportFile;
  /** The options of the request under way. We show them at once. */
  asked: CheckOptions | undefined;
  /** Undefined when the file is not at hand: then nothing can be changed. */
  onChange: ((options: Partial<CheckOptions>) => void) | undefined;
}

/** Another way of reading gives other columns, so choices about columns are dropped. */
const unnamed: Partial<CheckOptions> = { columns: undefined, headerless: undefined };

/** How the server read the file. A change makes it read the file again. */
export function ImportSettings({ checked, file, asked, onChange }: ImportSettingsProps) {
  const t = useTranslations("import");
  const { job } = checked;
  const isText = file.format === "csv";
  const delimiter = file.delimiter === "\t" ? "tab" : (file.delimiter ?? ",");
  const mode = asked?.mode ?? job.mode;
  return (
    <section aria-labelledby="read-as" className="flex flex-col gap-3">
      <h3 id="read-as" className="font-semibold">
        {t("read_as")}
      </h3>
      <div className="grid items-start gap-x-5 gap-y-4 sm:grid-cols-2 lg:grid-cols-3">
        <Setting label={t("format")}>
          <span className="flex min-h-9 items-center">{t(`format_is.${file.format}`)}</span>
        </Setting>
        {isText && <EncodingSetting checked={checked} file={file} asked={asked} onChange={onChange} />}
        {isText && (
          <Chosen
            label={t("delimiter")}
            value={asked?.delimiter ?? delimiter}
            options={delimiterOptions(file.delimiter, t)}
            onChange={onChange && ((delimiter) => onChange({ delimiter, ...unnamed }))}
          />
        )}
        {file.sheets.length > 0 && (
          <Chosen
            label={t("sheet")}
            value={asked?.sheet ?? file.sheet ?? ""}
            options={file.sheets.map((name) => [name, name])}
            onChange={onChange && ((sheet) => onChange({ sheet, ...unnamed }))}
          />
        )}
        <CountrySetting checked={checked} file={file} asked={asked} onChange={onChange} />
        {job.kind === "recipients" && (
          <Chosen
            label={t("mode")}
            value={mode}
            options={(["add", "replace"] as const).map((mode) => [mode, t(`mode_is.${mode}`)])}
            onChange={onChange && ((mode) => onChange({ mode: mode as CheckOptions["mode"] }))}
            hint={t(`mode_means.${mode}`)}
          />
        )}
      </div>
    </section>
  );
}

function delimiterOptions(
  own: string | null,
  t: (key: "delimiter_is.comma" | "delimiter_is.semicolon" | "delimiter_is.tab") => string,
) {
  const options: [string, string][] = [
    [",", t("delimiter_is.comma")],
    [";", t("delimiter_is.semicolon")],
    ["tab", t("delimiter_is.tab")],
  ];
  return own === null || [",", ";", "\t"].includes(own)
    ? options
    : [...options, [own, own] as [string, string]];
}

function EncodingSetting({ checked, file, asked, onChange }: ImportSettingsProps) {
  const t = useTranslations("import");
  const own = file.encoding ?? "utf-8";
  const samples = checked.job.file?.encodings.find(({ encoding }) => encoding === own)?.samples ?? [];
  // The likeliest first.
  const offered = [...new Set([...checked.encodings.map(({ encoding }) => encoding), own, ...encodings])];
  return (
    <Chosen
      label={t("encoding")}
      value={asked?.encoding ?? own}
      options={offered.map((encoding) => [encoding, encodingName(encoding)])}
      onChange={onChange && ((encoding) => onChange({ encoding, ...(asked?.headerless ? {} : unnamed) }))}
      hint={samples.length > 0 && t("encoding_samples", { samples: samples.join(" · ") })}
    />
  );
}

function CountrySetting({ checked: { job }, file, asked, onChange }: ImportSettingsProps) {
  const t = useTranslations("import");
  const locale = useLocale();
  const options = useMemo(() => {
    const names = new Intl.DisplayNames([locale], { type: "region" });
    return countries
      .map((code): [string, string] => [code, names.of(code) ?? code])
      .sort(([, one], [, other]) => one.localeCompare(other, locale));
  }, [locale]);
  const { count, samples } = file.national;
  return (
    <Chosen
      label={t("country")}
      value={asked?.country ?? file.country}
      options={options}
      onChange={onChange && ((country) => onChange({ country }))}
      hint={
        job.review === null ? null : count === 0 ? (
          t("national_none")
        ) : (
          <>
            {t("national", {
              count,
              country: options.find(([code]) => code === file.country)?.[1] ?? file.country,
            })}
            {samples.map(({ line, value, phone }) => (
              <span key={line} className="block text-ink">
                {value} → {phone}
              </span>
            ))}
          </>
        )
      }
    />
  );
}

interface ChosenProps {
  label: string;
  value: string;
  options: [string, string][];
  onChange: ((value: string) => void) | undefined;
  hint?: ReactNode;
}

function Chosen({ label, value, options, onChange, hint }: ChosenProps) {
  return (
    <Setting label={label} hint={hint}>
      <Select
        aria-label={label}
        value={value}
        disabled={!onChange}
        onChange={(event) => onChange?.(event.target.value)}
        className="w-full"
      >
        {options.map(([id, name]) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </Select>
    </Setting>
  );
}

function Setting({ label, hint, children }: { label: string; hint?: ReactNode; children: ReactNode }) {
  return (
    <div className="flex min-w-0 flex-col gap-1.5">
      <span className={labelClass}>{label}</span>
      {children}
      {hint && <span className={`${hintClass} break-words`}>{hint}</span>}
    </div>
  );
}
