import http from "node:http";
import https from "node:https";
import { canonicalJson } from "@/lib/common/canonical-json";
import { parseRetryAfter } from "@/lib/common/retry-after";
import { LIMITS } from "./protocol";
import { sign, verify } from "./signature";

/**
 * What came of calling a function. `unreachable` means that nobody listened, so the function cannot
 * have run.
 */
export type CallResult =
  | {
      kind: "answer";
      status: number;
      body: unknown;
      noRetry: boolean;
      retryAfterMs: number | undefined;
      requestVersion: number | undefined;
    }
  | { kind: "unreachable"; reason: string }
  | { kind: "broken"; reason: string };

/** Refused or unknown hosts: the connection was never made. */
const NOT_CONNECTED = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"]);

/**
 * Sends one signed call request and reads the signed answer. A call may last two hours, so there is
 * no shorter timeout; each uses its own connection, because a reused one may be closed by the other
 * side just as the request leaves. Throws only when `abort` fires.
 */
export async function callFunction(
  url: string,
  stepId: string,
  payload: unknown,
  signingKey: string,
  abort: AbortSignal,
): Promise<CallResult> {
  const target = new URL(url);
  target.searchParams.set("stepId", stepId);
  const body = canonicalJson(payload);
  try {
    const answer = await post(target, body, { "x-inngest-signature": sign(body, signingKey) }, abort);
    const header = (name: string) => [answer.headers[name]].flat()[0];
    // A refusal of our own signature comes unsigned, with 401; everything that is acted upon has to
    // be signed.
    if (answer.status !== 401 && !verify(answer.body, header("x-inngest-signature"), signingKey))
      return {
        kind: "broken",
        reason: `the answer (status ${answer.status}) is not signed with the signing key`,
      };
    const version = Number(header("x-inngest-req-version"));
    return {
      kind: "answer",
      status: answer.status,
      body: parse(answer.body.toString("utf8")),
      noRetry: header("x-inngest-no-retry") === "true",
      retryAfterMs: retryAfterMs(header("retry-after")),
      requestVersion: version > 0 ? version : undefined,
    };
  } catch (error) {
    if (abort.aborted) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    return NOT_CONNECTED.has(String(code))
      ? { kind: "unreachable", reason: String(code) }
      : { kind: "broken", reason: message };
  }
}

const RETRY_AFTER_MS_MIN = 1_000;
const RETRY_AFTER_MS_MAX = 24 * 3_600_000;

/** What `Retry-After` asks for, kept between 1 s and 24 h as a real server does. */
function retryAfterMs(header: string | undefined): number | undefined {
  const ms = parseRetryAfter(header);
  return ms === undefined ? undefined : Math.min(RETRY_AFTER_MS_MAX, Math.max(RETRY_AFTER_MS_MIN, ms));
}

interface Answer {
  status: number;
  headers: http.IncomingHttpHeaders;
  body: Buffer;
}

function post(url: URL, body: string, headers: Record<string, string>, signal: AbortSignal): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const client = url.protocol === "https:" ? https : http;
    const request = client.request(url, {
      method: "POST",
      agent: false,
      signal,
      timeout: LIMITS.callMs,
      headers: {
        ...headers,
        "content-type": "application/json",
        "content-length": Buffer.byteLength(body),
        "user-agent": "carillon-engine",
        "x-inngest-server-kind": "cloud",
      },
    });
    request.on("socket", (socket) => socket.setKeepAlive(true, 30_000));
    request.on("timeout", () => request.destroy(new Error("the function did not answer within two hours")));
    request.on("error", reject);
    request.on("response", (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
      );
    });
    request.end(body);
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
