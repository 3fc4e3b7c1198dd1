import { getTranslations } from "next-intl/server";
import { Mark } from "@/components/shell/mark";
import { ButtonLink } from "@/components/ui/button";

/** What is said where there is no page, and the way out. */
export async function NotFoundText() {
  const t = await getTranslations("app");
  return (
    <div className="flex flex-col items-center gap-4 text-center">
      <Mark size={44} />
      <h1>{t("not_found")}</h1>
      <ButtonLink href="/" variant="primary">
        {t("home")}
      </ButtonLink>
    </div>
  );
}
