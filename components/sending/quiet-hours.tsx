"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { HoursFields } from "@/components/ui/hours-fields";
import { useFailureNotice, useNotice } from "@/components/ui/notice";
import type { QuietHoursAnswer, QuietHoursPut } from "@/lib/contract/sending/quiet-hours";
import { call } from "@/lib/web/client";
import { quietHoursQuery } from "@/lib/web/queries";

/** The quiet hours of the installation. */
export function QuietHours() {
  const t = useTranslations("quiet_hours");
  const client = useQueryClient();
  const notify = useNotice();
  const { data: saved } = useQuery(quietHoursQuery);
  const [typed, setTyped] = useState<QuietHoursPut>();
  const save = useMutation({
    mutationFn: (hours: QuietHoursPut) => call<QuietHoursAnswer>("PUT", "settings/quiet-hours/", hours),
    onSuccess: (now) => {
      client.setQueryData(quietHoursQuery.queryKey, now);
      setTyped(undefined);
      notify({ text: t(now.enabled ? "saved_on" : "saved_off"), tone: "good" });
    },
    onError: useFailureNotice(),
  });
  if (!saved) return null;
  const { changed_at, changed_by, ...kept } = saved;
  const hours = typed ?? kept;
  return (
    <section aria-labelledby="quiet-hours" className="flex max-w-2xl flex-col gap-3">
      <h1 id="quiet-hours">{t("title")}</h1>
      <p className="text-soft">{t("about")}</p>
      <form
        className="flex flex-col gap-4 rounded-card border border-line bg-surface p-4 shadow-card"
        onSubmit={(event) => {
          event.preventDefault();
          if (!save.isPending) save.mutate(hours);
        }}
      >
        <label className="flex items-baseline gap-2.5">
          <input
            type="checkbox"
            checked={hours.enabled}
            onChange={({ target }) => setTyped({ ...hours, enabled: target.checked })}
          />
          {t("enabled")}
        </label>
        <HoursFields
          value={hours}
          unknown={t("unknown_dispatch")}
          onChange={(changed) => setTyped({ ...hours, ...changed })}
        />
        <Button type="submit" variant="primary" isBusy={save.isPending} className="self-start">
          {t("save")}
        </Button>
      </form>
    </section>
  );
}
