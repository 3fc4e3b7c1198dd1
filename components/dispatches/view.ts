import { dispatchOrders, dispatchStatuses } from "@/lib/domain/lifecycle";
import { daysOf, todayIn } from "@/lib/domain/period";

export const views = ["board", "table", "drafts", "templates"] as const;

type Asked = Record<string, string | string[] | undefined>;

/** What an address of the dispatches asks for; what it cannot mean is as if it were not there. */
export function readView({ view, q, status, sort, period, tag, audience, author }: Asked) {
  const statuses = String(status ?? "").split(",") as (typeof dispatchStatuses)[number][];
  const order = String(sort ?? "").replace("-", "") as (typeof dispatchOrders)[number];
  const stretch = String(period ?? "");
  return {
    view: views.find((one) => one === view) ?? "board",
    q: String(q ?? "").slice(0, 200),
    /** One status, or several with commas; "" for any. */
    wanted: statuses.every((one) => dispatchStatuses.includes(one)) ? statuses.join() : "",
    sort: dispatchOrders.includes(order) ? String(sort) : "-start",
    /** A name, or `<from>..<to>`; "" for any time. */
    period: daysOf(stretch, "2000-01-01") ? stretch : "",
    tag: String(tag ?? "").slice(0, 200),
    audience: /^[0-9a-f-]{36}$/.test(String(audience ?? "")) ? String(audience) : "",
    author: String(author ?? "").slice(0, 200),
  };
}
export type View = ReturnType<typeof readView>;

/** What the server is asked for, "" for anything: periods become days of a zone. */
export function filterOf({ q, period, tag, audience, author }: View, timezone: string) {
  const days = daysOf(period, todayIn(timezone, Date.now())) ?? { from: "", to: "" };
  return { q, ...days, timezone: days.from || days.to ? timezone : "", tag, audience, author };
}

/** What narrows the list, beside the search. */
export const narrowing = ["period", "tag", "audience", "author"] as const;
