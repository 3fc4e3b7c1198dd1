"use client";

import { useQuery } from "@tanstack/react-query";
import { Plus, Trash2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { useZoned } from "@/components/ui/use-zoned";
import type { WholeExpression } from "@/lib/contract/audience/expression";
import type { Dispatch } from "@/lib/contract/dispatches/dispatch";
import { finishedDispatchesQuery, operatorsQuery, tagsQuery } from "@/lib/web/queries";
import { readValues, valuesText } from "./expression";
import { TermPicker } from "./term-picker";

/** Edits an expression, clause by clause. A recipient belongs when all clauses hold. */
export function ExpressionFields({
  value,
  onChange,
  exceptId,
}: {
  value: WholeExpression;
  onChange: (expression: WholeExpression) => void;
  /** The edited dispatch: it cannot exclude its own recipients. */
  exceptId?: string | undefined;
}) {
  const t = useTranslations("expression");
  const tags = useQuery(tagsQuery);
  const operators = useQuery(operatorsQuery);
  const finished = useQuery(finishedDispatchesQuery);
  const zoned = useZoned();
  const tagOptions = (tags.data ?? []).map(({ name }) => ({ id: name, name }));
  const setTags = (part: Partial<WholeExpression["tags"]>) =>
    onChange({ ...value, tags: { ...value.tags, ...part } });
  const titleOf = ({ message_text, timezone, started_at, start_datetime }: Dispatch) =>
    `${zoned(started_at ?? start_datetime, timezone)} · ${message_text.slice(0, 60)}`;
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      {(["all", "any", "none"] as const).map((clause) => (
        <TermPicker
          key={clause}
          label={t(`tags_${clause}`)}
          options={tagOptions}
          value={value.tags[clause]}
          onChange={(names) => setTags({ [clause]: names })}
        />
      ))}
      <TermPicker
        label={t("operators")}
        options={(operators.data ?? []).map(({ code, name }) => ({ id: code, name }))}
        value={value.operators}
        onChange={(codes) => onChange({ ...value, operators: codes })}
      />
      <Attributes value={value.attributes} onChange={(attributes) => onChange({ ...value, attributes })} />
      <div className="sm:col-span-2">
        <TermPicker
          label={t("exclude_dispatches")}
          hint={t("exclude_hint")}
          options={(finished.data?.items ?? [])
            .filter(({ id, messages_dropped_at }) => id !== exceptId && messages_dropped_at === null)
            .map((dispatch) => ({ id: dispatch.id, name: titleOf(dispatch) }))}
          value={value.exclude_dispatches}
          onChange={(exclude_dispatches) => onChange({ ...value, exclude_dispatches })}
        />
      </div>
    </div>
  );
}

type Attribute = WholeExpression["attributes"][number];

function Attributes({
  value,
  onChange,
}: {
  value: Attribute[];
  onChange: (attributes: Attribute[]) => void;
}) {
  const t = useTranslations("expression");
  const set = (at: number, part: Partial<Attribute>) =>
    onChange(value.map((one, i) => (i === at ? { ...one, ...part } : one)));
  return (
    <div className="flex flex-col gap-3 sm:col-span-2">
      {value.map((attribute, i) => (
        // Removing a row must not mix up the fields of the others.
        // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other name while they are typed.
        <div key={i} className="grid grid-cols-[minmax(0,1fr)_minmax(0,2fr)_auto] items-end gap-2">
          <Field label={t("attribute")} value={attribute.name} onChange={(name) => set(i, { name })} />
          <Values value={attribute.in} onChange={(values) => set(i, { in: values })} />
          <button
            type="button"
            aria-label={t("remove", { name: attribute.name || t("attribute") })}
            title={t("remove", { name: attribute.name || t("attribute") })}
            onClick={() => onChange(value.filter((_, other) => other !== i))}
            className="grid size-10 place-items-center rounded-md text-soft hover:bg-raised hover:text-ink"
          >
            <Trash2 size={16} aria-hidden />
          </button>
        </div>
      ))}
      <Button className="self-start" onClick={() => onChange([...value, { name: "", in: [] }])}>
        <Plus size={15} aria-hidden />
        {t("add_attribute")}
      </Button>
    </div>
  );
}

/** An input for values, separated by commas. */
function Values({ value, onChange }: { value: string[]; onChange: (values: string[]) => void }) {
  const t = useTranslations("expression");
  const [typed, setTyped] = useState(valuesText(value));
  // When the value changed elsewhere (a saved audience, another user), show that value instead of
  // what was typed.
  const shown = JSON.stringify(readValues(typed)) === JSON.stringify(value) ? typed : valuesText(value);
  return (
    <Field
      label={t("values")}
      value={shown}
      onChange={(text) => {
        setTyped(text);
        onChange(readValues(text));
      }}
    />
  );
}
