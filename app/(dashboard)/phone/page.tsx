import { dehydrate, HydrationBoundary } from "@tanstack/react-query";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { pageContext } from "@/app/page-context";
import { prefetch } from "@/app/prefetch";
import { PhoneScreen } from "@/components/sending/phone-screen";
import { env, hasSandbox } from "@/lib/env";
import { presentOperator } from "@/lib/http/present/operator";
import { presentPage } from "@/lib/http/present/page";
import { presentRecipient } from "@/lib/http/present/recipient";
import { presentSandboxMessages } from "@/lib/http/present/sending";
import { listOperators } from "@/lib/services/audience/list-operators";
import { listRecipients } from "@/lib/services/audience/list-recipients";
import { listSandboxMessages } from "@/lib/services/sending/sandbox/list-sandbox-messages";
import { sandboxQuery, someRecipientsQuery } from "@/lib/web/audience-queries";
import { operatorsQuery } from "@/lib/web/queries";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("phone_screen"))("title") };
}

export default async function PhonePage({
  searchParams,
}: {
  searchParams: Promise<{ phone?: string | string[] }>;
}) {
  const ctx = await pageContext();
  const { phone } = await searchParams;
  const isSandbox = hasSandbox(env());
  const reads: Parameters<typeof prefetch>[0] = [
    [
      someRecipientsQuery("").queryKey,
      async () => presentPage(await listRecipients(ctx, { limit: 8 }), presentRecipient),
    ],
    [
      operatorsQuery.queryKey,
      async () => (await listOperators(ctx, { limit: 200 })).items.map(presentOperator),
    ],
  ];
  if (typeof phone === "string" && phone !== "")
    reads.push([
      sandboxQuery(phone).queryKey,
      async () => presentSandboxMessages(await listSandboxMessages(ctx, phone)),
    ]);
  const client = await prefetch(isSandbox ? reads : []);
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <PhoneScreen isSandbox={isSandbox} />
    </HydrationBoundary>
  );
}
