import { useLocale, useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { problemsOf, schemaObject } from "@/lib/contract/openapi/document";
import { said } from "@/lib/contract/openapi/russian";
import { exampleAddress, samples } from "@/lib/contract/openapi/samples";
import {
  type Operation,
  parametersOf,
  pathParameters,
  requestHeaders,
} from "@/lib/contract/operations/operation";
import { Prose } from "./prose";
import { TryIt } from "./try-it";

const colors: Record<string, string> = {
  get: "text-good",
  post: "text-accent",
  put: "text-warn",
  patch: "text-warn",
  delete: "text-bad",
};

/** One operation: what it takes, what it answers, how to call it, and a form to try it. */
export function OperationArticle({ operation, origin }: { operation: Operation; origin: string }) {
  const t = useTranslations("docs");
  const locale = useLocale();
  const {
    id,
    method,
    path,
    right,
    summary,
    description,
    isContract,
    isPublic,
    query,
    headers = [],
    body,
    answers,
  } = operation;
  const querySchema = query
    ? (schemaObject(query, "input") as { properties?: Record<string, unknown>; required?: string[] })
    : {};
  const example = body && "example" in body ? JSON.stringify(body.example, null, 2) : body ? "" : null;
  return (
    <article
      id={id}
      aria-labelledby={`${id}-name`}
      className="flex min-w-0 flex-col gap-3 rounded-card border border-line bg-surface p-5"
    >
      <h3 id={`${id}-name`} className="flex flex-wrap items-baseline gap-x-3">
        <span className={`font-mono font-semibold uppercase ${colors[method]}`}>{method}</span>
        <code className="break-all text-[0.95rem]">{path}</code>
      </h3>
      <p className="font-medium">
        <Prose text={said(locale, summary)} />
      </p>
      {description && (
        <p className="text-soft">
          <Prose text={said(locale, description)} />
        </p>
      )}
      <p className="text-[0.9rem] text-soft">
        {[
          isContract ? t("contract") : t("extension"),
          isPublic ? t("public") : right ? t("needs_right", { right }) : null,
        ]
          .filter(Boolean)
          .join(" · ")}
      </p>
      <Parameters
        title={t("in_path")}
        rows={parametersOf(path).map((name) => [name, said(locale, pathParameters[name]!.description)])}
      />
      <Parameters
        title={t("in_query")}
        rows={Object.entries(querySchema.properties ?? {}).map(([name, schema]) => [
          querySchema.required?.includes(name) ? `${name} *` : name,
          JSON.stringify(schema),
        ])}
      />
      <Parameters
        title={t("in_headers")}
        rows={headers.map((name) => [name, said(locale, requestHeaders[name].description)])}
      />
      {body && "schema" in body && (
        <Fold title={t("body_schema")}>
          <Code text={JSON.stringify(schemaObject(body.schema, "input"), null, 2)} />
        </Fold>
      )}
      <Parameters
        title={t("answers")}
        rows={Object.entries(answers).map(([status, answer]) => [status, said(locale, answer.description)])}
      />
      {Object.entries(answers).map(([status, { schema }]) =>
        schema ? (
          <Fold key={status} title={`${t("answer_schema")} ${status}`}>
            <Code text={JSON.stringify(schemaObject(schema, "output", schema), null, 2)} />
          </Fold>
        ) : null,
      )}
      <p className="text-[0.9rem] text-soft">
        {t("problems")} {problemsOf(operation).join(", ")}
      </p>
      {Object.entries(samples).map(([language, sampleOf]) => (
        <Fold key={language} title={language}>
          <Code text={sampleOf(operation, origin)} />
        </Fold>
      ))}
      <Fold title={t("try")}>
        <TryIt
          id={id}
          method={method.toUpperCase()}
          path={exampleAddress(operation)}
          body={example}
          type={body && "file" in body ? body.file : "application/json"}
        />
      </Fold>
    </article>
  );
}

function Parameters({ title, rows }: { title: string; rows: (readonly [string, string])[] }) {
  if (rows.length === 0) return null;
  return (
    <div>
      <h4 className="font-medium text-[0.9rem]">{title}</h4>
      <dl className="mt-1 grid grid-cols-1 gap-x-4 gap-y-1 text-[0.9rem] sm:grid-cols-[minmax(8rem,auto)_minmax(0,1fr)]">
        {rows.map(([name, text]) => (
          <div key={name} className="contents">
            <dt className="font-mono">{name}</dt>
            <dd className="text-soft [overflow-wrap:anywhere]">
              <Prose text={text} />
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

function Fold({ title, children }: { title: string; children: ReactNode }) {
  return (
    <details className="min-w-0 rounded-md border border-line px-3 py-2">
      <summary className="cursor-pointer font-medium text-[0.95rem]">{title}</summary>
      <div className="pt-3">{children}</div>
    </details>
  );
}

function Code({ text }: { text: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <pre tabIndex={0} className="max-h-96 overflow-auto rounded-md bg-raised p-3 text-[0.85rem]">
      <code>{text}</code>
    </pre>
  );
}
