import type { Metadata } from "next";
import { getLocale, getTranslations } from "next-intl/server";
import { OperationArticle } from "@/components/docs/operation-article";
import { Prose } from "@/components/docs/prose";
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
        <div className="gap-x-8 sm:columns-2">
          {Object.keys(tags).map((tag) => (
            <div key={tag} className="mb-4 break-inside-avoid-column">
              <p className="mb-1 font-semibold">{t(`tag.${tag as keyof typeof tags}`)}</p>
              <ul className="flex flex-col gap-1">
                {operations
                  .filter((operation) => operation.tag === tag)
                  .map(({ id, summary }) => (
                    <li key={id}>
                      <a href={`#${id}`} className="text-soft underline-offset-4 hover:underline">
                        <Prose text={said(locale, summary)} />
                      </a>
                    </li>
                  ))}
              </ul>
            </div>
          ))}
        </div>
      </nav>
      {Object.entries(tags).map(([tag, description]) => (
        <section key={tag} aria-labelledby={`tag-${tag}`} className="flex flex-col gap-4">
          <h2 id={`tag-${tag}`}>{t(`tag.${tag as keyof typeof tags}`)}</h2>
          <p className="text-soft">
            <Prose text={said(locale, description)} />
          </p>
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
