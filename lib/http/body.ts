import { TimeoutError, within } from "@/lib/common/within";
import { HttpError } from "./problem";

/** Requests with JSON are small. Files have their own route and limit. */
const JSON_BYTES_MAX = 65_536;
/** The server does not wait for a client that sends a small body by drops. */
const JSON_MS_MAX = 10_000;

/** The JSON a request carries, as unknown. @throws HttpError 400, 408, 413, 415 */
export async function readJson(request: Request): Promise<unknown> {
  return (await readJsonText(request, JSON_BYTES_MAX, () => {})).value;
}

/**
 * The same with whole numbers of 16 digits and more as texts of their digits: JavaScript would
 * round them.
 * @param check sees the bytes first, to verify a signature, and throws when it does not hold
 */
export async function readExactJson(
  request: Request,
  max: number,
  check: (bytes: Uint8Array) => void,
): Promise<unknown> {
  const { text } = await readJsonText(request, max, check);
  // The text is JSON, so digits outside of strings are a number.
  return JSON.parse(
    text.replace(/"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g, (token) =>
      /^-?\d{16,}$/.test(token) ? `"${token}"` : token,
    ),
  );
}

async function readJsonText(
  request: Request,
  max: number,
  check: (bytes: Uint8Array) => void,
): Promise<{ text: string; value: unknown }> {
  requireMediaType(request, "application/json");
  const bytes = await readBytes(request, max);
  check(bytes);
  if (bytes.length === 0) throw new HttpError(400, "malformed-json", { detail: "malformed-json.empty" });
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return { text, value: JSON.parse(text) };
  } catch {
    throw new HttpError(400, "malformed-json");
  }
}

/** The fields of a form that a program posts. @throws HttpError 408, 413, 415 */
export async function readForm(request: Request, max = JSON_BYTES_MAX): Promise<URLSearchParams> {
  requireMediaType(request, "application/x-www-form-urlencoded");
  return new URLSearchParams(new TextDecoder().decode(await readBytes(request, max)));
}

/** @throws HttpError 415 when the body is of another type, in another charset or compressed */
export function requireMediaType(request: Request, ...expected: [string, ...string[]]): void {
  const [type = "", ...params] = (request.headers.get("content-type") ?? "").toLowerCase().split(";");
  const charset = params.map((param) => /^\s*charset="?([^"\s]+)"?\s*$/.exec(param)?.[1]).find(Boolean);
  const encoding = request.headers.get("content-encoding")?.trim().toLowerCase() ?? "identity";
  const isJson = expected[0] === "application/json";
  const isWrongCharset = isJson && charset !== undefined && charset !== "utf-8" && charset !== "utf8";
  if (!expected.includes(type.trim()) || encoding !== "identity" || isWrongCharset) {
    throw new HttpError(415, "unsupported-media-type", {
      params: { expected: isJson ? `${expected[0]}; charset=utf-8` : expected.join(", ") },
    });
  }
}

async function readBytes(request: Request, max: number): Promise<Uint8Array> {
  const tooLarge = () => new HttpError(413, "payload-too-large", { params: { max } });
  if (Number(request.headers.get("content-length") ?? 0) > max) throw tooLarge();
  if (!request.body) return new Uint8Array();
  const reader = request.body.getReader();
  try {
    return await within(JSON_MS_MAX, readAll(reader, max, tooLarge));
  } catch (error) {
    throw error instanceof TimeoutError ? new HttpError(408, "timeout") : error;
  } finally {
    await reader.cancel().catch(() => {});
  }
}

async function readAll(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  max: number,
  tooLarge: () => Error,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return Buffer.concat(chunks);
    size += value.length;
    if (size > max) throw tooLarge();
    chunks.push(value);
  }
}
