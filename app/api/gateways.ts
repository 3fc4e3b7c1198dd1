import { env } from "@/lib/env";
import { HttpError } from "@/lib/http/problem";
import { requireSignature, unsigned } from "@/lib/http/signature";

/** Those who post for a gateway. */

/**
 * A receipt's or a reply's gateway. Without a file there is one, called what it is. @throws
 * HttpError 404
 */
export function gatewayNamed(name: string) {
  const { GATEWAYS_FILE, SMS_GATEWAY, gateways } = env();
  const found = gateways.get(!GATEWAYS_FILE && name === SMS_GATEWAY ? "default" : name);
  if (!found) throw new HttpError(404, "not-found", { detail: "not-found.gateway", params: { id: name } });
  return found;
}

/**
 * Where others reach Carillon nothing unsigned is taken, so nothing for a sandbox: it reports
 * within its own process and has no secret.
 * @throws HttpError 401
 */
export function requireTheirs(request: Request, bytes: Uint8Array, secret: string | undefined): void {
  if (secret) requireSignature(request, bytes, secret);
  else if (env().AUTH !== "open") throw unsigned("HMAC-SHA256");
}
