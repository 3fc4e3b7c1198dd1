import { dispatchOrders, dispatchStatuses } from "@/lib/domain/lifecycle";

export const views = ["board", "table", "drafts", "templates"] as const;

/** What an address of the dispatches asks for; what it cannot mean is as if it were not there. */
export function readView({ view, q, status, sort }: Record<string, string | string[] | undefined>) {
  const statuses = String(status ?? "").split(",") as (typeof dispatchStatuses)[number][];
  const order = String(sort ?? "").replace("-", "") as (typeof dispatchOrders)[number];
  return {
    view: views.find((one) => one === view) ?? "board",
    q: String(q ?? "").slice(0, 200),
    /** One status, or several with commas; "" for any. */
    wanted: statuses.every((one) => dispatchStatuses.includes(one)) ? statuses.join() : "",
    sort: dispatchOrders.includes(order) ? String(sort) : "-start",
  };
}
