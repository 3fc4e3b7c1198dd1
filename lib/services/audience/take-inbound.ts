import { hasStoppedSince, insertInbound, type NewInbound } from "@/db/audience/inbound";
import { type Tx, transaction } from "@/db/client";
import type { DueDelivery } from "@/db/webhooks/webhooks";
import { isDeadlock } from "@/lib/common/database-errors";
import { retry } from "@/lib/common/retry";
import { type Inbound, type RejectedInbound, readInbounds } from "@/lib/contract/sending/inbound";
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

/**
 * What people answered, as a gateway posted it: the messages that can be read are committed before
 * this answers, with what their keywords ask for; the others are told by their place. A message
 * that is known already changes nothing.
 * @param gateway its name
 */
export async function takeInbound(ctx: Context, gateway: string, input: unknown[]): Promise<InboundTaken> {
  const { messages, rejected } = readInbounds(input);
  const known: NewInbound[] = [];
  for (const { index, message } of messages) {
    const phone = senderOf(ctx, message);
    if (phone) known.push({ ...inboundOf(message), phone });
    else rejected.push({ index, pointer: `/${index}/from`, code: "phone" });
  }
  rejected.sort((a, b) => a.index - b.index);
  // The log is for the person who set up the gateway: nobody reads the gateway's own answers.
  if (rejected.length > 0)
    log.warn({ gateway, count: rejected.length, first: rejected[0] }, "some replies cannot be read");
  const { origin } = ctx.actor;
  // Nobody is signed in: the gateway is who says so.
  const by: Context = { ...ctx, actor: { ...systemActor(`gateway ${gateway}`), ...(origin && { origin }) } };
  return { received: await recordInbound(by, gateway, known), rejected };
}

/**
 * Some gateways leave the plus out: what is a land line in the country, from which nobody answers,
 * may be a mobile of another. `84912345678` is Vietnamese.
 */
function senderOf({ country }: Context, { from }: Inbound): string | null {
  const readings = [readPhone(from, country), readPhone(`+${from}`)];
  return (
    readings.find(({ problem }) => problem === null)?.phone ??
    normalizePhone(from, country) ??
    normalizePhone(`+${from}`)
  );
}

const inboundOf = ({ id, to, text, at }: Inbound): Omit<NewInbound, "phone"> => ({
  externalId: id,
  sentTo: to,
  body: text,
  at: at ?? null,
  keyword: keywordOf(text),
});

/**
 * Writes messages and does what their keywords ask for, in one transaction. @returns how many were
 * not known
 */
export async function recordInbound(ctx: Context, gateway: string, messages: NewInbound[]): Promise<number> {
  const once = [
    ...new Map(messages.toReversed().map((message) => [message.externalId, message])).values(),
  ].toReversed();
  if (once.length === 0) return 0;
  const work = () => transaction(ctx.db.sql, (tx) => write(ctx, tx, gateway, once));
  // An import opts many out in an order of its own; where they meet, one of the two begins again.
  const { received, deliveries } = await retry(work, { isPassing: isDeadlock, triesMax: TRIES_MAX });
  if (deliveries.length > 0) await ctx.announce(deliveriesDue(deliveries));
  return received;
}

async function write(ctx: Context, tx: Tx, gateway: string, messages: NewInbound[]) {
  const { ids, deliveries } = await insertInbound(tx, gateway, messages);
  // Of one number in the order they came in; numbers in one order, so that two calls do not wait
  // for each other.
  const asking = messages.filter(({ externalId, keyword }) => keyword && ids.has(externalId));
  asking.sort((a, b) => (a.phone < b.phone ? -1 : a.phone > b.phone ? 1 : 0));
  for (const { externalId, phone, keyword } of asking)
    deliveries.push(...(await obey(ctx, tx, phone, keyword!, ids.get(externalId)!)));
  return { received: ids.size, deliveries };
}

async function obey(
  ctx: Context,
  tx: Tx,
  phone: string,
  keyword: InboundKeyword,
  id: string,
): Promise<DueDelivery[]> {
  if (keyword === "stop") return (await optOut(ctx, tx, phone, "replied_stop", `inbound ${id}`)).deliveries;
  // Only what an answer did: who asked otherwise, or was refused, stays out.
  if (!(await hasStoppedSince(tx, id))) await optIn(ctx, tx, phone, { reason: "replied_stop" });
  return [];
}
