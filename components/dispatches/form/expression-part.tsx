"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { filledPart } from "@/components/audience/expression/expression";
import { ExpressionFields } from "@/components/audience/expression/expression-fields";
import { useMay } from "@/components/shell/me";
import { Button } from "@/components/ui/button";
import { SearchChoice } from "@/components/ui/choice";
import type { WholeExpression } from "@/lib/contract/audience/expression";
import { audiencesQuery } from "@/lib/web/audience-queries";

const AudienceDialog = dynamic(() => import("@/components/audience/expression/audience-dialog"), {
  ssr: false,
});

/**
 * Edits all conditions of an audience. A saved audience can be loaded, and this one can be saved.
 */
export default function ExpressionPart({
  value,
  onChange,
  error,
  editedId,
}: {
  value: WholeExpression;
  onChange: (expression: WholeExpression) => void;
  error: string | undefined;
  editedId: string | undefined;
}) {
  const t = useTranslations("expression");
  const mayRead = useMay("audience:read");
  const mayWrite = useMay("audience:write");
  const saved = useInfiniteQuery({ ...audiencesQuery(""), enabled: mayRead });
  const audiences = saved.data?.pages.flatMap(({ items }) => items) ?? [];
  const [isSaving, setSaving] = useState(false);
  return (
    <div className="flex flex-col gap-4">
      {audiences.length > 0 && (
        <SearchChoice
          label={t("saved")}
          hint={t("saved_hint")}
          placeholder={t("search_saved")}
          value={null}
          onChange={(id) => {
            const chosen = audiences.find((one) => one.id === id);
            if (chosen) onChange(chosen.expression);
          }}
          options={audiences.map(({ id, name }) => ({ id, name }))}
        />
      )}
      <ExpressionFields value={value} onChange={onChange} exceptId={editedId} />
      {error && (
        <p role="alert" className="rounded-md bg-bad-wash px-3 py-2 text-bad">
          {error}
        </p>
      )}
      {mayWrite && (
        <Button className="self-start" onClick={() => setSaving(true)}>
          {t("save_as")}
        </Button>
      )}
      {isSaving && (
        <AudienceDialog audience={null} initial={filledPart(value)} onClose={() => setSaving(false)} />
      )}
    </div>
  );
}
