"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Plus, X } from "lucide-react";
import { useTranslations } from "next-intl";
import { useMemo } from "react";
import { Controller, useFieldArray, useForm } from "react-hook-form";
import { Button } from "@/components/ui/button";
import { Choice, ZoneChoice } from "@/components/ui/choice";
import { Field } from "@/components/ui/field";
import { inputClass } from "@/components/ui/input-classes";
import { useNotice } from "@/components/ui/notice";
import { useShowProblem } from "@/components/ui/problem-fields";
import type { Recipient } from "@/lib/contract/audience/recipient";
import { call } from "@/lib/web/client";
import { operatorsQuery, tagsQuery } from "@/lib/web/queries";
import { refreshQueries } from "@/lib/web/refresh";
import { FormDialog } from "./form-dialog";
import { TagPicker } from "./tag-picker";

const BY_PREFIX = "*";
const NO_ZONE = "-";

interface Values {
  phone: string;
  operator: string;
  tags: string[];
  timezone: string;
  attributes: { name: string; value: string }[];
}
const fields = ["phone", "operator", "tags", "timezone", "attributes"] as const;

/** Adds a recipient or changes one. The number itself cannot be changed. */
export default function RecipientDialog({
  recipient,
  onClose,
}: {
  recipient: Recipient | null;
  onClose: () => void;
}) {
  const t = useTranslations("audience");
  const client = useQueryClient();
  const notify = useNotice();
  const operators = useQuery(operatorsQuery);
  const tags = useQuery(tagsQuery);
  const form = useForm<Values>({
    defaultValues: {
      phone: recipient?.phone ?? "",
      operator: recipient?.operator ?? BY_PREFIX,
      tags: recipient?.tags ?? [],
      timezone: recipient?.timezone ?? NO_ZONE,
      attributes: Object.entries(recipient?.attributes ?? {}).map(([name, value]) => ({ name, value })),
    },
  });
  const attributes = useFieldArray({ control: form.control, name: "attributes" });
  const { errors } = form.formState;
  const noZone = useMemo(() => [{ id: NO_ZONE, name: t("no_timezone") }], [t]);
  const showProblem = useShowProblem(form.setError, fields);
  const save = useMutation({
    mutationFn: ({ phone, operator, tags: names, timezone, attributes: pairs }: Values) =>
      call<Recipient>("PUT", `recipients/${encodeURIComponent(phone.trim())}/`, {
        // Do not send an unchanged operator: naming one would stop number ranges from moving this
        // recipient.
        operator: operator === recipient?.operator ? undefined : operator === BY_PREFIX ? null : operator,
        tags: names,
        timezone: timezone === NO_ZONE ? null : timezone,
        attributes: Object.fromEntries(
          pairs.filter(({ name }) => name.trim() !== "").map(({ name, value }) => [name.trim(), value]),
        ),
      }),
    onSuccess: () => {
      void refreshQueries(client, ["recipients"], ["tags"]);
      notify({ text: t("saved"), tone: "good" });
      onClose();
    },
    onError: showProblem,
  });
  const submit = form.handleSubmit((values) => {
    // The path of the API cannot contain an empty phone, so we check that here.
    if (values.phone.trim() === "")
      form.setError("phone", { message: t("phone_missing") }, { shouldFocus: true });
    else save.mutate(values);
  });
  return (
    <FormDialog
      title={recipient ? recipient.phone : t("new_recipient")}
      onClose={onClose}
      onSubmit={submit}
      isPending={save.isPending}
      error={errors.root?.message}
    >
      {!recipient && (
        <Controller
          control={form.control}
          name="phone"
          render={({ field, fieldState }) => (
            <Field
              label={t("phone")}
              type="tel"
              autoFocus
              placeholder="+79161234567"
              value={field.value}
              onChange={field.onChange}
              onBlur={field.onBlur}
              inputRef={field.ref}
              error={fieldState.error?.message}
            />
          )}
        />
      )}
      <Controller
        control={form.control}
        name="operator"
        render={({ field, fieldState }) => (
          <Choice
            label={t("operator")}
            value={field.value}
            onChange={(code) => field.onChange(code ?? BY_PREFIX)}
            options={[
              { id: BY_PREFIX, name: t("by_prefix") },
              ...(operators.data ?? []).map(({ code, name }) => ({ id: code, name })),
            ]}
            error={fieldState.error?.message}
          />
        )}
      />
      <Controller
        control={form.control}
        name="tags"
        render={({ field, fieldState }) => (
          <TagPicker
            tags={tags.data ?? []}
            value={field.value}
            onChange={field.onChange}
            error={fieldState.error?.message}
          />
        )}
      />
      <Controller
        control={form.control}
        name="timezone"
        render={({ field, fieldState }) => (
          <ZoneChoice
            label={t("timezone")}
            value={field.value}
            onChange={field.onChange}
            first={noZone}
            error={fieldState.error?.message}
          />
        )}
      />
      <fieldset className="flex flex-col gap-2">
        <legend className="mb-1.5 font-medium">{t("attributes")}</legend>
        {attributes.fields.map(({ id }, index) => (
          <div key={id} className="grid grid-cols-[2fr_3fr_auto] gap-2">
            <input
              {...form.register(`attributes.${index}.name`)}
              aria-label={t("attribute_name")}
              placeholder={t("attribute_name")}
              className={`${inputClass} min-w-0`}
            />
            <input
              {...form.register(`attributes.${index}.value`)}
              aria-label={t("attribute_value")}
              placeholder={t("attribute_value")}
              className={`${inputClass} min-w-0`}
            />
            <Button
              variant="quiet"
              aria-label={t("attribute_remove")}
              onClick={() => attributes.remove(index)}
            >
              <X size={15} aria-hidden />
            </Button>
          </div>
        ))}
        {errors.attributes?.message && <p className="text-[0.9rem] text-bad">{errors.attributes.message}</p>}
        <Button className="self-start" onClick={() => attributes.append({ name: "", value: "" })}>
          <Plus size={15} aria-hidden />
          {t("attribute_add")}
        </Button>
      </fieldset>
    </FormDialog>
  );
}
