import { getTranslations } from "next-intl/server";
import { Mark } from "@/components/shell/mark";
import { ButtonLink } from "@/components/ui/button";

export default async function NotFound() {
  const t = await getTranslations("app");
  return (
    <main className="grid min-h-dvh place-items-center p-6">
      <div className="flex flex-col items-center gap-4 text-center">
        <Mark size={44} />
        <h1>{t("not_found")}</h1>
        <ButtonLink href="/" variant="primary">
          {t("home")}
        </ButtonLink>
      </div>
    </main>
  );
}
