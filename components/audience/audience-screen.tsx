"use client";

import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { useMay } from "@/components/shell/me";
import { Link } from "@/components/ui/link";
import { ListSkeleton } from "@/components/ui/list-states";
import { Recipients } from "./recipients";

const loading = () => <ListSkeleton />;
const panels = {
  recipients: Recipients,
  audiences: dynamic(
    () => import("./expression/saved-audiences").then(({ SavedAudiences }) => SavedAudiences),
    { loading },
  ),
  suppressions: dynamic(() => import("./suppressions").then(({ Suppressions }) => Suppressions), { loading }),
  replies: dynamic(() => import("./replies").then(({ Replies }) => Replies), { loading }),
  import: dynamic(() => import("./import/import-panel").then(({ ImportPanel }) => ImportPanel), { loading }),
  tags: dynamic(() => import("./tags").then(({ Tags }) => Tags), { loading }),
};
export type AudienceTab = keyof typeof panels;
const tabs = Object.keys(panels) as AudienceTab[];

/** The recipients, and all that belongs to them. The address says which tab is open. */
export function AudienceScreen({ tab }: { tab: AudienceTab }) {
  const t = useTranslations("audience");
  const mayWrite = useMay("audience:write");
  const shown = tabs.filter((id) => id !== "import" || mayWrite);
  const Panel = panels[shown.includes(tab) ? tab : "recipients"];
  return (
    <div className="flex flex-col gap-5">
      <h1>{t("title")}</h1>
      <nav aria-label={t("title")} className="-mx-4 overflow-x-auto px-4 md:mx-0 md:px-0">
        <ul className="flex min-w-max gap-1 border-line border-b">
          {shown.map((id) => (
            <li key={id}>
              <Link
                href={id === "recipients" ? "/audience" : `/audience?tab=${id}`}
                aria-current={id === tab ? "page" : undefined}
                className="-mb-px block border-transparent border-b-2 px-3 py-2 text-soft hover:text-ink aria-[current=page]:border-accent aria-[current=page]:font-medium aria-[current=page]:text-accent"
              >
                {t(id)}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <Panel />
    </div>
  );
}
