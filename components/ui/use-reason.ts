import { useTranslations } from "next-intl";
import { textProblems } from "@/lib/domain/personal-text";

/** Why a message was not sent: a gateway's own code stands as it is. */
export function useReason(): (code: string) => string {
  const t = useTranslations("skip_reason");
  return (code) => {
    const problem = textProblems.find((known) => known === code);
    return problem ? t(problem) : code;
  };
}
