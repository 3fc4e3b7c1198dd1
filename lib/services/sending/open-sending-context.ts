import { openDb } from "@/db/client";
import { knownMigration } from "@/db/schema-version";
import { DatabaseClock } from "@/lib/domain/database-clock";
import { type Env, receiptsUrl, reporterName } from "@/lib/env";
import type { Gateway } from "@/lib/gateways/gateway";
import { httpGateway } from "@/lib/gateways/http";
import { sandboxGateway } from "@/lib/gateways/sandbox";
import { type GatewaySettings, sendersOf } from "@/lib/gateways/settings";
import { twilioGateway } from "@/lib/gateways/twilio";
import { log } from "@/lib/log";
import { type Context, systemActor } from "@/lib/services/context";
import { Breakers } from "./breakers";
import { DueSlots } from "./due-slots";
import { LaneGates } from "./lane-gates";
import type { LocalClock } from "./local-clock";
import { recordReceipts } from "./record-receipts";
import { SchemaGuard } from "./schema-guard";
import type { SendingContext } from "./sending-context";

const { timeOrigin } = performance;
/** Timers fire up to a millisecond early; a message never may. */
const realClock: LocalClock = {
  now: () => timeOrigin + performance.now(),
  timeOfDay: Date.now,
  async sleepUntil(localMs, signal) {
    for (;;) {
      const leftMs = localMs - realClock.now();
      if (leftMs <= 0 || signal?.aborted) return;
      await new Promise<void>((resolve) => {
        const done = () => {
          clearTimeout(timer);
          signal?.removeEventListener("abort", done);
          resolve();
        };
        const timer = setTimeout(done, Math.min(leftMs, 2 ** 31 - 1));
        signal?.addEventListener("abort", done, { once: true });
      });
    }
  },
};

/**
 * The sending side of one process: a pool, its copy of the lanes' state, and the gateway the
 * settings name.
 * @param options `waitUntil` keeps work that outlives its turn, see {@link
 * SendingContext.waitUntil}; `onOutdated` is called when a newer version has migrated the database:
 * this process claims nothing any more
 */
export function openSendingContext(
  env: Env,
  {
    onOutdated,
    ...options
  }: {
    announce: Context["announce"];
    stopping: AbortSignal;
    waitUntil: SendingContext["waitUntil"];
    onOutdated?: () => void;
  },
): SendingContext & { close(): Promise<void> } {
  const db = openDb(env.DATABASE_URL, { max: 12, name: "carillon worker" });
  const databaseClock = new DatabaseClock();
  const base: Context = { db, now: () => new Date(), actor: systemActor(), announce: options.announce };
  const gateways = openGateways(env, base);
  return {
    ...base,
    ...options,
    clock: realClock,
    databaseClock,
    gates: new LaneGates(db.sql, realClock, databaseClock, (err) =>
      log.warn({ err }, "the state of lanes could not be read; nothing goes out until it can"),
    ),
    schema: new SchemaGuard(env.NEWER_SCHEMA === "allow" ? null : knownMigration, onOutdated),
    gatewayOf: gateways.gatewayOf,
    breakers: new Breakers(),
    semaphores: new Map(),
    dueSlots: new DueSlots(),
    random: Math.random,
    async close() {
      await gateways.close();
      await db.close();
    },
  };
}

/**
 * The gateways by the names that operators use. Without a file there is one, whatever an operator
 * calls it.
 */
function openGateways(
  env: Env,
  ctx: Context,
): { gatewayOf: (name: string) => Gateway; close: () => Promise<void> } {
  const opened = new Map(
    [...env.gateways].map(([name, settings]) => [name, openGateway(env, ctx, name, settings)]),
  );
  const close = async () => void (await Promise.all([...opened.values()].map((gateway) => gateway.close())));
  if (!env.GATEWAYS_FILE) {
    const only = opened.get("default")!;
    return { gatewayOf: () => only, close };
  }
  return {
    close,
    gatewayOf(name) {
      const gateway = opened.get(name) ?? missingGateway(name);
      opened.set(name, gateway);
      return gateway;
    },
  };
}

function openGateway(env: Env, ctx: Context, name: string, settings: GatewaySettings): Gateway {
  const common = { name: env.GATEWAYS_FILE ? name : settings.kind };
  if (settings.kind === "sandbox")
    return sandboxGateway({
      ...common,
      onReceipts: (receipts) => recordReceipts(ctx, reporterName(env, name), receipts),
    });
  const [sender] = sendersOf(settings);
  const bounds = { connectionsMax: settings.connections, timeoutMs: settings.timeout_ms };
  if (settings.kind === "http") {
    const { url, token, idempotent } = settings;
    return httpGateway({ ...common, ...bounds, url, token, sender, idempotent });
  }
  const { url, account_sid: accountSid, auth_token: authToken } = settings;
  return twilioGateway({
    ...common,
    ...bounds,
    url,
    accountSid,
    authToken,
    sender: sender!,
    callbackUrl: receiptsUrl(env, name),
  });
}

/** An operator names a gateway that the file does not: nothing goes out, and its lanes say why. */
function missingGateway(name: string): Gateway {
  return {
    name,
    connectionsMax: 1,
    idempotent: false,
    send: (handOver) => handOver.over({ kind: "misconfigured", code: "no_such_gateway" }),
    close: async () => {},
  };
}
