import createClient from "openapi-fetch";
import type { paths } from "./schema";

/**
 * Schedules a dispatch and waits until it is over. `npm run types` makes the types of a Carillon's
 * /openapi.json.
 * @param address of a Carillon
 * @param key an API key, where there is sign-in
 */
export async function sendAndWait(address: string, key: string | undefined, text: string, tag: string) {
  const client = createClient<paths>({
    baseUrl: address,
    headers: key ? { authorization: `Bearer ${key}` } : {},
  });
  const { data: made, error } = await client.POST("/api/v1/dispatches/", {
    // A repeat of the same request, after a lost answer, say, makes no second dispatch.
    params: { header: { "Idempotency-Key": crypto.randomUUID() } },
    body: {
      timezone: "UTC",
      start_datetime: new Date().toISOString(),
      end_datetime: new Date(Date.now() + 3_600_000).toISOString(),
      message_text: text,
      filter_tag: tag,
    },
  });
  if (error) throw new Error(error.detail);
  for (;;) {
    const { data: dispatch, error } = await client.GET("/api/v1/dispatches/{id}/", {
      params: { path: { id: made.id } },
    });
    if (error) throw new Error(error.detail);
    if (["completed", "expired", "cancelled"].includes(dispatch.status)) return dispatch;
    await new Promise((done) => setTimeout(done, 500));
  }
}
