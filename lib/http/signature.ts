import { createHmac } from "node:crypto";
import { sameSecret } from "@/lib/common/same-secret";
import { HttpError } from "./problem";

/**
 * `X-Signature: sha256=<hex HMAC-SHA256 of the body>`. @throws HttpError 401 when it does not hold
 */
export function requireSignature(request: Request, bytes: Uint8Array, secret: string): void {
  const wanted = `sha256=${createHmac("sha256", secret).update(bytes).digest("hex")}`;
  if (!sameSecret(request.headers.get("x-signature") ?? "", wanted)) throw unsigned("HMAC-SHA256");
}

/** The answer to a request whose signature does not hold. `scheme` says how to sign. */
export const unsigned = (scheme: string): HttpError =>
  new HttpError(401, "unsigned", { headers: { "www-authenticate": scheme } });
