import { createHash, randomBytes } from "node:crypto";

/**
 * The hash that a row keeps of a secret. Our secrets are 256 random bits: a plain hash is enough,
 * there is nothing to guess.
 */
export const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

export const newToken = (): string => randomBytes(32).toString("base64url");

const KEY = /^(crl_[0-9a-f]{8})_[\w-]{43}$/;

/**
 * `crl_<8 hex digits>_<256 bits>`: scanners of leaked secrets and people recognise it by its
 * beginning.
 */
export function newApiKey(): { key: string; prefix: string } {
  const prefix = `crl_${randomBytes(4).toString("hex")}`;
  return { key: `${prefix}_${newToken()}`, prefix };
}

/** The prefix that a key's row is found by; null when it is no key of ours. */
export const prefixOfKey = (key: string): string | null => KEY.exec(key)?.[1] ?? null;
