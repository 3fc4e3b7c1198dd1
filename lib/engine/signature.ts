import { createHash, createHmac, timingSafeEqual } from "node:crypto";

// Section 4.1 of the Inngest SDK specification: requests and responses carry `t=<unix seconds>&s=<hex HMAC-SHA256 of body + t>`,
// and the SDK authenticates its own calls with the SHA-256 of the signing key as a bearer token.

const PREFIX = /^signkey-\w+-/;
const VALID_FOR_SECONDS = 300;

/** Throws when the key is not of the form `signkey-<env>-<hex>`, which the SDK would hash differently from us. */
export function assertSigningKey(key: string): void {
  if (!/^(signkey-\w+-)?([0-9a-f]{2})+$/i.test(key))
    throw new Error("The signing key must be hexadecimal, optionally after signkey-<env>-.");
}

export function sign(body: string | Buffer, key: string, now = Date.now()): string {
  const t = Math.round(now / 1000).toString();
  return `t=${t}&s=${digest(body, key, t)}`;
}

/** True when the header signs exactly this body with this key and is at most five minutes old. */
export function verify(body: string | Buffer, header: string | undefined, key: string, now = Date.now()): boolean {
  const params = new URLSearchParams(header ?? "");
  const t = params.get("t") ?? "";
  if (!/^\d+$/.test(t) || Math.abs(now / 1000 - Number(t)) > VALID_FOR_SECONDS) return false;
  return equal(params.get("s") ?? "", digest(body, key, t));
}

/** True when the Authorization header is the hashed signing key. */
export function verifyBearer(header: string | undefined, key: string): boolean {
  const prefix = key.match(PREFIX)?.[0] ?? "";
  const hash = createHash("sha256")
    .update(Buffer.from(key.replace(PREFIX, ""), "hex"))
    .digest("hex");
  return equal(header ?? "", `Bearer ${prefix}${hash}`);
}

/** Compares two secrets in a time that does not tell where they differ. */
export function equal(a: string, b: string): boolean {
  const hash = (value: string) => createHash("sha256").update(value).digest();
  return timingSafeEqual(hash(a), hash(b));
}

function digest(body: string | Buffer, key: string, t: string): string {
  return createHmac("sha256", key.replace(PREFIX, "")).update(body).update(t).digest("hex");
}

/**
 * JSON with sorted keys (RFC 8785). The SDK parses a request's body and signs its canonical form,
 * so the body we send has to be that form already.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value !== "object") return JSON.stringify(value) ?? "null";
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  const entries = Object.entries(value)
    .filter(([, v]) => v !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${entries.map(([k, v]) => `${JSON.stringify(k)}:${canonicalJson(v)}`).join(",")}}`;
}
