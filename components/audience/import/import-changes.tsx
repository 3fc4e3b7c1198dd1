"use client";

import { useTranslations } from "next-intl";
import type { ImportReview } from "@/lib/contract/audience/import";

type Change = ImportReview["changes"][number];
type Person = Change["before"];

/** Some recipients that the import would change, before and after. */
export function ImportChanges({ changes }: { changes: Change[] }) {
  const t = useTranslations("import");
  return (
    <div className="flex min-w-0 flex-col gap-2">
      <h4 className="font-medium">{t("changes")}</h4>
      <ul className="divide-y divide-line rounded-card border border-line bg-surface">
        {changes.map((change) => (
          <li key={change.line} className="flex flex-wrap gap-x-4 gap-y-1 px-3.5 py-2.5">
            <span className="min-w-32 font-medium tabular-nums">{change.phone}</span>
            <Differences {...change} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function Differences({ before, after }: Pick<Change, "before" | "after">) {
  const t = useTranslations("import");
  const textsOf = (person: Person): Record<string, string> => ({
    [t("meaning.operator")]: person.operator ?? "",
    [t("meaning.timezone")]: person.timezone ?? "",
    [t("meaning.tags")]: person.tags.join(", "),
    [t("meaning.opted_out")]: t(person.opted_out ? "yes" : "no"),
    ...person.attributes,
  });
  const [old, next] = [textsOf(before), textsOf(after)];
  const names = [...new Set([...Object.keys(old), ...Object.keys(next)])].filter(
    (name) => (old[name] ?? "") !== (next[name] ?? ""),
  );
  if (names.length === 0) return <span className="text-soft">{t("no_change")}</span>;
  return (
    <ul className="flex min-w-0 flex-1 basis-56 flex-col gap-0.5">
      {names.map((name) => (
        <li key={name} className="break-words">
          <span className="text-soft">{name}:</span> <del className="text-soft">{old[name] || "—"}</del>{" "}
          <span aria-hidden>→</span> <ins className="no-underline">{next[name] || "—"}</ins>
        </li>
      ))}
    </ul>
  );
}
