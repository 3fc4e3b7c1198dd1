import { useTranslations } from "next-intl";

/** Why a message was not sent, in words. A gateway's own code is shown as it is. */
export function useReason(): (code: string) => string {
  const t = useTranslations("skip_reason");
  return (code) => (t.has(code) ? t(code) : code.replace(/^http_/, "HTTP "));
}
