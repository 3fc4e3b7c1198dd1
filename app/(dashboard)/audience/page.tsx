import { dehydrate, HydrationBoundary, type QueryKey } from "@tanstack/react-query";
import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { pageLocale } from "@/app/locale";
import { pageContext } from "@/app/page-context";
import { prefetch } from "@/app/prefetch";
import { AudienceScreen, type AudienceTab } from "@/components/audience/audience-screen";
import { suppressionListQuerySchema } from "@/lib/contract/audience/suppression";
import { replyListQuerySchema } from "@/lib/contract/sending/inbound";
import { presentCountedAudience } from "@/lib/http/present/audience";
import { presentImport } from "@/lib/http/present/import";
import { presentOperator } from "@/lib/http/present/operator";
import { presentPage } from "@/lib/http/present/page";
import { presentRecipient } from "@/lib/http/present/recipient";
import { presentReply } from "@/lib/http/present/reply";
import { presentSuppression } from "@/lib/http/present/suppression";
import { presentTag } from "@/lib/http/present/tag";
import { listImports } from "@/lib/services/audience/import/list-imports";
import { listOperators } from "@/lib/services/audience/list-operators";
import { listRecipients } from "@/lib/services/audience/list-recipients";
import { listReplies } from "@/lib/services/audience/list-replies";
import { listSuppressions } from "@/lib/services/audience/list-suppressions";
import { listTags } from "@/lib/services/audience/list-tags";
import { listAudiences } from "@/lib/services/audience/saved/list-audiences";
import type { Context } from "@/lib/services/context";
import {
  AUDIENCES_PAGE,
  audiencesQuery,
  RECIPIENTS_PAGE,
  type RecipientFilter,
  type ReplyFilter,
  recipientsQuery,
  repliesQuery,
  type SuppressionFilter,
  suppressionsQuery,
} from "@/lib/web/audience-queries";
import { importsQuery, operatorsQuery, tagsQuery } from "@/lib/web/queries";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("audience"))("title") };
}

type Params = Record<string, string | string[] | undefined>;
const textOf = (value: Params[string]) => (typeof value === "string" ? value : "");
const tabOf = (value: Params[string]): AudienceTab =>
  value === "audiences" ||
  value === "suppressions" ||
  value === "replies" ||
  value === "import" ||
  value === "tags"
    ? value
    : "recipients";

export default async function AudiencePage({ searchParams }: { searchParams: Promise<Params> }) {
  const [ctx, locale] = await Promise.all([pageContext(), pageLocale()]);
  const params = await searchParams;
  // Where they were before they had a page of their own.
  if (params.tab === "operators") redirect("/settings/operators");
  const tab = tabOf(params.tab);
  const filter = { q: textOf(params.q), operator: textOf(params.operator), tag: textOf(params.tag) };
  const operators: Read = [
    operatorsQuery.queryKey,
    async () => (await listOperators(ctx, { limit: 200 })).items.map(presentOperator),
  ];
  const tags: Read = [
    tagsQuery.queryKey,
    async () => (await listTags(ctx, { limit: 200 })).items.map(presentTag),
  ];
  const reads: Record<AudienceTab, () => Read[]> = {
    recipients: () => [recipients(ctx, filter), operators, tags],
    audiences: () => [audiences(ctx), operators, tags],
    suppressions: () => [suppressions(ctx, { q: filter.q, reason: textOf(params.reason) })],
    replies: () => [replies(ctx, { q: filter.q, keyword: textOf(params.keyword) })],
    import: () => [
      [
        importsQuery.queryKey,
        async () => presentPage(await listImports(ctx, { limit: 20 }), (row) => presentImport(row, locale)),
      ],
      operators,
    ],
    tags: () => [tags],
  };
  return (
    <HydrationBoundary state={dehydrate(await prefetch(reads[tab]()))}>
      <AudienceScreen tab={tab} />
    </HydrationBoundary>
  );
}

type Read = [QueryKey, () => Promise<unknown>];

function recipients(ctx: Context, filter: RecipientFilter): Read {
  const given = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== ""));
  const read = async () => ({
    pages: [presentPage(await listRecipients(ctx, { ...given, limit: RECIPIENTS_PAGE }), presentRecipient)],
    pageParams: [""],
  });
  return [recipientsQuery(filter).queryKey, read];
}

function audiences(ctx: Context): Read {
  const read = async () => ({
    pages: [presentPage(await listAudiences(ctx, { limit: AUDIENCES_PAGE }), presentCountedAudience)],
    pageParams: [""],
  });
  return [audiencesQuery("").queryKey, read];
}

function suppressions(ctx: Context, filter: SuppressionFilter): Read {
  const read = async () => {
    const query = suppressionListQuerySchema.parse(
      given({ phone: filter.q, reason: filter.reason, limit: String(RECIPIENTS_PAGE) }),
    );
    return { pages: [presentPage(await listSuppressions(ctx, query), presentSuppression)], pageParams: [""] };
  };
  return [suppressionsQuery(filter).queryKey, read];
}

function replies(ctx: Context, filter: ReplyFilter): Read {
  const read = async () => {
    const query = replyListQuerySchema.parse(
      given({ phone: filter.q, keyword: filter.keyword, limit: String(RECIPIENTS_PAGE) }),
    );
    return { pages: [presentPage(await listReplies(ctx, query), presentReply)], pageParams: [""] };
  };
  return [repliesQuery(filter).queryKey, read];
}

const given = (terms: Record<string, string>) =>
  Object.fromEntries(Object.entries(terms).filter(([, value]) => value !== ""));
