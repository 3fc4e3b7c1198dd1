import { dehydrate, HydrationBoundary } from "@tanstack/react-query";
import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { pageContext } from "@/app/page-context";
import { prefetch } from "@/app/prefetch";
import { PersonScreen } from "@/components/audience/person-screen";
import { normalizePhone } from "@/lib/domain/audience/phone";
import { NotFoundError } from "@/lib/domain/errors";
import { presentOperator } from "@/lib/http/present/operator";
import { presentPage } from "@/lib/http/present/page";
import { presentPersonMessage } from "@/lib/http/present/person";
import { presentRecipient } from "@/lib/http/present/recipient";
import { presentSuppression } from "@/lib/http/present/suppression";
import { getRecipient } from "@/lib/services/audience/get-recipient";
import { listOperators } from "@/lib/services/audience/list-operators";
import { listSuppressions } from "@/lib/services/audience/list-suppressions";
import { listPersonMessages } from "@/lib/services/dispatches/list-person-messages";
import {
  PERSON_PAGE,
  personMessagesQuery,
  personQuery,
  personSuppressionsQuery,
} from "@/lib/web/person-queries";
import { operatorsQuery } from "@/lib/web/queries";

/** The number stands on the page, and not in the title, which browsers keep. */
export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("person"))("title") };
}

/** The number need not be a recipient's. */
const whenUnknown =
  <T,>(answer: T) =>
  (error: unknown): T => {
    if (error instanceof NotFoundError) return answer;
    throw error;
  };

export default async function PersonPage({ params }: { params: Promise<{ phone: string }> }) {
  const ctx = await pageContext();
  const phone = normalizePhone(`+${decodeURIComponent((await params).phone).replace(/^\+/, "")}`);
  if (!phone) notFound();
  const client = await prefetch([
    [personQuery(phone).queryKey, () => getRecipient(ctx, phone).then(presentRecipient, whenUnknown(null))],
    [
      personSuppressionsQuery(phone).queryKey,
      async () => presentPage(await listSuppressions(ctx, { phone, limit: 50 }), presentSuppression),
    ],
    [
      personMessagesQuery(phone).queryKey,
      () =>
        listPersonMessages(ctx, phone, { limit: PERSON_PAGE })
          .then(
            (page) => presentPage(page, presentPersonMessage),
            whenUnknown({ items: [], next_cursor: null }),
          )
          .then((page) => ({ pages: [page], pageParams: [""] })),
    ],
    [
      operatorsQuery.queryKey,
      async () => (await listOperators(ctx, { limit: 200 })).items.map(presentOperator),
    ],
  ]);
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <PersonScreen phone={phone} />
    </HydrationBoundary>
  );
}
