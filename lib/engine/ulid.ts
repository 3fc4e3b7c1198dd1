import { createHash, randomBytes } from "node:crypto";

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** A ULID: 48 bits of milliseconds and 80 bits of entropy, sortable by time. */
export function ulid(time = Date.now(), entropy: Buffer = randomBytes(10)): string {
  let bits = (BigInt(time) << 80n) | BigInt(`0x${entropy.subarray(0, 10).toString("hex")}`);
  let text = "";
  for (let i = 0; i < 26; i++) {
    text = ALPHABET[Number(bits & 31n)] + text;
    bits >>= 5n;
  }
  return text;
}

/**
 * The same ULID for the same seed and position, so that a repeated request makes no second event.
 */
export function seededUlid(time: number, seed: string, index: number): string {
  return ulid(time, createHash("sha256").update(`${seed}:${index}`).digest());
}
