"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { memo } from "react";
import { everybody } from "@/components/audience/expression/expression";
import { useAudienceWords } from "@/components/audience/expression/use-audience-words";
import type { Dispatch } from "@/lib/contract/dispatches/dispatch";
import { operatorsQuery, tagsQuery } from "@/lib/web/queries";

type Asking = Pick<Dispatch, "filter_tag" | "filter_mobile_operator_code" | "audience">;

/** The audience of a dispatch in a few words. Progress does not redraw it. */
export const AudienceText = memo(
  function AudienceText({ dispatch }: { dispatch: Asking }) {
    const t = useTranslations("card");
    const wordsOf = useAudienceWords();
    const tags = useQuery({ ...tagsQuery, enabled: dispatch.filter_tag !== null });
    const operators = useQuery(operatorsQuery);
    const { audience, filter_tag: tagId, filter_mobile_operator_code: operatorId } = dispatch;
    // Elsewhere each sentence stands alone; here the last one ends a line.
    if (audience || (tagId === null && operatorId === null))
      return wordsOf(audience ?? everybody)
        .join(" ")
        .replace(/\.$/, "");
    const tag = tags.data?.find(({ id }) => id === tagId)?.name;
    const operator = operators.data?.find(({ id }) => id === operatorId)?.name;
    if ((tagId !== null && !tag) || (operatorId !== null && !operator)) return t("audience_unread");
    return [tag, operator].filter(Boolean).join(" · ");
  },
  (a, b) =>
    a.dispatch.filter_tag === b.dispatch.filter_tag &&
    a.dispatch.filter_mobile_operator_code === b.dispatch.filter_mobile_operator_code &&
    JSON.stringify(a.dispatch.audience) === JSON.stringify(b.dispatch.audience),
);
