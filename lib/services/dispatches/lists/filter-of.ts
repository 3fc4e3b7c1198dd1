import type { DispatchFilter } from "@/db/dispatches/dispatches";
import type { DispatchFilterQuery } from "@/lib/contract/dispatches/dispatch";
import { startOfDay } from "@/lib/domain/days";
import { plusDays } from "@/lib/domain/period";

/** What a query asks for, as the rows are asked. */
export function filterOf(query: DispatchFilterQuery): Omit<DispatchFilter, "statuses"> {
  const startOf = (day: string | undefined) =>
    day ? startOfDay(day, query.timezone ?? "UTC").toISOString() : null;
  return {
    q: query.q?.trim() || null,
    startsFrom: startOf(query.from),
    startsBefore: startOf(query.to && plusDays(query.to, 1)),
    tag: query.tag ?? null,
    audience: query.audience ?? null,
    author: query.author ?? null,
  };
}
