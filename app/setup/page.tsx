import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { SetupScreen } from "@/components/shell/setup-screen";
import { readInvitation } from "@/lib/services/accept-invitation";
import { context, sessions } from "../api/routes";

export const dynamic = "force-dynamic";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("access"))("welcome") };
}

export default async function SetupPage({ searchParams }: { searchParams: Promise<{ token?: string | string[] }> }) {
  if (!sessions()) notFound();
  const { token } = await searchParams;
  const given = typeof token === "string" ? token : "";
  return <SetupScreen token={given} invitation={await readInvitation(context(), given)} />;
}
