"use client";

import { useQuery } from "@tanstack/react-query";
import { everybody } from "@/components/audience/expression/expression";
import { useAudienceWords } from "@/components/audience/expression/use-audience-words";
import type { WholeExpression } from "@/lib/contract/audience/expression";
import type { Dispatch } from "@/lib/contract/dispatches/dispatch";
import { operatorsQuery, tagsQuery } from "@/lib/web/queries";

/** The audience of a dispatch in words. Plain filters read like the audience that they mean. */
export function AudienceLine({ dispatch }: { dispatch: Dispatch }) {
  const wordsOf = useAudienceWords();
  const tags = useQuery({ ...tagsQuery, enabled: dispatch.filter_tag !== null });
  const operators = useQuery(operatorsQuery);
  const { audience, filter_tag: tagId, filter_mobile_operator_code: operatorId } = dispatch;
  const tag = tags.data?.find(({ id }) => id === tagId);
  const operator = operators.data?.find(({ id }) => id === operatorId);
  if ((tagId !== null && !tag) || (operatorId !== null && !operator)) return <p className="text-soft">…</p>;
  const shown: WholeExpression = audience ?? {
    ...everybody,
    tags: { ...everybody.tags, all: tag ? [tag.name] : [] },
    operators: operator ? [operator.code] : [],
  };
  return <p className="text-soft">{wordsOf(shown).join(" ")}</p>;
}
