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

/** Told to the window when an answer says that the session is over. The page stays as it is, with whatever was typed. */
export const SIGNED_OUT = "carillon:signed-out";

/** Calls the API in the language of the page. @throws ProblemError, ConnectionError */
export async function call<T>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<T> {
  try {
    return await callAt<T>(method, `/api/v1/${path}`, body, headers);
  } catch (error) {
    if (error instanceof ProblemError && error.problem.status === 401) window.dispatchEvent(new Event(SIGNED_OUT));
    throw error;
  }
}

/** The same for any address of ours. */
export async function callAt<T>(method: string, url: string, body?: unknown, headers: Record<string, string> = {}): Promise<T> {
  const isFile = body instanceof Blob;
  let response: Response;
  try {
    response = await fetch(url, {
      method,
      // An answer that has not changed comes as 304 and costs next to nothing.
      cache: method === "GET" ? "no-cache" : "no-store",
      headers: {
        accept: "application/json",
        "accept-language": document.documentElement.lang,
        ...(body === undefined || isFile ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: isFile ? body : JSON.stringify(body) }),
      ...(isFile ? {} : { signal: AbortSignal.timeout(TIMEOUT_MS) }),
    });
  } catch (error) {
    throw new ConnectionError(String(error));
  }
  if (response.status === 204) return undefined as T;
  const text = await response.text();
  try {
    const answer = JSON.parse(text);
    if (!response.ok) throw new ProblemError(answer as Problem);
    return answer as T;
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    throw new ConnectionError(`HTTP ${response.status}`);
  }
}
