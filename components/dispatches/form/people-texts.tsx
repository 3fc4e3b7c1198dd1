"use client";

import type { UseQueryResult } from "@tanstack/react-query";
import { useFormatter, useTranslations } from "next-intl";
import { useMay } from "@/components/shell/me";
import { Button } from "@/components/ui/button";
import { Skeleton } from "@/components/ui/skeleton";
import type { PreviewAnswer } from "@/lib/contract/dispatches/preview";
import { ProblemError } from "@/lib/web/client";

type Person = NonNullable<PreviewAnswer["personal"]>["samples"][number];

/** The texts of some recipients, the longest text, and who would get none. */
export default function PeopleTexts({ preview }: { preview: UseQueryResult<PreviewAnswer> }) {
  const t = useTranslations("form.personal");
  const format = useFormatter();
  const mayRead = useMay("audience:read");
  const { data, error, isPlaceholderData } = preview;
  if (error) {
    const wrong = error instanceof ProblemError ? (error.problem.errors ?? []) : [];
    const own = wrong.filter(({ pointer }) => pointer === "/message_text" || pointer === "/max_segments");
    return (
      <div
        role="status"
        className="flex flex-col items-start gap-2 rounded-md bg-warn-wash px-3 py-2 text-warn"
      >
        {own.length > 0 ? (
          own.map(({ detail }) => <p key={detail}>{detail}</p>)
        ) : (
          <>
            <p>{t("unreadable")}</p>
            <Button className="text-ink" onClick={() => void preview.refetch()}>
              {t("again")}
            </Button>
          </>
        )}
      </div>
    );
  }
  if (!data || (isPlaceholderData && !data.personal)) return <Skeleton className="h-96" />;
  const { personal, audience } = data;
  if (!personal) return null;
  const about = personal.is_estimate ? "≈ " : "";
  const [worst] = personal.longest;
  const skipped = personal.skipped.filter(({ count }) => count > 0);
  return (
    <section
      aria-labelledby="people-texts"
      aria-busy={isPlaceholderData}
      className={`flex flex-col gap-3 ${isPlaceholderData ? "opacity-60" : ""}`}
    >
      <h2 id="people-texts" className="font-medium text-base">
        {t("examples")}
      </h2>
      {audience.total === 0 ? (
        <p className="text-soft">{t("nobody")}</p>
      ) : !mayRead ? (
        <p className="text-soft">{t("hidden")}</p>
      ) : (
        <>
          <ul aria-label={t("examples")} className="flex flex-col gap-3">
            {personal.samples.map((person) => (
              <PersonText key={person.phone} person={person} />
            ))}
          </ul>
          {worst && (
            <div className="flex flex-col gap-1.5">
              <h3 className="font-normal text-base text-soft">{t("worst")}</h3>
              <ul aria-label={t("worst")}>
                <PersonText person={worst} />
              </ul>
            </div>
          )}
        </>
      )}
      {personal.by_segments.length > 0 && (
        <dl className="flex flex-col gap-1 border-line border-t pt-2.5">
          {personal.by_segments.map(({ segments, count }) => (
            <div key={segments} className="flex justify-between gap-4">
              <dt className="text-soft">{t("segments", { segments })}</dt>
              <dd>
                {about}
                {t("people", { count })}
              </dd>
            </div>
          ))}
        </dl>
      )}
      {personal.forced_ucs2 > 0 && (
        <p className="text-soft">
          {about}
          {t("forced_ucs2", { count: personal.forced_ucs2 })}
        </p>
      )}
      {skipped.length > 0 && (
        <div className="flex flex-col gap-1.5 rounded-md bg-warn-wash px-3 py-2 text-warn">
          {skipped.map(({ reason, count }) => (
            <p key={reason}>
              {about}
              {t(`skipped.${reason}`, { count })}
            </p>
          ))}
        </div>
      )}
      {personal.is_estimate && <p className="text-soft">{t("estimate", { count: format.number(10_000) })}</p>}
    </section>
  );
}

function PersonText({ person: { phone, text, segments } }: { person: Person }) {
  const t = useTranslations("form.personal");
  return (
    <li className="flex flex-col gap-1">
      <span className="flex flex-wrap justify-between gap-x-4 text-[0.9rem] text-soft">
        <span>{phone}</span>
        <span>{t("segments", { segments })}</span>
      </span>
      <p className="w-fit max-w-full whitespace-pre-wrap rounded-2xl rounded-bl-sm bg-accent-wash px-3.5 py-2.5 leading-snug [overflow-wrap:anywhere]">
        {text}
      </p>
    </li>
  );
}
