import type { Problem } from "@/lib/contract/problem";

/** An answer of the API that is a problem (RFC 9457). */
export class ProblemError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail);
  }
}

/** No answer at all: the network is away, or the server is. */
export class ConnectionError extends Error {}

const TIMEOUT_MS = 15_000;

/**
 * Told to the window when an answer says that the session is over. The page stays as it is, with
 * whatever was typed.
 */
export const SIGNED_OUT = "carillon:signed-out";

/** Calls the API in the language of the page. @throws ProblemError, ConnectionError */
export async function call<T>(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
  signal?: AbortSignal,
): Promise<T> {
  try {
    return await callAt<T>(method, `/api/v1/${path}`, body, headers, signal);
  } catch (error) {
    if (error instanceof ProblemError && error.problem.status === 401)
      window.dispatchEvent(new Event(SIGNED_OUT));
    throw error;
  }
}

/**
 * What was read last, by address and language, with its tag: answers are not to be stored by the
 * browser (`no-store`), so this page holds them.
 */
const held = new Map<string, { etag: string; answer: unknown }>();
const HELD_MAX = 50;

function hold(key: string, etag: string | null, answer: unknown): void {
  held.delete(key);
  if (etag !== null) held.set(key, { etag, answer });
  // The oldest goes first.
  for (const oldest of held.keys()) {
    if (held.size <= HELD_MAX) break;
    held.delete(oldest);
  }
}

/** The same for any address of ours. @param signal breaks off a file on its way */
export async function callAt<T>(
  method: string,
  url: string,
  body?: unknown,
  headers: Record<string, string> = {},
  signal?: AbortSignal,
): Promise<T> {
  const isFile = body instanceof Blob;
  const key = `${document.documentElement.lang} ${url}`;
  const known = method === "GET" ? held.get(key) : undefined;
  let response: Response;
  try {
    response = await fetch(url, {
      method,
      cache: "no-store",
      headers: {
        accept: "application/json",
        "accept-language": document.documentElement.lang,
        // An answer that has not changed comes as 304 and costs next to nothing.
        ...(known && { "if-none-match": known.etag }),
        ...(body === undefined || isFile ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: isFile ? body : JSON.stringify(body) }),
      signal: isFile ? (signal ?? null) : AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch (error) {
    throw new ConnectionError(String(error));
  }
  if (response.status === 204) return undefined as T;
  if (response.status === 304 && known) return known.answer as T;
  const text = await response.text();
  try {
    const answer = JSON.parse(text);
    if (!response.ok) throw new ProblemError(answer as Problem);
    if (method === "GET") hold(key, response.headers.get("etag"), answer);
    return answer as T;
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    throw new ConnectionError(`HTTP ${response.status}`);
  }
}
