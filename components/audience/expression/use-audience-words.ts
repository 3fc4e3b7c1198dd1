"use client";

import { useQuery } from "@tanstack/react-query";
import { useFormatter, useTranslations } from "next-intl";
import type { WholeExpression } from "@/lib/contract/audience/expression";
import { operatorsQuery } from "@/lib/web/queries";
import { asksNothing } from "./expression";

/** An audience in words, a sentence a clause. */
export function useAudienceWords(): (expression: WholeExpression) => string[] {
  const t = useTranslations("expression");
  const format = useFormatter();
  const operators = useQuery(operatorsQuery);
  const and = (names: string[]) => format.list(names, { type: "conjunction" });
  const or = (names: string[]) => format.list(names, { type: "disjunction" });
  const nameOf = (code: string) => operators.data?.find((one) => one.code === code)?.name ?? code;
  return (expression) => {
    if (asksNothing(expression)) return [t("everybody")];
    const { tags, operators: codes, attributes, exclude_dispatches: excluded } = expression;
    return [
      ...(tags.all.length > 0 ? [t("words.tags_all", { names: and(tags.all) })] : []),
      ...(tags.any.length > 0 ? [t("words.tags_any", { names: or(tags.any) })] : []),
      ...(tags.none.length > 0 ? [t("words.tags_none", { names: or(tags.none) })] : []),
      ...(codes.length > 0 ? [t("words.operators", { names: or(codes.map(nameOf)) })] : []),
      ...attributes.map(({ name, in: values }) => t("words.attribute", { name, values: or(values) })),
      ...(excluded.length > 0 ? [t("words.exclude_dispatches", { count: excluded.length })] : []),
    ];
  };
}
