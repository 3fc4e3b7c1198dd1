import { lookup as dnsLookup } from "node:dns/promises";
import type { LookupFunction } from "node:net";
import ipaddr from "ipaddr.js";
import { Client, errors } from "undici";
import { TimeoutError, within } from "@/lib/common/within";
import { hostOf, isOwnNetworkAddress, isPublicAddress } from "./public-address";

/**
 * The result of a POST to an address that a user typed. `code` is stable, short and fit to show to
 * users.
 */
export type PostResult = { kind: "answered"; status: number } | { kind: "failed"; code: string };

export interface GuardedPost {
  url: string;
  headers: Record<string, string>;
  body: string;
}

type Lookup = (host: string) => Promise<{ address: string; family: number }[]>;

const CONNECT_MS_MAX = 5_000;
const ANSWER_MS_MAX = 15_000;
const BODY_BYTES_MAX = 65_536;

/**
 * Checks an address before its name is looked up.
 * @returns a code of lib/contract/texts, or null
 */
export function urlIssue(text: string, allowPrivate: boolean): string | null {
  const url = new URL(text);
  if (url.username !== "" || url.password !== "") return "webhook_credentials";
  const host = hostOf(url);
  // `URL` turns every form of an IPv4 address (decimal, octal, hexadecimal) into four numbers.
  if (allowPrivate) return ipaddr.isValid(host) ? addressIssue(host, allowPrivate) : null;
  if (url.protocol !== "https:") return "webhook_https";
  if (ipaddr.isValid(host) ? !isPublicAddress(host) : host === "localhost" || host.endsWith(".localhost"))
    return "webhook_private";
  return null;
}

function addressIssue(address: string, allowPrivate: boolean): string | null {
  if (allowPrivate) return isOwnNetworkAddress(address) ? null : "webhook_link_local";
  return isPublicAddress(address) ? null : "webhook_private";
}

/**
 * Posts to addresses that users typed. It looks the name up once and requires that we allow all of
 * its addresses. It connects to those only, even if the name changes a moment later. It follows no
 * redirect and keeps only the status of the answer.
 * @param lookup resolves names; tests replace it
 */
export function guardedPost({
  allowPrivate,
  lookup = lookUpAll,
}: {
  allowPrivate: boolean;
  lookup?: Lookup;
}) {
  return async ({ url: text, headers, body }: GuardedPost): Promise<PostResult> => {
    const issue = urlIssue(text, allowPrivate);
    if (issue) return { kind: "failed", code: issue };
    const url = new URL(text);
    const deadline = AbortSignal.timeout(ANSWER_MS_MAX);
    let addresses: { address: string; family: number }[];
    try {
      addresses = await within(ANSWER_MS_MAX, lookup(hostOf(url)));
    } catch (error) {
      return { kind: "failed", code: error instanceof TimeoutError ? "timeout" : "name_not_found" };
    }
    if (addresses.length === 0) return { kind: "failed", code: "name_not_found" };
    const code = addresses
      .map(({ address }) => addressIssue(address, allowPrivate))
      .find((found) => found !== null);
    if (code) return { kind: "failed", code };
    const client = new Client(url.origin, {
      connect: { lookup: pinnedTo(addresses), timeout: CONNECT_MS_MAX },
      pipelining: 0,
    });
    try {
      const answer = await client.request({
        method: "POST",
        path: url.pathname + url.search,
        headers,
        body,
        signal: deadline,
      });
      await answer.body.dump({ limit: BODY_BYTES_MAX, signal: deadline }).catch(() => {});
      return { kind: "answered", status: answer.statusCode };
    } catch (error) {
      return { kind: "failed", code: codeOf(error, deadline) };
    } finally {
      // Destroy the client instead of closing it: the other side may keep the connection open for
      // ever.
      await client.destroy().catch(() => {});
    }
  };
}

const lookUpAll: Lookup = (host) => dnsLookup(host, { all: true, verbatim: true });

function pinnedTo(addresses: { address: string; family: number }[]): LookupFunction {
  return (_host, options, callback) => {
    if (options.all) callback(null, addresses);
    else callback(null, addresses[0]!.address, addresses[0]!.family);
  };
}

function codeOf(error: unknown, deadline: AbortSignal): string {
  if (
    deadline.aborted ||
    error instanceof errors.ConnectTimeoutError ||
    error instanceof errors.HeadersTimeoutError
  )
    return "timeout";
  const code = (error as { code?: string }).code ?? "";
  if (code.startsWith("ERR_TLS") || code.includes("CERT") || code.startsWith("ERR_SSL")) return "certificate";
  return code === "ECONNREFUSED" ? "refused" : "connection_lost";
}
