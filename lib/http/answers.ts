import { createHash } from "node:crypto";

/** An answer of JSON. */
export function json(value: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(value), {
    status,
    headers: { "content-type": "application/json; charset=utf-8", ...headers },
  });
}

/**
 * JSON with a weak ETag over the whole body; 304 when the client has it already (RFC 9110 13.1.2).
 * @param cacheControl by default no cache stores an answer: our own pages keep it in memory, with
 * its tag
 */
export function taggedJson(request: Request, value: unknown, cacheControl = "no-store"): Response {
  const text = JSON.stringify(value);
  const etag = `W/"${createHash("sha256").update(text).digest("base64url").slice(0, 22)}"`;
  const headers = { etag, "cache-control": cacheControl };
  const known = (request.headers.get("if-none-match") ?? "").split(",").map((tag) => tag.trim());
  if (known.includes(etag) || known.includes("*")) return new Response(null, { status: 304, headers });
  return new Response(text, { headers: { "content-type": "application/json; charset=utf-8", ...headers } });
}

const mediaTypes = {
  csv: "text/csv; charset=utf-8",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
};

/** A table to keep. */
export interface Table {
  body: ReadableStream<Uint8Array>;
  format: keyof typeof mediaTypes;
}

/** @param name of the file, without its extension */
export function file({ body, format }: Table, name: string): Response {
  return new Response(body, {
    headers: {
      "content-type": mediaTypes[format],
      "content-disposition": `attachment; filename="${name}.${format}"`,
    },
  });
}
