import { dehydrate, HydrationBoundary } from "@tanstack/react-query";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { formQueries } from "@/app/(dashboard)/dispatches/form-queries";
import { pageLocale } from "@/app/locale";
import { pageContext } from "@/app/page-context";
import { prefetch } from "@/app/prefetch";
import { DispatchForm } from "@/components/dispatches/form/dispatch-form";
import { likeOf, ofTemplate, unreachedOf } from "@/components/dispatches/form/draft";
import { NotAllowed } from "@/components/shell/not-allowed";
import { isUuid } from "@/lib/contract/audience/tag";
import { dayPattern } from "@/lib/domain/period";
import { presentAudience } from "@/lib/http/present/audience";
import { presentDispatch } from "@/lib/http/present/dispatch";
import { presentDraft, presentTemplate } from "@/lib/http/present/prepared";
import { getOperator } from "@/lib/services/audience/get-operator";
import { getTag } from "@/lib/services/audience/get-tag";
import { getAudience } from "@/lib/services/audience/saved/get-audience";
import { type Dispatch, getDispatch } from "@/lib/services/dispatches/get-dispatch";
import { getPrepared } from "@/lib/services/dispatches/prepared/get-prepared";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("form"))("title") };
}

/**
 * A new dispatch, one like another (`?like=<id>`), a draft (`?draft`), one of a template
 * (`?template`), one to a saved audience (`?audience`), one on a day (`?day`), or one to those whom
 * another has not reached (`?unreached`).
 */
export default async function NewDispatchPage({
  searchParams,
}: {
  searchParams: Promise<{
    like?: string;
    draft?: string;
    template?: string;
    audience?: string;
    day?: string;
    unreached?: string;
  }>;
}) {
  const ctx = await pageContext();
  if (!ctx.actor.rights.has("dispatches:write")) return <NotAllowed />;
  const t = await getTranslations("form");
  const { like, draft, template, audience, day, unreached } = await searchParams;
  const saved = await find("draft", draft);
  const begun = await find("template", template);
  const chosen =
    audience && isUuid(audience) ? await getAudience(ctx, audience).catch(() => undefined) : undefined;
  const model = like && isUuid(like) ? await getDispatch(ctx, like).catch(() => undefined) : undefined;
  const missed =
    unreached && isUuid(unreached) ? await getDispatch(ctx, unreached).catch(() => undefined) : undefined;
  const namesOf = async ({ tagId, operatorId }: Dispatch) => ({
    tag: tagId ? (await getTag(ctx, tagId)).name : undefined,
    operator: operatorId ? (await getOperator(ctx, operatorId)).code : undefined,
  });
  function find(kind: "draft" | "template", id: string | undefined) {
    return id && isUuid(id) ? getPrepared(ctx, kind, id).catch(() => undefined) : undefined;
  }
  const isOnDay = day !== undefined && dayPattern.test(day);
  const client = await prefetch(formQueries(ctx));
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <div className="flex flex-col gap-6">
        <h1>{saved ? t("draft.heading") : missed ? t("unreached") : model ? t("like") : t("title")}</h1>
        {draft && !saved && (
          <p className="rounded-md bg-warn-wash px-3 py-2 text-warn">{t("draft.missing")}</p>
        )}
        <DispatchForm
          key={saved?.id ?? begun?.id ?? chosen?.id ?? like ?? unreached ?? day ?? ""}
          lost={saved ? undefined : draft}
          {...(saved && { saved: presentDraft(saved) })}
          {...(begun && { template: ofTemplate(presentTemplate(begun)) })}
          {...(chosen && { template: { audience: presentAudience(chosen).expression } })}
          {...(isOnDay && {
            template: { start_datetime: `${day}T10:00`, end_datetime: `${day}T13:00` },
          })}
          {...(missed && {
            initial: unreachedOf(
              presentDispatch(missed, await pageLocale()),
              ctx.now(),
              await namesOf(missed),
            ),
          })}
          {...(model && { initial: likeOf(presentDispatch(model, await pageLocale()), ctx.now()) })}
        />
      </div>
    </HydrationBoundary>
  );
}
