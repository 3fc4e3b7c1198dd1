/** The API of the Carillon that start-carillon.ts has started. */
export const address = (path: string) => `${process.env.CARILLON_URL}${path}`;

/** As a client that has never heard of redirects. */
export function call(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Response> {
  const isRaw = typeof body === "string" || body instanceof Uint8Array;
  return fetch(address(path), {
    method,
    redirect: "manual",
    headers: body === undefined ? headers : { "content-type": "application/json", ...headers },
    body: body === undefined ? undefined : isRaw ? (body as BodyInit) : JSON.stringify(body),
  });
}

export const hour = 3_600_000;
export const at = (fromNowMs: number) => new Date(Date.now() + fromNowMs).toISOString();

/** A dispatch that starts tomorrow. */
export const tomorrow = (more: Record<string, unknown> = {}) => ({
  timezone: "Europe/Moscow",
  start_datetime: at(24 * hour),
  end_datetime: at(30 * hour),
  message_text: "Hello",
  ...more,
});
