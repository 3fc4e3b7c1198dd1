"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { memo } from "react";
import { Controller, useFormContext, useWatch } from "react-hook-form";
import { Choice } from "@/components/ui/choice";
import { gatewaysQuery } from "@/lib/web/prepared-queries";
import type { Draft } from "./draft";

const DEFAULT = "*";

/** Chooses the sender. It is hidden when there is no choice. */
export const SenderField = memo(function SenderField() {
  const t = useTranslations("form");
  const { control } = useFormContext<Draft>();
  const { data = [] } = useQuery(gatewaysQuery);
  const chosen = useWatch({ control, name: "sender" });
  const senders = [...new Set([...data.flatMap(({ senders }) => senders), ...(chosen ? [chosen] : [])])];
  if (senders.length < 2 && !chosen) return null;
  // Gateways may have different senders.
  const noteOf = (sender: string) => {
    const those = data.filter((gateway) => gateway.senders.includes(sender)).map(({ name }) => name);
    return those.length < data.length ? those.join(", ") : undefined;
  };
  return (
    <Controller
      control={control}
      name="sender"
      render={({ field, fieldState }) => (
        <Choice
          label={t("sender")}
          value={field.value ?? DEFAULT}
          onChange={(id) => field.onChange(id === DEFAULT ? null : id)}
          error={fieldState.error?.message}
          controlRef={field.ref}
          options={[
            { id: DEFAULT, name: t("default_sender") },
            ...senders.map((id) => ({ id, name: id, note: noteOf(id) })),
          ]}
        />
      )}
    />
  );
});
