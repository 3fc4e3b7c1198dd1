import { createHash, createHmac } from "node:crypto";
import { sameSecret } from "@/lib/common/same-secret";

// Section 4.1 of the Inngest SDK specification: requests and responses carry `t=<unix
// seconds>&s=<hex HMAC-SHA256 of body + t>`, and the SDK authenticates its own calls with the
// SHA-256 of the signing key as a bearer token.

const PREFIX = /^signkey-\w+-/;
const VALID_FOR_SECONDS = 300;

/**
 * Throws when the key is not of the form `signkey-<env>-<hex>`, which the SDK would hash
 * differently from us.
 */
export function assertSigningKey(key: string): void {
  if (!/^(signkey-\w+-)?([0-9a-f]{2})+$/i.test(key))
    throw new Error("The signing key must be hexadecimal, optionally after signkey-<env>-.");
}

export function sign(body: string | Buffer, key: string, now = Date.now()): string {
  const t = Math.round(now / 1000).toString();
  return `t=${t}&s=${digest(body, key, t)}`;
}

/** True when the header signs exactly this body with this key and is at most five minutes old. */
export function verify(
  body: string | Buffer,
  header: string | undefined,
  key: string,
  now = Date.now(),
): boolean {
  const params = new URLSearchParams(header ?? "");
  const t = params.get("t") ?? "";
  if (!/^\d+$/.test(t) || Math.abs(now / 1000 - Number(t)) > VALID_FOR_SECONDS) return false;
  return sameSecret(params.get("s") ?? "", digest(body, key, t));
}

/** True when the Authorization header is the hashed signing key. */
export function verifyBearer(header: string | undefined, key: string): boolean {
  const prefix = key.match(PREFIX)?.[0] ?? "";
  const hash = createHash("sha256")
    .update(Buffer.from(key.replace(PREFIX, ""), "hex"))
    .digest("hex");
  return sameSecret(header ?? "", `Bearer ${prefix}${hash}`);
}

function digest(body: string | Buffer, key: string, t: string): string {
  return createHmac("sha256", key.replace(PREFIX, "")).update(body).update(t).digest("hex");
}
