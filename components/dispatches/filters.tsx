"use client";

import { useQuery } from "@tanstack/react-query";
import { SlidersHorizontal, X } from "lucide-react";
import { useTranslations } from "next-intl";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useMe } from "@/components/shell/me";
import { Button } from "@/components/ui/button";
import { DateTimeField } from "@/components/ui/date-time-field";
import { Select } from "@/components/ui/select";
import { setParams } from "@/components/ui/url";
import { useViewerZone } from "@/components/ui/use-zoned";
import { type Days, dayPattern, daysOf, periods, todayIn } from "@/lib/domain/period";
import { savedAudiencesQuery } from "@/lib/web/audience-queries";
import { authorsQuery, tagsQuery } from "@/lib/web/queries";
import { useAuthor } from "./use-author";
import { useView } from "./use-view";
import { narrowing } from "./view";

/**
 * The filters: period, tag or audience, and author. On a phone they are behind a button that shows
 * how many are set.
 */
export function Filters({ hasPeriod, children }: { hasPeriod: boolean; children: ReactNode }) {
  const t = useTranslations("filters");
  const view = useView();
  const [isOpen, setIsOpen] = useState(false);
  // We load the names of audiences when the user is about to choose one.
  const [isNear, setIsNear] = useState(false);
  const near = () => setIsNear(true);
  const set = narrowing.filter((key) => view[key] !== "" && (hasPeriod || key !== "period"));
  return (
    <>
      <Button
        aria-expanded={isOpen}
        aria-controls="dispatch-filters"
        onClick={() => setIsOpen(!isOpen)}
        className="min-h-9 sm:hidden"
      >
        <SlidersHorizontal size={15} aria-hidden />
        {t("title", { count: set.length })}
      </Button>
      <fieldset
        id="dispatch-filters"
        onPointerEnter={near}
        onFocus={near}
        className={`flex-wrap items-center gap-2.5 max-sm:w-full max-sm:flex-col max-sm:items-stretch sm:contents ${isOpen ? "flex" : "hidden"}`}
      >
        <legend className="sr-only">{t("label")}</legend>
        {hasPeriod && <PeriodFilter period={view.period} />}
        {children}
        <AudienceFilter tag={view.tag} audience={view.audience} isNear={isNear} />
        <AuthorFilter author={view.author} />
        {set.length > 0 && (
          <Button
            variant="quiet"
            onClick={() => setParams(Object.fromEntries(narrowing.map((key) => [key, null])))}
          >
            <X size={15} aria-hidden />
            {t("clear")}
          </Button>
        )}
      </fieldset>
    </>
  );
}

function PeriodFilter({ period }: { period: string }) {
  const t = useTranslations("filters");
  const zone = useViewerZone() ?? "UTC";
  const days = daysOf(period, todayIn(zone, Date.now()));
  const isOwn = period.includes("..");
  return (
    <>
      <Select
        aria-label={t("period")}
        value={isOwn ? "own" : period}
        onChange={({ target: { value } }) => {
          if (value !== "own") return setParams({ period: value });
          const month = days ?? daysOf("this_month", todayIn(zone, Date.now()))!;
          setParams(ownPeriod(month));
        }}
      >
        <option value="">{t("any_time")}</option>
        {periods.map((name) => (
          <option key={name} value={name}>
            {t(`periods.${name}`)}
          </option>
        ))}
        <option value="own">{t("own")}</option>
      </Select>
      {isOwn && days && <OwnDates {...days} />}
    </>
  );
}

const ownPeriod = ({ from, to }: Days) => ({ period: `${from}..${to}` });
const SETTLED_MS = 300;

/**
 * Both ends of the user's own period. The address follows what is typed once it is a day, and may
 * come when the user types the other end: only an address that came from elsewhere is shown.
 */
function OwnDates({ from, to }: Days) {
  const t = useTranslations("filters");
  const [typed, setTyped] = useState({ from, to });
  const asked = useRef("");
  useEffect(() => {
    if (ownPeriod({ from, to }).period === asked.current) return;
    asked.current = "";
    setTyped({ from, to });
  }, [from, to]);
  useEffect(() => {
    const isSame = typed.from === from && typed.to === to;
    if (isSame || [typed.from, typed.to].some((day) => day !== "" && !dayPattern.test(day))) return;
    const timer = setTimeout(() => {
      asked.current = ownPeriod(typed).period;
      setParams(ownPeriod(typed));
    }, SETTLED_MS);
    return () => clearTimeout(timer);
  }, [typed, from, to]);
  return (
    <span className="flex items-center gap-1.5">
      {(["from", "to"] as const).map((end) => (
        <span key={end} className="relative w-38 max-sm:w-auto max-sm:min-w-0 max-sm:flex-1">
          <DateTimeField
            granularity="day"
            label={t(end)}
            isLabelHidden
            value={typed[end]}
            onChange={(day) => setTyped((typed) => ({ ...typed, [end]: day }))}
          />
        </span>
      ))}
    </span>
  );
}

function AudienceFilter(props: { tag: string; audience: string; isNear: boolean }) {
  const { tag, audience, isNear } = props;
  const t = useTranslations("filters");
  const tags = useQuery(tagsQuery);
  const audiences = useQuery({ ...savedAudiencesQuery, enabled: isNear || audience !== "" });
  const names = tags.data?.map(({ name }) => name) ?? [];
  const saved = audiences.data ?? [];
  return (
    <Select
      aria-label={t("audience")}
      className="sm:w-48"
      value={tag ? `tag:${tag}` : audience ? `audience:${audience}` : ""}
      onChange={({ target: { value } }) =>
        setParams({
          tag: value.startsWith("tag:") ? value.slice(4) : null,
          audience: value.startsWith("audience:") ? value.slice(9) : null,
        })
      }
    >
      <option value="">{t("any_audience")}</option>
      {/* The selected value must be an option from the first paint on. */}
      {tag && !names.includes(tag) && <option value={`tag:${tag}`}>{tag}</option>}
      {audience && !saved.some(({ id }) => id === audience) && (
        <option value={`audience:${audience}`}>…</option>
      )}
      {names.length > 0 && (
        <optgroup label={t("tags")}>
          {names.map((name) => (
            <option key={name} value={`tag:${name}`}>
              {name}
            </option>
          ))}
        </optgroup>
      )}
      {saved.length > 0 && (
        <optgroup label={t("audiences")}>
          {saved.map(({ id, name }) => (
            <option key={id} value={`audience:${id}`}>
              {name}
            </option>
          ))}
        </optgroup>
      )}
    </Select>
  );
}

function AuthorFilter({ author }: { author: string }) {
  const t = useTranslations("filters");
  const nameOf = useAuthor();
  const { email } = useMe();
  const authors = useQuery(authorsQuery);
  const known = authors.data ?? [];
  const all = author && !known.includes(author) ? [author, ...known] : known;
  return (
    <Select
      aria-label={t("author")}
      className="sm:w-40"
      value={author}
      onChange={({ target: { value } }) => setParams({ author: value })}
    >
      <option value="">{t("any_author")}</option>
      {all.map((name) => (
        <option key={name} value={name}>
          {name === email ? t("me", { name }) : nameOf(name)}
        </option>
      ))}
    </Select>
  );
}
