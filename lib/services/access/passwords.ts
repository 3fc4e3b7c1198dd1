import { randomBytes, scrypt } from "node:crypto";
import { sameSecret } from "@/lib/common/same-secret";

interface Cost {
  /** The binary logarithm of N. */
  ln: number;
  r: number;
  p: number;
}

/**
 * OWASP's present minimum (Password Storage Cheat Sheet, scrypt): 128 MB and some tenths of a
 * second a password.
 */
const COST: Cost = { ln: 17, r: 8, p: 1 };
/** The cost of 0.1.0's hashes, which do not record it: the sign-in library's default. */
const COST_FIRST: Cost = { ln: 14, r: 16, p: 1 };
const KEY_BYTES = 32;

let cost = COST;

/**
 * For tests, which hash many passwords and protect none. No setting leads here, and a process of
 * the product refuses.
 */
export function makeHashingCheap(): void {
  if (process.env.NODE_ENV === "production") throw new Error("Passwords are hashed cheaply in tests only.");
  cost = { ln: 4, r: 8, p: 1 };
}

/** As PHC strings write it: `$scrypt$ln=17,r=8,p=1$<salt>$<key>`. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, salt, KEY_BYTES, cost);
  return `$scrypt$ln=${cost.ln},r=${cost.r},p=${cost.p}$${salt.toString("base64")}$${key.toString("base64")}`;
}

export async function verifyPassword({
  hash,
  password,
}: {
  hash: string;
  password: string;
}): Promise<boolean> {
  const kept = read(hash);
  const key = await derive(password, kept.salt, kept.key.length, kept.cost);
  // Checking an old hash is cheaper than hashing for an unknown address: the time would tell that
  // the address has an account.
  if (isOutdated(hash)) await derive(password, kept.salt, KEY_BYTES, cost);
  return sameSecret(key, kept.key);
}

/** Was it made at another cost than today's? Then a sign-in renews it. */
export function isOutdated(hash: string): boolean {
  const { ln, r, p } = read(hash).cost;
  return ln !== cost.ln || r !== cost.r || p !== cost.p;
}

function read(hash: string): { cost: Cost; salt: Buffer | string; key: Buffer } {
  const [, ln, r, p, salt, key] =
    /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$([\w+/=]+)\$([\w+/=]+)$/.exec(hash) ?? [];
  if (salt && key)
    return {
      cost: { ln: Number(ln), r: Number(r), p: Number(p) },
      salt: Buffer.from(salt, "base64"),
      key: Buffer.from(key, "base64"),
    };
  // 0.1.0: the salt is taken as the hexadecimal text it is written as.
  const [, first, firstKey] = /^([0-9a-f]+):([0-9a-f]{128})$/.exec(hash) ?? [];
  if (!first || !firstKey) throw new Error("a password's hash cannot be read");
  return { cost: COST_FIRST, salt: first, key: Buffer.from(firstKey, "hex") };
}

/** One at a time in a process: many at once would take 128 MB each. */
let last: Promise<unknown> = Promise.resolve();

function derive(password: string, salt: Buffer | string, bytes: number, { ln, r, p }: Cost): Promise<Buffer> {
  const N = 2 ** ln;
  const work = () =>
    new Promise<Buffer>((done, fail) => {
      scrypt(password.normalize("NFKC"), salt, bytes, { N, r, p, maxmem: 256 * N * r }, (error, key) =>
        error ? fail(error) : done(key),
      );
    });
  const key = last.then(work);
  last = key.catch(() => {});
  return key;
}
