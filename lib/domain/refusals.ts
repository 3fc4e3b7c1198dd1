/**
 * Whose fault a refusal is, by its code. Twilio's codes are from its dictionary:
 * https://www.twilio.com/docs/api/errors
 */

/**
 * - `gateway`: it cannot take messages now, or its operator's queue is full;
 * - `us`: our account, our sender or an address of ours;
 * - `route`: the same, but it may hold for some numbers only: a country that is not enabled, a
 *   sender that is not registered there;
 * - `number`: this number gets no messages;
 * - `opted_out`: whoever has the number told the operator to stop;
 * - `message`: the gateway does not say, or it is the text.
 */
export type Fault = "gateway" | "us" | "route" | "number" | "opted_out" | "message";

const TWILIO: ReadonlyMap<number, Fault> = new Map(
  (
    [
      // Rates and queues: SMS send rate, too many requests, queues of the sender and of the
      // account, limits of US A2P 10DLC.
      ["gateway", [14107, 20429, 20503, 21611, 30001, 30022, 30023, 30027]],
      // The account: not active, a trial, authentication, access, test credentials, nothing at the
      // address, suspended, its daily limit.
      ["us", [10001, 10002, 20003, 20005, 20006, 20008, 20403, 20404, 30002, 63038]],
      // The sender: not valid, not ours, missing, the sandbox's, ambiguous, a name on a trial
      // account, not capable of SMS.
      ["us", [21212, 21267, 21601, 21603, 21607, 21616, 21660, 21661]],
      // StatusCallback; a messaging service that is not there, has no numbers or is not valid.
      ["us", [21609, 21701, 21703, 21704, 21705]],
      // The region is not enabled; a trial account's unverified number; a sender that does not
      // reach this destination.
      ["route", [21215, 21408, 21606, 21608, 21612, 21659]],
      // The sender is not registered or verified for where the number is (sender ids, toll-free, US
      // A2P 10DLC).
      ["route", [30018, 30024, 30032, 30033, 30034, 30035, 30040]],
      // Not a number, not reachable, a short code, our own, not a mobile one, a landline;
      // unreachable, blocked or unknown handsets.
      ["number", [21211, 21214, 21217, 21265, 21266, 21604, 21614, 21635, 30003, 30004, 30005, 30006]],
      ["opted_out", [21610]],
    ] as [Fault, number[]][]
  ).flatMap(([fault, codes]) => codes.map((code) => [code, fault] as const)),
);

/** @returns undefined when the table does not have the code */
export const faultOfTwilio = (code: number): Fault | undefined => TWILIO.get(code);

const OURS = /^(http_(3\d\d|40[1345])|certificate|no_such_gateway)$/;
const GATEWAYS = new Set(["http_429", "http_503", "unreachable", "busy"]);

/** Whose fault it is, by the code of a message. */
export function faultOf(code: string | null): Fault {
  if (code === null) return "message";
  const twilio = /^twilio_(\d{1,6})$/.exec(code)?.[1];
  if (twilio) return faultOfTwilio(Number(twilio)) ?? "message";
  if (GATEWAYS.has(code)) return "gateway";
  if (OURS.test(code)) return "us";
  // The sandbox uses this code.
  return code === "unknown_subscriber" ? "number" : "message";
}

/** Can a failed message be tried again, once somebody has mended the cause? */
export const isRetryable = (fault: Fault): boolean =>
  fault === "gateway" || fault === "us" || fault === "route";
