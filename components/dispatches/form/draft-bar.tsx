"use client";

import { BookmarkPlus, FileText, Save } from "lucide-react";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { type Draft, ofTemplate } from "./draft";
import { NewerVersion } from "./newer-version";
import type { useSavedDraft } from "./use-saved-draft";

const TemplateDialog = dynamic(() => import("./template-dialog"), { ssr: false });
const TemplateChoice = dynamic(() => import("./template-choice"), { ssr: false });

/** Saves the form as a draft, or begins with a template. */
export function DraftBar({
  saved,
  onSave,
  isSaving,
  onLoadNewer,
  isLoading,
  read,
  onTemplate,
}: {
  saved: ReturnType<typeof useSavedDraft>;
  /** Saves the form as a new draft. */
  onSave: () => void;
  isSaving: boolean;
  onLoadNewer: () => void;
  isLoading: boolean;
  read: () => Draft;
  onTemplate: (fields: Partial<Draft>) => void;
}) {
  const t = useTranslations("form.draft");
  const [opened, setOpened] = useState<"save" | "choose">();
  const isNew = saved.id === undefined || saved.state === "gone";
  return (
    <section aria-label={t("title")} className="flex flex-col gap-3 border-line border-t pt-4">
      {(saved.state === "newer" || saved.isMerged) && (
        <NewerVersion
          of="draft"
          isLoaded={saved.state !== "newer"}
          isPending={isLoading}
          onLoad={onLoadNewer}
        />
      )}
      <p
        role="status"
        className={`text-[0.9rem] empty:hidden ${saved.state === "saved" || saved.state === "saving" ? "text-soft" : "text-warn"}`}
      >
        {saved.id !== undefined && saved.state !== "newer" && t(`state.${saved.state}`)}
      </p>
      <div className="flex flex-wrap gap-x-1 gap-y-0.5 lg:flex-col lg:items-start">
        {isNew && (
          <Button variant="quiet" onClick={onSave} isBusy={isSaving}>
            <Save size={15} aria-hidden />
            {t("save")}
          </Button>
        )}
        <Button variant="quiet" onClick={() => setOpened("save")}>
          <BookmarkPlus size={15} aria-hidden />
          {t("save_template")}
        </Button>
        <Button variant="quiet" onClick={() => setOpened("choose")}>
          <FileText size={15} aria-hidden />
          {t("from_template")}
        </Button>
      </div>
      {opened === "save" && <TemplateDialog fields={read()} onClose={() => setOpened(undefined)} />}
      {opened === "choose" && (
        <TemplateChoice
          onClose={() => setOpened(undefined)}
          onChoose={(template) => {
            setOpened(undefined);
            onTemplate({ ...ofTemplate(template), audience: null });
          }}
        />
      )}
    </section>
  );
}
