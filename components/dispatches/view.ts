import type { DispatchViewFilter } from "@/lib/contract/dispatches/view";
import { dispatchOrders, dispatchStatuses } from "@/lib/domain/lifecycle";
import { dayPattern, daysOf, todayIn } from "@/lib/domain/period";

export const views = ["board", "table", "calendar", "drafts", "templates"] as const;

const usualSort = "-start";

type Asked = Record<string, string | string[] | undefined>;

/** Reads the parameters of the address. It ignores invalid ones. */
export function readView({ view, q, status, sort, period, tag, audience, author, month, day }: Asked) {
  const statuses = String(status ?? "").split(",") as (typeof dispatchStatuses)[number][];
  const order = String(sort ?? "").replace("-", "") as (typeof dispatchOrders)[number];
  const stretch = String(period ?? "");
  return {
    view: views.find((one) => one === view) ?? "board",
    q: String(q ?? "").slice(0, 200),
    /** One status, or several separated by commas; "" for any. */
    wanted: statuses.every((one) => dispatchStatuses.includes(one)) ? statuses.join() : "",
    sort: dispatchOrders.includes(order) ? String(sort) : usualSort,
    /** A name, or `<from>..<to>`; "" for any time. */
    period: daysOf(stretch, "2000-01-01") ? stretch : "",
    tag: String(tag ?? "").slice(0, 200),
    audience: /^[0-9a-f-]{36}$/.test(String(audience ?? "")) ? String(audience) : "",
    author: String(author ?? "").slice(0, 200),
    /** For the calendar: the month, `2026-11` ("" for the present one), and the open day, or "". */
    month: dayPattern.test(`${month}-01`) ? String(month) : "",
    day: dayPattern.test(String(day)) ? String(day) : "",
  };
}
export type View = ReturnType<typeof readView>;

/** The filter as the API takes it, "" for any value. A period becomes days in a zone. */
export function filterOf({ q, period, tag, audience, author }: View, timezone: string) {
  const days = daysOf(period, todayIn(timezone, Date.now())) ?? { from: "", to: "" };
  return { q, ...days, timezone: days.from || days.to ? timezone : "", tag, audience, author };
}

/** The filter of the calendar. Its month replaces the period. */
export function calendarOf(view: View, timezone: string) {
  const { q, tag, audience, author } = view;
  const month = view.month || todayIn(timezone, Date.now()).slice(0, 7);
  return { month, filter: { q, tag, audience, author, timezone } };
}

/** The part of a view that a saved view stores: filters, order and kind of view. */
export function savedPart(view: View): DispatchViewFilter {
  const isTable = view.view === "table";
  const kept = {
    view: isTable || view.view === "calendar" ? view.view : "",
    ...{ q: view.q, tag: view.tag, audience: view.audience, author: view.author },
    period: view.view === "calendar" ? "" : view.period,
    status: isTable ? view.wanted : "",
    sort: isTable && view.sort !== usualSort ? view.sort : "",
  };
  return Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== ""));
}

/** The filters besides the search. */
export const narrowing = ["period", "tag", "audience", "author"] as const;
