import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { HttpError } from "./problem";

/** Compares two texts in a time that does not tell where they differ. */
function equal(a: string, b: string): boolean {
  const hash = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(hash(a), hash(b));
}

/** `X-Signature: sha256=<hex HMAC-SHA256 of the body>`. @throws HttpError 401 when it does not hold */
export function requireSignature(request: Request, bytes: Uint8Array, secret: string): void {
  const wanted = `sha256=${createHmac("sha256", secret).update(bytes).digest("hex")}`;
  if (!equal(request.headers.get("x-signature") ?? "", wanted)) throw unsigned("HMAC-SHA256");
}

/** The answer to a request whose signature does not hold. `scheme` says how to sign. */
export const unsigned = (scheme: string): HttpError => new HttpError(401, "unsigned", { headers: { "www-authenticate": scheme } });
