import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { sessions } from "@/app/api/routes";
import { viewer } from "@/app/page-context";
import { SignInScreen } from "@/components/shell/sign-in-screen";
import { localPath } from "@/lib/http/security";

export const dynamic = "force-dynamic";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("access"))("sign_in_title") };
}

export default async function SignInPage({
  searchParams,
}: {
  searchParams: Promise<{ next?: string | string[] }>;
}) {
  const { next } = await searchParams;
  const path = localPath(typeof next === "string" ? next : null);
  if (!sessions() || (await viewer())) redirect(path);
  return <SignInScreen next={path} />;
}
