"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { inputClass } from "@/components/ui/input-classes";
import { cellClass } from "@/components/ui/list-states";
import { Select } from "@/components/ui/select";
import type { ImportFile } from "@/lib/contract/audience/import";
import {
  type Column,
  columnsOf,
  isFirstRowAsked,
  isFirstRowDoubtful,
  isNeverRead,
  type Meaning,
  meanings,
  namesOf,
  namesWithoutHeader,
  setMeaning,
} from "./columns";
import type { CheckOptions } from "./use-import-check";

interface ImportColumnsProps {
  file: ImportFile;
  /** How the file was read. */
  options: CheckOptions | undefined;
  /** The options of the request under way. We show them at once. */
  asked: CheckOptions | undefined;
  isPending: boolean;
  /** Undefined when the file is not at hand: then nothing can be changed. */
  onChange: ((options: Partial<CheckOptions>) => void) | undefined;
}

/** The first rows of the file, below the meanings of its columns. */
export function ImportColumns({ file, options, asked, isPending, onChange }: ImportColumnsProps) {
  const t = useTranslations("import");
  const nameless = (index: number) => t("column_n", { n: index + 1 });
  /** What the user chose, until the answer arrives. */
  const [chosen, setChosen] = useState<Column[]>();
  const columns = (isPending && chosen) || columnsOf(file, options?.headerless === true, nameless);
  // While we ask whether there is a header, faults of its names do not matter.
  const faults = options && isFirstRowAsked(file, options) ? [] : file.faults;

  function settle(next: Column[]) {
    setChosen(next);
    onChange?.({ columns: namesOf(next) });
  }
  function answer(headerless: boolean) {
    setChosen(undefined);
    onChange?.({ headerless, columns: headerless ? namesWithoutHeader(file, nameless) : undefined });
  }
  return (
    <section aria-labelledby="columns" className="flex min-w-0 flex-col gap-3">
      <h3 id="columns" className="font-semibold">
        {t("columns")}
      </h3>
      {onChange && isFirstRowDoubtful(file) && <FirstRow headerless={asked?.headerless} onChange={answer} />}
      {faults.map(({ code, detail }) => (
        <p key={code} role="alert" className="rounded-md bg-bad-wash px-3 py-2 text-bad">
          {code === "column_phone_missing" || code === "header_is_row" ? t("no_phone") : detail}
        </p>
      ))}
      <section
        aria-label={t("preview")}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard.
        tabIndex={0}
        className="overflow-x-auto rounded-card border border-line bg-surface"
      >
        <table className="w-full border-collapse text-left">
          <caption className="sr-only">{t("preview")}</caption>
          <thead>
            <tr className="align-top">
              {columns.map((column, index) => (
                <th
                  // biome-ignore lint/suspicious/noArrayIndexKey: columns may share a name, and none moves.
                  key={index}
                  scope="col"
                  className="min-w-40 border-line border-b bg-raised px-2.5 py-2.5 font-normal"
                >
                  <span className="mb-1.5 block max-w-64 truncate px-1 text-soft">{column.name || "—"}</span>
                  <ColumnMeaning
                    column={column}
                    isLocked={!onChange}
                    onMeaning={(meaning) => settle(setMeaning(columns, index, meaning, nameless))}
                    onName={(attribute) =>
                      settle(columns.map((other, at) => (at === index ? { ...other, attribute } : other)))
                    }
                  />
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {file.sample_rows.map((row, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: rows of a file have nothing else that tells them apart.
              <tr key={at} className="border-line border-b last:border-0">
                {columns.map(({ meaning }, index) => (
                  <td
                    // biome-ignore lint/suspicious/noArrayIndexKey: as above.
                    key={index}
                    className={`${cellClass} max-w-64 truncate ${meaning === "left_out" ? "text-soft line-through" : ""}`}
                  >
                    {row[index]}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
        {file.sample_rows.length === 0 && <p className="px-4 py-6 text-center text-soft">{t("no_rows")}</p>}
      </section>
    </section>
  );
}

interface FirstRowProps {
  /** Undefined until the user has answered. */
  headerless: boolean | undefined;
  onChange: (headerless: boolean) => void;
}

function FirstRow({ headerless, onChange }: FirstRowProps) {
  const t = useTranslations("import");
  return (
    <fieldset className="flex flex-wrap items-baseline gap-x-4 gap-y-2 rounded-md bg-warn-wash px-3 py-2 text-warn">
      <legend className="sr-only">{t("first_row")}</legend>
      <span>{t("first_row")}</span>
      {(["rows", "header"] as const).map((id) => (
        <label key={id} className="flex items-baseline gap-2">
          <input
            type="radio"
            name="first-row"
            checked={headerless === (id === "rows")}
            onChange={() => onChange(id === "rows")}
          />
          {t(`first_row_is.${id}`)}
        </label>
      ))}
    </fieldset>
  );
}

interface ColumnMeaningProps {
  column: Column;
  isLocked: boolean;
  onMeaning: (meaning: Meaning) => void;
  onName: (attribute: string) => void;
}

function ColumnMeaning({
  column: { name, meaning, attribute },
  isLocked,
  onMeaning,
  onName,
}: ColumnMeaningProps) {
  const t = useTranslations("import");
  if (isNeverRead(name))
    return <span className="flex min-h-9 items-center px-1 text-soft">{t("left_out")}</span>;
  return (
    <span className="flex flex-col gap-1.5">
      <Select
        aria-label={t("meaning_of", { name: name || "—" })}
        value={meaning}
        disabled={isLocked}
        onChange={(event) => onMeaning(event.target.value as Meaning)}
        className="w-full font-medium"
      >
        {name === "" && <option value="nameless">—</option>}
        {meanings.map((id) => (
          <option key={id} value={id}>
            {t(`meaning.${id}`)}
          </option>
        ))}
      </Select>
      {meaning === "attribute" && (
        <input
          key={attribute}
          aria-label={t("attribute_name_of", { name: name || "—" })}
          defaultValue={attribute}
          maxLength={64}
          disabled={isLocked}
          // Each change makes the server read the file again, so we wait until the user leaves the
          // field.
          onBlur={({ target: { value } }) =>
            value.trim() !== "" && value.trim() !== attribute && onName(value.trim())
          }
          onKeyDown={(event) => event.key === "Enter" && event.currentTarget.blur()}
          className={`${inputClass} w-full`}
        />
      )}
    </span>
  );
}
