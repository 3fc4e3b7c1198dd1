"use client";

import { X } from "lucide-react";
import { useTranslations } from "next-intl";
import { SearchChoice } from "@/components/ui/choice";

export interface Term {
  id: string;
  name: string;
}

/**
 * Chooses several items of many: shows the chosen ones, each with a button to remove it, and a
 * search field for more.
 */
export function TermPicker({
  label,
  hint,
  options,
  value,
  onChange,
}: {
  label: string;
  hint?: string;
  options: Term[];
  value: string[];
  onChange: (ids: string[]) => void;
}) {
  const t = useTranslations("expression");
  const nameOf = (id: string) => options.find((option) => option.id === id)?.name ?? id;
  return (
    <div className="flex min-w-0 flex-col gap-2">
      <SearchChoice
        label={label}
        placeholder={t("search")}
        value={null}
        onChange={(id) => id !== null && onChange([...value, id])}
        options={options.filter(({ id }) => !value.includes(id))}
        {...(hint !== undefined && { hint })}
      />
      {value.length > 0 && (
        <ul aria-label={label} className="flex flex-wrap gap-1.5">
          {value.map((id) => (
            <li
              key={id}
              className="flex min-w-0 items-center gap-1 rounded-full bg-accent-wash py-0.5 pr-1 pl-2.5 text-accent"
            >
              <span className="truncate">{nameOf(id)}</span>
              <button
                type="button"
                aria-label={t("remove", { name: nameOf(id) })}
                title={t("remove", { name: nameOf(id) })}
                onClick={() => onChange(value.filter((other) => other !== id))}
                className="grid size-6 shrink-0 place-items-center rounded-full hover:bg-surface"
              >
                <X size={13} aria-hidden />
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
