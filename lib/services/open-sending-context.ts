import { openDb } from "@/db/client";
import { DatabaseClock } from "@/lib/domain/database-clock";
import type { Env } from "@/lib/env";
import type { Gateway } from "@/lib/gateways/gateway";
import { httpGateway } from "@/lib/gateways/http";
import { sandboxGateway } from "@/lib/gateways/sandbox";
import { log } from "@/lib/log";
import { type Context, systemActor } from "./context";
import { LaneGates } from "./lane-gates";
import { recordReceipts } from "./record-receipts";
import type { LocalClock, SendingContext } from "./sending-context";

/** Timers fire up to a millisecond early; a message never may. */
const realClock: LocalClock = {
  now: () => performance.timeOrigin + performance.now(),
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
 * The sending side of one process: a pool, its copy of the lanes' state, and the gateway the settings name.
 * @param keep what to do with work that outlives its turn; see {@link SendingContext.keep}
 */
export function openSendingContext(
  env: Env,
  options: { announce: Context["announce"]; stopping: AbortSignal; keep: SendingContext["keep"] },
): SendingContext & { close(): Promise<void> } {
  const db = openDb(env.DATABASE_URL, { max: 12, name: "carillon worker" });
  const databaseClock = new DatabaseClock();
  const base: Context = { db, now: () => new Date(), actor: systemActor(), announce: options.announce };
  const gateway = gatewayFrom(env, base);
  return {
    ...base,
    ...options,
    clock: realClock,
    databaseClock,
    gates: new LaneGates(db.sql, realClock, databaseClock, (err) =>
      log.warn({ err }, "the state of lanes could not be read; nothing goes out until it can"),
    ),
    gatewayOf: () => gateway,
    breakers: new Map(),
    windows: new Map(),
    places: new Map(),
    random: Math.random,
    async close() {
      await gateway.close();
      await db.close();
    },
  };
}

function gatewayFrom(env: Env, ctx: Context): Gateway {
  if (env.SMS_GATEWAY === "sandbox") return sandboxGateway({ onReceipts: (receipts) => recordReceipts(ctx, receipts) });
  return httpGateway({
    url: env.SMS_GATEWAY_URL!,
    token: env.SMS_GATEWAY_TOKEN,
    connectionsMax: env.SMS_GATEWAY_CONNECTIONS,
    timeoutMs: env.SMS_GATEWAY_TIMEOUT_MS,
    idempotent: env.SMS_GATEWAY_IDEMPOTENT === "on",
  });
}
