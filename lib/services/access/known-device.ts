import { createHmac } from "node:crypto";
import { sameSecret } from "@/lib/common/same-secret";
import { newToken } from "@/lib/services/secrets";

const DAYS = 180;

/**
 * Recognises a browser that has signed in to an account, by a cookie that it keeps when it signs
 * out. The cookie lets nobody in: it only separates the owner's wrong passwords from a guesser's
 * (OWASP's device cookies).
 */
export function createKnownDevices({ secret, isSecure }: { secret: string; isSecure: boolean }) {
  const name = isSecure ? "__Host-carillon.device" : "carillon.device";
  const sign = (email: string, device: string) =>
    createHmac("sha256", secret).update(`device ${device} ${email}`).digest("hex");
  return {
    /**
     * The name of the device that a request comes from; null: it has not signed in to this account.
     */
    of(email: string, headers: Headers): string | null {
      for (const cookie of (headers.get("cookie") ?? "").split(";")) {
        const [, device, signature] = cookie.trim().startsWith(`${name}=`)
          ? (/=([\w-]{43})\.([0-9a-f]{64})$/.exec(cookie.trim()) ?? [])
          : [];
        if (device && signature && sameSecret(signature, sign(email, device))) return device;
      }
      return null;
    },
    /** A cookie for a browser that has just signed in. */
    cookie(email: string): string {
      const device = newToken();
      const attributes = `Path=/; Max-Age=${DAYS * 86_400}; HttpOnly; SameSite=Lax${isSecure ? "; Secure" : ""}`;
      return `${name}=${device}.${sign(email, device)}; ${attributes}`;
    },
  };
}
