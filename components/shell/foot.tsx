import { useTranslations } from "next-intl";

/** The foot of a page, with the version. */
export function Foot({ version }: { version: string }) {
  const t = useTranslations("app");
  return <footer className="text-[0.85rem] text-soft">{t("version", { version })}</footer>;
}
