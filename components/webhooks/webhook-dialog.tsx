"use client";

import { useMutation } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useForm } from "react-hook-form";
import { FormDialog } from "@/components/audience/form-dialog";
import { TextInput } from "@/components/shell/sign-in-form";
import { labelClass } from "@/components/ui/input-classes";
import { useShowProblem } from "@/components/ui/problem-fields";
import type { NewWebhook, Webhook } from "@/lib/contract/webhooks/webhook";
import { type WebhookEvent, webhookEvents } from "@/lib/domain/webhook";
import { call } from "@/lib/web/client";

/** Makes a webhook, or changes one. `onDone` gets the secret of a new one. */
export default function WebhookDialog({
  webhook,
  onClose,
  onDone,
}: {
  webhook: Webhook | null;
  onClose: () => void;
  onDone: (made: NewWebhook | null) => void;
}) {
  const t = useTranslations("webhooks");
  const form = useForm({
    defaultValues: {
      url: webhook?.url ?? "",
      events: (webhook?.events ?? ["dispatch.completed", "dispatch.expired"]) as WebhookEvent[],
    },
  });
  const showProblem = useShowProblem(form.setError, ["url", "events"]);
  const save = useMutation({
    mutationFn: async (values: { url: string; events: WebhookEvent[] }) => {
      const body = { url: values.url.trim(), events: values.events };
      if (webhook === null) return call<NewWebhook>("POST", "webhooks/", body);
      await call<Webhook>("PATCH", `webhooks/${webhook.id}/`, body);
      return null;
    },
    onSuccess: onDone,
    onError: showProblem,
  });
  const { errors } = form.formState;
  return (
    <FormDialog
      title={webhook ? t("edit_title") : t("new")}
      onClose={onClose}
      onSubmit={form.handleSubmit((values) => save.mutate(values))}
      isPending={save.isPending}
      error={errors.root?.message}
    >
      <TextInput
        id="webhook-url"
        type="url"
        inputMode="url"
        autoComplete="off"
        placeholder="https://example.com/carillon"
        label={t("url")}
        hint={t("url_hint")}
        error={errors.url?.message}
        {...form.register("url")}
      />
      <fieldset className="flex flex-col gap-1.5" aria-describedby="events-error">
        <legend className={`${labelClass} mb-1.5`}>{t("events")}</legend>
        {webhookEvents.map((event) => (
          <label key={event} className="flex items-baseline gap-2.5">
            <input type="checkbox" value={event} {...form.register("events")} />
            <span>
              <code className="mr-1 rounded bg-raised px-1 text-[0.9rem]">{event}</code>{" "}
              <span className="text-soft">{t(`event.${event.replace(".", "_")}`)}</span>
            </span>
          </label>
        ))}
        <p id="events-error" role="alert" className="text-[0.9rem] text-bad empty:hidden">
          {errors.events?.message}
        </p>
      </fieldset>
    </FormDialog>
  );
}
