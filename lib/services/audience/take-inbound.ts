import { findKnownStops, hasStoppedSince, insertInbound, type NewInbound } from "@/db/audience/inbound";
import { type Tx, transaction } from "@/db/client";
import type { DueDelivery } from "@/db/webhooks/webhooks";
import { isDeadlock } from "@/lib/common/database-errors";
import { retry } from "@/lib/common/retry";
import { type Inbound, type RejectedInbound, readInbounds, type Said } from "@/lib/contract/sending/inbound";
import { type InboundKeyword, keywordOf } from "@/lib/domain/audience/opt-out-words";
import { normalizePhone } from "@/lib/domain/audience/phone";
import { readPhone } from "@/lib/lists/phone";
import { log } from "@/lib/log";
import { type Context, systemActor } from "@/lib/services/context";
import { deliveriesDue } from "@/lib/services/events";
import { optIn, optOut } from "./opt-out";

const TRIES_MAX = 5;

export interface InboundTaken {
  /** How many messages were not known. */
  received: number;
  /** The messages that cannot be read, by their place in the list, from 0. */
  rejected: RejectedInbound[];
}

/** A message as it came; without a usable id it is not kept, but its STOP counts. */
type Told = Pick<NewInbound, "phone" | "keyword"> & (NewInbound | { externalId: null });

/**
 * What people answered, as a gateway posted it: the messages that can be read are committed before
 * this answers, with what their keywords ask for; the others are told by their place. A message
 * that is known already changes nothing, but no STOP is lost for a wrong or repeated id: who wrote
 * it does not hear of ids, and to opt out twice does no harm.
 * @param gateway its name
 */
export async function takeInbound(ctx: Context, gateway: string, input: unknown[]): Promise<InboundTaken> {
  const { messages, rejected } = readInbounds(input);
  const told: Told[] = [];
  for (const { index, message } of messages) {
    const phone = senderOf(ctx, message);
    if (phone) told.push({ ...inboundOf(message), phone });
    else if ("id" in message) rejected.push({ index, pointer: `/${index}/from`, code: "phone" });
  }
  rejected.sort((a, b) => a.index - b.index);
  // The log is for the person who set up the gateway: nobody reads the gateway's own answers.
  if (rejected.length > 0)
    log.warn({ gateway, count: rejected.length, first: rejected[0] }, "some replies cannot be read");
  const { origin } = ctx.actor;
  // Nobody is signed in: the gateway is who says so.
  const by: Context = { ...ctx, actor: { ...systemActor(`gateway ${gateway}`), ...(origin && { origin }) } };
  return { received: await recordInbound(by, gateway, told), rejected };
}

/**
 * Some gateways leave the plus out: what is a land line in the country, from which nobody answers,
 * may be a mobile of another. `84912345678` is Vietnamese.
 */
function senderOf({ country }: Context, { from }: Said): string | null {
  const readings = [readPhone(from, country), readPhone(`+${from}`)];
  return (
    readings.find(({ problem }) => problem === null)?.phone ??
    normalizePhone(from, country) ??
    normalizePhone(`+${from}`)
  );
}

function inboundOf(message: Inbound | Said) {
  const keyword = keywordOf(message.text);
  if (!("id" in message)) return { externalId: null, keyword };
  const { id, to, text, at } = message;
  return { externalId: id, sentTo: to, body: text, at: at ?? null, keyword };
}

/**
 * Writes messages and does what their keywords ask for, in one transaction. @returns how many were
 * not known
 */
export async function recordInbound(ctx: Context, gateway: string, messages: Told[]): Promise<number> {
  if (messages.length === 0) return 0;
  const work = () => transaction(ctx.db.sql, (tx) => write(ctx, tx, gateway, messages));
  // An import opts many out in an order of its own; where they meet, one of the two begins again.
  const { received, deliveries } = await retry(work, { isPassing: isDeadlock, triesMax: TRIES_MAX });
  if (deliveries.length > 0) await ctx.announce(deliveriesDue(deliveries));
  return received;
}

async function write(ctx: Context, tx: Tx, gateway: string, messages: Told[]) {
  const named = messages.filter((message) => message.externalId !== null);
  const once = [...new Map(named.toReversed().map((one) => [one.externalId, one])).values()].toReversed();
  const { ids, deliveries } = await insertInbound(tx, gateway, once);
  const idOf = new Map<Told, string | undefined>(once.map((one) => [one, ids.get(one.externalId)]));
  const repeats = named.filter((one) => one.keyword === "stop" && idOf.get(one) === undefined);
  const known = repeats.length === 0 ? new Set() : await findKnownStops(tx, gateway, repeats);
  // Of one number in the order they came in; numbers in one order, so that two calls do not wait
  // for each other.
  const asking = messages.filter((one) => one.keyword && !known.has(one));
  asking.sort((a, b) => (a.phone < b.phone ? -1 : a.phone > b.phone ? 1 : 0));
  for (const one of asking) deliveries.push(...(await obey(ctx, tx, one.phone, one.keyword!, idOf.get(one))));
  return { received: ids.size, deliveries };
}

async function obey(
  ctx: Context,
  tx: Tx,
  phone: string,
  keyword: InboundKeyword,
  id: string | undefined,
): Promise<DueDelivery[]> {
  if (keyword === "stop")
    return (await optOut(ctx, tx, phone, "replied_stop", `inbound ${id ?? "unkept"}`)).deliveries;
  // Only what a new answer did: who asked otherwise, or was refused, stays out.
  if (id !== undefined && !(await hasStoppedSince(tx, id)))
    await optIn(ctx, tx, phone, { reason: "replied_stop" });
  return [];
}
