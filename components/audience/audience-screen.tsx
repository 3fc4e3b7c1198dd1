"use client";

import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { useMay } from "@/components/shell/me";
import { ListSkeleton } from "@/components/ui/list-states";
import { TabLinks } from "@/components/ui/tab-links";
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
      <TabLinks
        label={t("title")}
        links={shown.map((id) => ({
          href: id === "recipients" ? "/audience" : `/audience?tab=${id}`,
          text: t(id),
          isCurrent: id === tab,
        }))}
      />
      <Panel />
    </div>
  );
}
