import type { Metadata } from "next";
import { getLocale, getTranslations } from "next-intl/server";
import { OperationArticle } from "@/components/docs/operation-article";
import { said } from "@/lib/contract/openapi/russian";
import { operations } from "@/lib/contract/operations/all";
import { tags } from "@/lib/contract/operations/operation";
import { env, publicUrl } from "@/lib/env";

export const dynamic = "force-dynamic";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("docs"))("title") };
}

/** Every call of the API, made from the same table as /openapi.json. */
export default async function DocsPage() {
  const t = await getTranslations("docs");
  const locale = await getLocale();
  const origin = publicUrl(env());
  return (
    <main className="flex flex-col gap-6">
      <div className="flex flex-col gap-2">
        <h1>{t("title")}</h1>
        <p className="text-soft">{t("intro")}</p>
      </div>
      <nav aria-label={t("contents")} className="rounded-card border border-line bg-surface p-5">
        <ul className="grid gap-x-6 gap-y-1 sm:grid-cols-2">
          {operations.map(({ id, summary }) => (
            <li key={id}>
              <a href={`#${id}`} className="underline-offset-4 hover:underline">
                {said(locale, summary)}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      {Object.entries(tags).map(([tag, description]) => (
        <section key={tag} aria-labelledby={`tag-${tag}`} className="flex flex-col gap-4">
          <h2 id={`tag-${tag}`}>{t(`tag.${tag as keyof typeof tags}`)}</h2>
          <p className="text-soft">{said(locale, description)}</p>
          {operations
            .filter((operation) => operation.tag === tag)
            .map((operation) => (
              <OperationArticle key={operation.id} operation={operation} origin={origin} />
            ))}
        </section>
      ))}
    </main>
  );
}
