"use client";

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import { ChevronRight, X } from "lucide-react";
import { useSearchParams } from "next/navigation";
import { useTranslations } from "next-intl";
import { Fragment, useEffect, useRef, useState } from "react";
import { PhoneLink } from "@/components/audience/phone-link";
import { useMay } from "@/components/shell/me";
import { Button } from "@/components/ui/button";
import { ExportButton } from "@/components/ui/export-button";
import { inputClass } from "@/components/ui/input-classes";
import { Select } from "@/components/ui/select";
import { Skeleton } from "@/components/ui/skeleton";
import { setParams } from "@/components/ui/url";
import { useReason } from "@/components/ui/use-reason";
import { Instant, useClock, useViewerZone } from "@/components/ui/use-zoned";
import type { Dispatch } from "@/lib/contract/dispatches/dispatch";
import type { Message, Why } from "@/lib/contract/dispatches/message";
import { isFinished, type MessageStatus, messageStatuses } from "@/lib/domain/lifecycle";
import { call, ProblemError } from "@/lib/web/client";
import { operatorsQuery, type Page } from "@/lib/web/queries";

const ROW = 40;
/** Height of a row with two lines of text, and on a phone one line for the outcome. */
const PERSONAL_ROW = 96;
const LIVE_MS = 3_000;
const toTheSecond: Intl.DateTimeFormatOptions = {
  ...{ day: "numeric", month: "short" },
  ...{ hour: "numeric", minute: "2-digit", second: "2-digit" },
};

/** All messages, loaded page by page while one scrolls; or one phone, and why it got no message. */
export function Messages({ dispatch }: { dispatch: Dispatch }) {
  const t = useTranslations("messages");
  const outcome = useTranslations("outcome");
  const reason = useReason();
  const mayExport = useMay("audience:export");
  // The filter is in the address, so it survives a reload and can be shared.
  const params = useSearchParams();
  const wanted = params.get("outcome") as MessageStatus;
  const error = params.get("error") ?? "";
  const status = messageStatuses.includes(wanted) ? wanted : "";
  const filter = { ...(status && { status }), ...(error && { error }) };
  const query = new URLSearchParams(filter);
  const viewerZone = useViewerZone();
  const [phone, setPhone] = useState("");
  const [asked, setAsked] = useState("");
  const scroll = useRef<HTMLDivElement>(null);
  const isOver = isFinished(dispatch.status);
  const pages = useInfiniteQuery({
    queryKey: ["messages", dispatch.id, status, error],
    queryFn: ({ pageParam }) =>
      call<Page<Message>>(
        "GET",
        `dispatches/${dispatch.id}/messages/?${new URLSearchParams({ limit: "100", ...filter, ...(pageParam && { cursor: pageParam }) })}`,
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    // Reload only while the user is on the first page: further down messages are settled.
    refetchInterval: (query) => ((query.state.data?.pages.length ?? 0) <= 1 && !isOver ? LIVE_MS : false),
    enabled: asked === "",
  });
  const { refetch } = pages;
  const wasOver = useRef(isOver);
  useEffect(() => {
    // A finished dispatch is not polled, and its last poll came before its last messages.
    if (isOver && !wasOver.current) void refetch();
    wasOver.current = isOver;
  }, [isOver, refetch]);
  const why = useQuery({
    queryKey: ["why", dispatch.id, asked],
    queryFn: () => call<Why>("GET", `dispatches/${dispatch.id}/messages/${encodeURIComponent(asked)}/`),
    enabled: asked !== "",
    retry: false,
  });
  const { data: operators } = useQuery(operatorsQuery);
  const operatorName = operators?.find(({ code }) => code === why.data?.message?.operator)?.name;
  const rows = pages.data?.pages.flatMap(({ items }) => items) ?? [];
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => (dispatch.personal ? PERSONAL_ROW : ROW),
    overscan: 12,
  });
  const items = virtualizer.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = pages;
  useEffect(() => {
    // A page of a rare status may be short although more follow.
    if (hasNextPage && !isFetchingNextPage && last >= rows.length - 15) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage, last, rows.length]);

  return (
    <section aria-labelledby="messages" className="flex min-w-0 flex-col gap-3">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h2 id="messages">{t("title")}</h2>
        {mayExport && (
          <ExportButton
            href={`/api/v1/dispatches/${dispatch.id}/messages.csv${query.size > 0 ? `?${query}` : ""}`}
            zones={[...new Set([dispatch.timezone, viewerZone ?? "UTC", "UTC"])]}
          />
        )}
      </div>
      <div className="flex flex-wrap gap-2">
        <form
          className="flex min-w-56 flex-1 gap-2"
          onSubmit={(event) => {
            event.preventDefault();
            setAsked(phone.trim());
          }}
        >
          <input
            type="search"
            aria-label={t("phone")}
            placeholder={t("phone")}
            inputMode="tel"
            value={phone}
            onChange={(event) => {
              setPhone(event.target.value);
              if (event.target.value === "") setAsked("");
            }}
            className={`${inputClass} min-w-0 flex-1`}
          />
          <Button type="submit">{t("find")}</Button>
        </form>
        <Select
          aria-label={t("filter")}
          value={status}
          onChange={(event) => setParams({ outcome: event.target.value, error: null })}
        >
          <option value="">{t("all")}</option>
          {messageStatuses.map((value) => (
            <option key={value} value={value}>
              {outcome(value)}
            </option>
          ))}
        </Select>
      </div>
      {error && (
        <Button className="self-start" onClick={() => setParams({ outcome: null, error: null })}>
          {t("only", { error: reason(error) })}
          <X size={14} aria-hidden />
        </Button>
      )}
      {asked !== "" ? (
        <div
          aria-live="polite"
          className="flex flex-col gap-2 rounded-card border border-line bg-surface p-4"
        >
          {why.isError ? (
            <p className="text-bad">
              {why.error instanceof ProblemError
                ? (why.error.problem.errors?.[0]?.detail ?? why.error.message)
                : t("unreadable")}
            </p>
          ) : why.data ? (
            <>
              <p className="font-medium">{why.data.phone}</p>
              {why.data.code !== "has_message" && <p>{why.data.detail}</p>}
              {dispatch.personal && why.data.message?.text && (
                <p className="w-fit max-w-full whitespace-pre-wrap rounded-2xl rounded-bl-sm bg-accent-wash px-3.5 py-2.5 leading-snug [overflow-wrap:anywhere]">
                  {why.data.message.text}
                </p>
              )}
              {why.data.message && (
                <p className="text-soft">
                  {outcome(why.data.message.status)} · {operatorName ?? why.data.message.operator} ·{" "}
                  {t("attempts", { count: why.data.message.attempts })}
                  {why.data.message.error && <> · {reason(why.data.message.error)}</>}
                  {dispatch.personal && why.data.message.segments !== null && (
                    <> · {t("segments", { segments: why.data.message.segments })}</>
                  )}
                </p>
              )}
              {why.data.message && why.data.attempts && (
                <Attempts message={why.data.message} attempts={why.data.attempts} zone={dispatch.timezone} />
              )}
            </>
          ) : (
            <Skeleton className="h-10" />
          )}
          <Button
            variant="quiet"
            className="-ml-2 self-start"
            onClick={() => {
              setAsked("");
              setPhone("");
            }}
          >
            {t("back")}
          </Button>
        </div>
      ) : pages.isError && rows.length === 0 ? (
        <p role="alert" className="rounded-card border border-line bg-surface p-4 text-bad">
          {t("unreadable")}
        </p>
      ) : pages.isPending ? (
        <Skeleton className="h-60" />
      ) : rows.length === 0 && !hasNextPage ? (
        <p className="rounded-card border border-line border-dashed px-4 py-8 text-center text-soft">
          {t(dispatch.messages_dropped_at ? "dropped" : "none")}
        </p>
      ) : (
        <section
          ref={scroll}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
          tabIndex={0}
          aria-label={t("list")}
          className="max-h-[28rem] overflow-y-auto print:max-h-[28rem]! print:overflow-hidden! rounded-card border border-line bg-surface"
        >
          <ul className="relative" style={{ height: virtualizer.getTotalSize() }}>
            {items.map((item) => {
              const message = rows[item.index]!;
              return (
                <li
                  key={message.id}
                  className={`absolute inset-x-0 top-0 grid grid-cols-[8.5rem_1fr_auto_auto] content-center items-center gap-x-3 border-line border-b pr-1 pl-4 ${dispatch.personal ? "max-sm:grid-cols-[1fr_auto_auto]" : ""}`}
                  style={{ height: item.size, transform: `translateY(${item.start}px)` }}
                >
                  <span className="font-medium">
                    {message.phone === null ? (
                      <span className="text-soft">{t("erased")}</span>
                    ) : (
                      <PhoneLink phone={message.phone} />
                    )}
                  </span>
                  <span
                    className={`truncate text-soft ${dispatch.personal ? "max-sm:order-1 max-sm:col-span-full" : ""}`}
                  >
                    {outcome(message.status)}
                    {message.error && <> · {reason(message.error)}</>}
                  </span>
                  <span className="text-[0.9rem] text-soft max-[420px]:hidden">
                    <Instant at={message.settled_at ?? message.claimed_at} zone={dispatch.timezone} />
                  </span>
                  {message.phone === null ? (
                    <span />
                  ) : (
                    <Button
                      variant="quiet"
                      aria-label={t("details", { phone: message.phone })}
                      onClick={() => {
                        setPhone(message.phone!);
                        setAsked(message.phone!);
                      }}
                    >
                      <ChevronRight size={15} aria-hidden />
                    </Button>
                  )}
                  {dispatch.personal && message.text !== null && (
                    <span className="order-2 col-span-full line-clamp-2 pr-3 text-[0.92rem] leading-snug [overflow-wrap:anywhere]">
                      {message.text}
                    </span>
                  )}
                </li>
              );
            })}
          </ul>
        </section>
      )}
    </section>
  );
}

/** What is known of them: those before, the last, where it went, and the next. */
function Attempts({
  message,
  attempts,
  zone,
}: {
  message: Message;
  attempts: NonNullable<Why["attempts"]>;
  zone: string;
}) {
  const t = useTranslations("messages");
  const reason = useReason();
  const clock = useClock();
  // Attempts may lie seconds apart.
  const precisely = (at: string) => (
    <Instant at={at} zone={zone}>
      {clock(at, zone, toTheSecond)}
    </Instant>
  );
  const entries: [name: string, at: string | null][] = [
    ["last_try", attempts.last_at === message.claimed_at ? null : attempts.last_at],
    ["next_try", attempts.next_at],
    ["settled", message.settled_at],
  ];
  return (
    <dl className="grid grid-cols-[max-content_minmax(0,1fr)] gap-x-4 gap-y-1 text-[0.9rem]">
      <dt className="text-soft">{t("taken")}</dt>
      <dd>{precisely(message.claimed_at)}</dd>
      {attempts.earlier.map(({ no, at, error, gateway }) => (
        <Fragment key={no}>
          <dt className="text-soft">{t("attempt", { no })}</dt>
          <dd className="wrap-anywhere">
            {precisely(at)} · {reason(error)}
            {gateway !== attempts.gateway && ` · ${gateway}`}
          </dd>
        </Fragment>
      ))}
      {entries.map(
        ([name, at]) =>
          at && (
            <Fragment key={name}>
              <dt className="text-soft">{t(name)}</dt>
              <dd>{precisely(at)}</dd>
            </Fragment>
          ),
      )}
      {attempts.gateway && message.attempts > 0 && (
        <>
          <dt className="text-soft">{t("gateway")}</dt>
          <dd className="wrap-anywhere">{attempts.gateway}</dd>
        </>
      )}
      {attempts.postponed > 0 && (
        <>
          <dt className="text-soft">{t("postponed")}</dt>
          <dd>{t("times", { count: attempts.postponed })}</dd>
        </>
      )}
    </dl>
  );
}
