import { createHash, timingSafeEqual } from "node:crypto";

/** Compares two secrets in a time that does not tell where they differ, nor how long they are. */
export function sameSecret(a: string | Uint8Array, b: string | Uint8Array): boolean {
  return timingSafeEqual(hash(a), hash(b));
}

const hash = (secret: string | Uint8Array) => createHash("sha256").update(secret).digest();
