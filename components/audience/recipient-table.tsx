"use client";

import { Bell, BellOff, Pencil, Trash2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { useMay } from "@/components/shell/me";
import { Button } from "@/components/ui/button";
import { cellClass, headClass } from "@/components/ui/list-states";
import { Instant, useCity, useClock, useViewerZone } from "@/components/ui/use-zoned";
import type { Operator } from "@/lib/contract/audience/operator";
import type { Recipient } from "@/lib/contract/audience/recipient";

const TAGS_SHOWN = 4;

/** Recipients in rows. Where there is no room, what else is known of somebody stands below the number. */
export function RecipientTable({
  recipients,
  operators,
  isStale,
  onEdit,
  onDelete,
  onOptOut,
  onOptIn,
}: {
  recipients: Recipient[];
  operators: Operator[];
  isStale: boolean;
  onEdit: (recipient: Recipient) => void;
  onDelete: (recipient: Recipient) => void;
  onOptOut: (recipient: Recipient) => void;
  onOptIn: (recipient: Recipient) => void;
}) {
  const t = useTranslations("audience");
  const clock = useClock();
  const mayWrite = useMay("audience:write");
  const timeZone = useViewerZone() ?? "UTC";
  const cityOf = useCity();
  const nameOf = (code: string) => operators.find((operator) => operator.code === code)?.name ?? code;
  return (
    <div className={`overflow-hidden rounded-card border border-line bg-surface transition-opacity ${isStale ? "opacity-60" : ""}`}>
      <table className="w-full border-collapse">
        <caption className="sr-only">{t("recipients")}</caption>
        <thead>
          <tr>
            <th scope="col" className={headClass}>
              {t("phone")}
            </th>
            <th scope="col" className={`${headClass} hidden sm:table-cell`}>
              {t("operator")}
            </th>
            <th scope="col" className={`${headClass} hidden md:table-cell`}>
              {t("tags")}
            </th>
            <th scope="col" className={`${headClass} hidden lg:table-cell`}>
              {t("timezone")}
            </th>
            <th scope="col" className={`${headClass} hidden sm:table-cell`}>
              {t("state")}
            </th>
            {mayWrite && (
              <th scope="col" className={headClass}>
                <span className="sr-only">{t("actions")}</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {recipients.map((recipient) => {
            const { phone, operator, tags, timezone, opted_out_at: outAt } = recipient;
            const state = outAt ? (
              <span className="text-warn">
                {t("opted_out")}{" "}
                <span className="text-soft">
                  <Instant at={outAt} zone={timeZone}>
                    {clock(outAt, timeZone, { day: "numeric", month: "short", year: "numeric" })}
                  </Instant>
                </span>
              </span>
            ) : (
              <span className="text-soft">{t("active")}</span>
            );
            return (
              <tr key={phone} className="border-line border-b last:border-0 hover:bg-raised">
                <th scope="row" className={`${cellClass} text-left font-medium`}>
                  {phone}
                  <span className="block font-normal text-[0.9rem] text-soft sm:hidden">
                    {nameOf(operator)}
                    {outAt && <span className="block">{state}</span>}
                  </span>
                  {tags.length > 0 && <span className="block font-normal text-[0.9rem] text-soft md:hidden">{tags.join(", ")}</span>}
                </th>
                <td className={`${cellClass} hidden sm:table-cell`}>{nameOf(operator)}</td>
                <td className={`${cellClass} hidden md:table-cell`}>
                  <span className="flex flex-wrap gap-1">
                    {tags.slice(0, TAGS_SHOWN).map((tag) => (
                      <span key={tag} className="rounded-full bg-raised px-2 py-0.5 text-[0.9rem]">
                        {tag}
                      </span>
                    ))}
                    {tags.length > TAGS_SHOWN && (
                      <span title={tags.slice(TAGS_SHOWN).join(", ")} className="py-0.5 text-[0.9rem] text-soft">
                        +{tags.length - TAGS_SHOWN}
                      </span>
                    )}
                  </span>
                </td>
                <td className={`${cellClass} hidden text-soft lg:table-cell`}>{timezone ? cityOf(timezone) : "—"}</td>
                <td className={`${cellClass} hidden whitespace-nowrap sm:table-cell`}>{state}</td>
                {mayWrite && (
                  <td className="py-1 pr-2 text-right">
                    <span className="inline-flex">
                      <Button variant="quiet" aria-label={`${t("edit")} ${phone}`} title={t("edit")} onClick={() => onEdit(recipient)}>
                        <Pencil size={15} aria-hidden />
                      </Button>
                      {outAt ? (
                        <Button
                          variant="quiet"
                          aria-label={`${t("opt_in")} ${phone}`}
                          title={t("opt_in")}
                          onClick={() => onOptIn(recipient)}
                        >
                          <Bell size={15} aria-hidden />
                        </Button>
                      ) : (
                        <Button
                          variant="quiet"
                          aria-label={`${t("opt_out")} ${phone}`}
                          title={t("opt_out")}
                          onClick={() => onOptOut(recipient)}
                        >
                          <BellOff size={15} aria-hidden />
                        </Button>
                      )}
                      <Button
                        variant="quiet"
                        aria-label={`${t("delete")} ${phone}`}
                        title={t("delete")}
                        onClick={() => onDelete(recipient)}
                      >
                        <Trash2 size={15} aria-hidden />
                      </Button>
                    </span>
                  </td>
                )}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
