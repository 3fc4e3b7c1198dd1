import { histogramOf } from "@/lib/metrics";

const histogram = () =>
  histogramOf({
    name: "carillon_http_request_duration_seconds",
    help: "Time from a request of the API to its answer's headers",
    labelNames: ["method", "route", "status"],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
  });

/** As Next gives them; undefined where an address has none. */
type Params = Record<string, string | string[] | undefined> | undefined;

/**
 * Counts an answer under its route. Parameters stand by name, so that ids make no series of their
 * own.
 * @param params of the path, by name; a list is an address that has no route
 */
export function observeRequest(
  { method, pathname, status }: { method: string; pathname: string; status: number },
  params: Params,
  seconds: number,
): void {
  histogram().observe(
    { method: methodOf(method), route: routeOf(pathname, params), status: String(status) },
    seconds,
  );
}

/** Clients may send any method: unknown ones share a label. */
const methodOf = (method: string) =>
  /^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)$/.test(method) ? method : "other";

/** The pattern of an address, such as `/api/v1/dispatches/:id`. */
export function routeOf(pathname: string, params: Params): string {
  if (Object.values(params ?? {}).some(Array.isArray)) return "other";
  const names = new Map(Object.entries(params ?? {}).map(([name, value]) => [value as string, name]));
  const parts = pathname.split("/").filter(Boolean);
  return `/${parts.map((part) => (names.has(part) ? `:${names.get(part)}` : part)).join("/")}`;
}
