import ipaddr from "ipaddr.js";
import type { Sql } from "@/db/client";
import { TooManyAttemptsError } from "@/lib/domain/errors";
import { sha256 } from "@/lib/services/secrets";
import { openLimiter } from "./limiter";

const WINDOW_S = 15 * 60;
const ACCOUNT_WINDOW_S = 60 * 60;

/** How many wrong passwords may be tried in a window. */
export interface SignInLimits {
  /** One device that has signed in to this account before. */
  ofDevice: number;
  /** One address at one account. */
  ofPair: number;
  /** One address at all accounts: many people may share it. */
  ofAddress: number;
  /** In an hour, one account from all addresses: the most that many machines together may try. */
  atAccount: number;
}

const signInLimits: SignInLimits = { ofDevice: 10, ofPair: 10, ofAddress: 50, atAccount: 100 };

/** Who tries to sign in. */
export interface Attempt {
  email: string;
  address: string;
  /** Names a device that has signed in to this account before; null: it has not. */
  device: string | null;
}

/** All counts of one account begin with this. */
const PREFIX = "sign-in";
export const countsOf = (email: string) => `${PREFIX}:${sha256(email)}`;

/**
 * Limits wrong passwords, for all web processes together. The limit stops the guesser and not the
 * account: a device that has signed in before has a count of its own, so others cannot lock its
 * owner out.
 */
export function createSignInLimit(sql: Sql, limits = signInLimits) {
  const limiter = (points: number, windowS = WINDOW_S) =>
    openLimiter(sql, { prefix: PREFIX, points, windowS });
  const [ofDevice, ofAddress, ofPair, atAccount] = [
    limiter(limits.ofDevice),
    limiter(limits.ofAddress),
    limiter(limits.ofPair),
    limiter(limits.atAccount, ACCOUNT_WINDOW_S),
  ];
  /**
   * The order matters: an attempt that one count stops does not reach the counts after it, so one
   * address alone cannot use up an account's.
   */
  const countsFor = ({ email, address, device }: Attempt) => {
    const account = sha256(email);
    if (device !== null) return [{ limiter: ofDevice, key: `${account}:device:${device}` }];
    const from = networkOf(address);
    return [
      { limiter: ofAddress, key: `from:${from}` },
      { limiter: ofPair, key: `${account}:${from}` },
      { limiter: atAccount, key: account },
    ];
  };
  return {
    /**
     * Counts an attempt before its password is looked at: those made at once are all counted.
     * @throws TooManyAttemptsError
     */
    async count(attempt: Attempt): Promise<void> {
      for (const { limiter, key } of countsFor(attempt)) {
        const { isAllowed, resetS } = await limiter.count(key);
        if (!isAllowed) throw new TooManyAttemptsError(resetS);
      }
    },
    /** The password was right: this attempt and the caller's earlier ones do not count. */
    async forgive(attempt: Attempt): Promise<void> {
      for (const { limiter, key } of countsFor(attempt))
        await (limiter === ofPair || limiter === ofDevice ? limiter.forget(key) : limiter.uncount(key));
    },
  };
}

/**
 * One customer's network: an IPv4 address, or the 64 bits that an IPv6 one begins with, of which
 * each customer has all addresses.
 */
function networkOf(address: string): string {
  if (!ipaddr.IPv6.isValid(address)) return address.slice(0, 100);
  return ipaddr.IPv6.parse(address)
    .parts.slice(0, 4)
    .map((part) => part.toString(16))
    .join(":");
}
