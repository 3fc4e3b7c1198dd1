"use client";

import { Bell, BellOff, Pencil, Trash2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { useMay } from "@/components/shell/me";
import { type Column, DataTable, RowButton } from "@/components/ui/data-table";
import { Instant, useCity, useClock, useViewerZone } from "@/components/ui/use-zoned";
import type { Operator } from "@/lib/contract/audience/operator";
import type { Recipient } from "@/lib/contract/audience/recipient";
import { PhoneLink } from "./phone-link";

const TAGS_SHOWN = 4;

interface RecipientTableProps {
  recipients: Recipient[] | undefined;
  source: React.ComponentProps<typeof DataTable>["source"];
  /** Not all were searched. */
  isInPart: boolean;
  empty: string;
  operators: Operator[];
  /** The phone whose opt-out is being changed. */
  changing: string | undefined;
  onEdit: (recipient: Recipient) => void;
  onDelete: (recipient: Recipient) => void;
  onOptOut: (recipient: Recipient) => void;
  onOptIn: (recipient: Recipient) => void;
}

/** The recipients as a table. On narrow screens the other columns move below the number. */
export function RecipientTable({
  recipients,
  source,
  isInPart,
  empty,
  operators,
  changing,
  onEdit,
  onDelete,
  onOptOut,
  onOptIn,
}: RecipientTableProps) {
  const t = useTranslations("audience");
  const mayWrite = useMay("audience:write");
  const cityOf = useCity();
  const nameOf = (code: string) => operators.find((operator) => operator.code === code)?.name ?? code;
  const columns: Column<Recipient>[] = [
    {
      head: t("phone"),
      kind: "name",
      cell: ({ phone, operator, tags, opted_out_at }) => (
        <>
          <PhoneLink phone={phone} />
          <span className="block font-normal text-[0.9rem] text-soft sm:hidden">
            {nameOf(operator)}
            {opted_out_at && (
              <span className="block">
                <State optedOutAt={opted_out_at} />
              </span>
            )}
          </span>
          {tags.length > 0 && (
            <span className="block font-normal text-[0.9rem] text-soft md:hidden">{tags.join(", ")}</span>
          )}
        </>
      ),
    },
    { head: t("operator"), className: "hidden sm:table-cell", cell: ({ operator }) => nameOf(operator) },
    { head: t("tags"), className: "hidden md:table-cell", cell: ({ tags }) => <Tags tags={tags} /> },
    {
      head: t("timezone"),
      className: "hidden text-soft lg:table-cell",
      cell: ({ timezone }) => (timezone ? cityOf(timezone) : "—"),
    },
    {
      head: t("state"),
      className: "hidden whitespace-nowrap sm:table-cell",
      cell: ({ opted_out_at }) => <State optedOutAt={opted_out_at} />,
    },
  ];
  if (mayWrite)
    columns.push({
      head: t("actions"),
      kind: "actions",
      cell: (recipient) => (
        <span className="inline-flex">
          <RowButton
            icon={Pencil}
            label={t("edit")}
            name={recipient.phone}
            onClick={() => onEdit(recipient)}
          />
          {/* Both states use the same button, so that a keyboard user keeps the focus. */}
          <RowButton
            icon={recipient.opted_out_at ? Bell : BellOff}
            label={t(recipient.opted_out_at ? "opt_in" : "opt_out")}
            name={recipient.phone}
            isBusy={recipient.phone === changing}
            onClick={() => (recipient.opted_out_at ? onOptIn : onOptOut)(recipient)}
          />
          <RowButton
            icon={Trash2}
            label={t("delete")}
            name={recipient.phone}
            onClick={() => onDelete(recipient)}
          />
        </span>
      ),
    });
  return (
    <DataTable
      label={t("recipients")}
      source={source}
      rows={recipients}
      keyOf={({ phone }) => phone}
      empty={empty}
      more={t(isInPart ? "search_on" : "more")}
      unsearched={isInPart ? t(recipients?.length === 0 ? "none_so_far" : "not_all_searched") : undefined}
      columns={columns}
    />
  );
}

function State({ optedOutAt }: { optedOutAt: string | null }) {
  const t = useTranslations("audience");
  const clock = useClock();
  const timeZone = useViewerZone() ?? "UTC";
  if (!optedOutAt) return <span className="text-soft">{t("active")}</span>;
  return (
    <span className="text-warn">
      {t("opted_out")}{" "}
      <span className="text-soft">
        <Instant at={optedOutAt} zone={timeZone}>
          {clock(optedOutAt, timeZone, { day: "numeric", month: "short", year: "numeric" })}
        </Instant>
      </span>
    </span>
  );
}

function Tags({ tags }: { tags: string[] }) {
  return (
    <span className="flex flex-wrap gap-1">
      {tags.slice(0, TAGS_SHOWN).map((tag) => (
        <span
          key={tag}
          title={tag}
          className="max-w-56 truncate rounded-full bg-raised px-2 py-0.5 text-[0.9rem]"
        >
          {tag}
        </span>
      ))}
      {tags.length > TAGS_SHOWN && (
        <span title={tags.slice(TAGS_SHOWN).join(", ")} className="py-0.5 text-[0.9rem] text-soft">
          +{tags.length - TAGS_SHOWN}
        </span>
      )}
    </span>
  );
}
