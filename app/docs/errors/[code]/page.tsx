import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { pageLocale } from "@/app/locale";
import { Prose } from "@/components/docs/prose";
import { Link } from "@/components/ui/link";
import { hasText, textOf } from "@/lib/contract/texts";

interface Props {
  params: Promise<{ code: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { code } = await params;
  return hasText(`title.${code}`) ? { title: textOf(await pageLocale(), `title.${code}`) } : {};
}

/** What the `type` of a problem leads to: what it means, and what to do. */
export default async function ErrorPage({ params }: Props) {
  const { code } = await params;
  const locale = await pageLocale();
  const t = await getTranslations("docs");
  if (!hasText(`title.${code}`)) notFound();
  const detail = hasText(`detail.${code}`)
    ? textOf(locale, `detail.${code}`).replaceAll(/\s*\{\w+\}/g, " …")
    : t("see_detail");
  return (
    <main className="flex flex-col gap-4">
      <h1>{textOf(locale, `title.${code}`)}</h1>
      <p>
        <code className="rounded bg-raised px-1.5 py-0.5">/docs/errors/{code}</code>
      </p>
      <p>
        <Prose text={detail} />
      </p>
      <p className="text-soft">{t("errors_hint")}</p>
      <p>
        <Link href="/docs" className="text-accent underline underline-offset-4">
          {t("title")}
        </Link>
      </p>
    </main>
  );
}
