import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { sessions } from "@/app/api/routes";
import { SetupScreen } from "@/components/shell/setup-screen";

export const dynamic = "force-dynamic";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("access"))("welcome") };
}

/** The token stands behind the `#`, where no server, log or referrer sees it. */
export default function SetupPage() {
  if (!sessions()) notFound();
  return <SetupScreen />;
}
