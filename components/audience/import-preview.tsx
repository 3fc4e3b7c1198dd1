"use client";

import { useTranslations } from "next-intl";
import { useMemo } from "react";
import { inputClass } from "@/components/ui/input-classes";
import { cellClass } from "@/components/ui/list-states";
import { Select } from "@/components/ui/select";
import type { Operator } from "@/lib/contract/audience/operator";
import { prefixTable } from "@/lib/domain/prefixes";

import { type Column, isNeverRead, type Meaning, meanings, setMeaning } from "./columns";
import type { OpenedFile } from "./open-file";

/** The first rows under what their columns are to be. Where a row names no operator, the one that its number belongs to is shown. */
export function ImportPreview({
  opened: { head, normalizePhone },
  columns,
  onChange,
  operators,
}: {
  opened: OpenedFile;
  columns: Column[];
  onChange: (columns: Column[]) => void;
  operators: Operator[];
}) {
  const t = useTranslations("import");
  const table = useMemo(
    () => prefixTable(operators.flatMap(({ prefixes, name }) => prefixes.map((prefix) => [prefix, name] as const))),
    [operators],
  );
  const phoneAt = columns.findIndex(({ meaning }) => meaning === "phone");
  const operatorAt = columns.findIndex(({ meaning }) => meaning === "operator");
  const byPrefix = (row: string[]) => {
    const phone = normalizePhone((row[phoneAt] ?? "").trim());
    return (phone && table.find(phone)) || t("no_operator");
  };
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard.
    <section aria-label={t("preview")} tabIndex={0} className="overflow-x-auto rounded-card border border-line">
      <table className="w-full border-collapse text-left">
        <caption className="sr-only">{t("preview")}</caption>
        <thead>
          <tr className="align-top">
            {columns.map((column, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: two columns may have one name, and none moves.
              <th key={index} scope="col" className="min-w-40 border-line border-b bg-raised px-2.5 py-2.5 font-normal">
                <span className="mb-1.5 block truncate px-1 text-soft">{column.name || "—"}</span>
                <ColumnMeaning column={column} onChange={(next) => onChange(next(columns, index))} />
              </th>
            ))}
            {operatorAt < 0 && (
              <th scope="col" className="min-w-32 border-line border-b bg-raised px-3.5 py-2.5 font-normal">
                <span className="mb-1.5 block text-soft">{t("by_prefix")}</span>
                <span className="flex min-h-9 items-center font-medium">{t("operator")}</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {head.rows.map((row, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows of a file have nothing else that tells them apart.
            <tr key={at} className="border-line border-b last:border-0">
              {columns.map(({ meaning }, index) => {
                const cell = row[index] ?? "";
                const isWrong = meaning === "phone" && normalizePhone(cell.trim()) === null;
                return (
                  // biome-ignore lint/suspicious/noArrayIndexKey: as above.
                  <td key={index} className={`${cellClass} max-w-64 truncate ${meaning === "left_out" ? "text-soft line-through" : ""}`}>
                    {isWrong ? (
                      <span className="text-bad">
                        {cell || "—"} <span className="text-[0.9rem]">{t("not_phone")}</span>
                      </span>
                    ) : meaning === "operator" && cell.trim() === "" ? (
                      <span className="text-soft italic">{byPrefix(row)}</span>
                    ) : (
                      cell
                    )}
                  </td>
                );
              })}
              {operatorAt < 0 && <td className={`${cellClass} text-soft italic`}>{byPrefix(row)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
      {head.rows.length === 0 && <p className="px-4 py-6 text-center text-soft">{t("no_rows")}</p>}
    </section>
  );
}

type Change = (columns: Column[], index: number) => Column[];

function ColumnMeaning({ column, onChange }: { column: Column; onChange: (change: Change) => void }) {
  const t = useTranslations("import");
  const { name, meaning, attribute } = column;
  const label = t("meaning_of", { name: name || "—" });
  return (
    <span className="flex flex-col gap-1.5">
      {isNeverRead(name) ? (
        <span className="flex min-h-9 items-center px-1 text-soft">{t("left_out")}</span>
      ) : (
        <Select
          aria-label={label}
          value={meaning}
          onChange={(event) => onChange((columns, index) => setMeaning(columns, index, event.target.value as Meaning))}
          className="w-full font-medium"
        >
          {meanings.map((id) => (
            <option key={id} value={id}>
              {t(id)}
            </option>
          ))}
          {/* A column without a name must be empty, unless it is left out. */}
          <option value="attribute">{name === "" ? "—" : t("attribute")}</option>
          <option value="left_out">{t("leave_out")}</option>
        </Select>
      )}
      {meaning === "attribute" && name !== "" && (
        <input
          aria-label={t("attribute_name_of", { name })}
          value={attribute}
          maxLength={64}
          onChange={(event) =>
            onChange((columns, index) => columns.map((other, at) => (at === index ? { ...other, attribute: event.target.value } : other)))
          }
          className={`${inputClass} w-full`}
        />
      )}
    </span>
  );
}
