import { useTranslations } from "next-intl";

/** Replaces a page that the viewer may not see. */
export function NotAllowed() {
  const t = useTranslations("access");
  return (
    <div className="flex flex-col gap-2">
      <h1>{t("not_allowed")}</h1>
      <p className="text-soft">{t("not_allowed_explain")}</p>
    </div>
  );
}
