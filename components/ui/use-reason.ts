import { useTranslations } from "next-intl";

/** Why a message was not sent, in words; a gateway's own code stands as it is. */
export function useReason(): (code: string) => string {
  const t = useTranslations("skip_reason");
  return (code) => (t.has(code) ? t(code) : code);
}
