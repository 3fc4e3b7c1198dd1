"use client";

import { X } from "lucide-react";
import { useTranslations } from "next-intl";
import { SearchChoice } from "@/components/ui/choice";
import type { Tag } from "@/lib/contract/audience/tag";

/**
 * Chooses the tags of a recipient: shows them, each with a button to remove it, and a search field
 * for more.
 */
export function TagPicker({
  tags,
  value,
  onChange,
  error,
}: {
  tags: Tag[];
  value: string[];
  onChange: (names: string[]) => void;
  error?: string | undefined;
}) {
  const t = useTranslations("audience");
  return (
    <div className="flex flex-col gap-2">
      <SearchChoice
        label={t("tags")}
        value={null}
        onChange={(name) => name !== null && onChange([...value, name])}
        options={tags.filter(({ name }) => !value.includes(name)).map(({ name }) => ({ id: name, name }))}
        hint={t("tags_pick")}
        error={error}
      />
      {value.length > 0 && (
        <ul className="flex flex-wrap gap-1.5">
          {value.map((name) => (
            <li
              key={name}
              className="flex min-w-0 max-w-full items-center gap-1 rounded-full bg-accent-wash py-0.5 pr-1 pl-2.5 text-accent"
            >
              <span title={name} className="truncate">
                {name}
              </span>
              <button
                type="button"
                aria-label={t("tag_remove", { name })}
                title={t("tag_remove", { name })}
                onClick={() => onChange(value.filter((other) => other !== name))}
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
