import type { Announcement } from "@/lib/services/events";

/**
 * More than these do not wait for an engine that is away: the sweep will find the rest, as it would
 * find these.
 */
const WAITING_MAX = 20_000;
/** Events of a future time may wait for others, so that a thousand creates take a few calls. */
const GATHER_MS = 200;
const SOON_MS = 5_000;

type Announce = (events: Announcement[]) => Promise<void>;

/** One a process: Next has this module once for pages and once for routes. */
const kept = globalThis as {
  carillonTelling?: { waiting: Announcement[]; running?: Promise<void>; hurry?: () => void };
};

/**
 * Sends events to the engine in the background, so that a caller does not wait for the engine.
 * Events that come during a call go with the next one.
 */
export const announceLater =
  (announce: Announce): Announce =>
  async (events) => {
    kept.carillonTelling ??= { waiting: [] };
    const telling = kept.carillonTelling;
    telling.waiting.push(...events.slice(0, WAITING_MAX - telling.waiting.length));
    if (!events.every(isFarAhead)) telling.hurry?.();
    telling.running ??= tellAll(announce).finally(() => {
      telling.running = undefined;
    });
  };

/** Resolves when every event was sent or has failed: a process waits for it before it ends. */
export async function allTold(): Promise<void> {
  kept.carillonTelling?.hurry?.();
  await kept.carillonTelling?.running;
}

const isFarAhead = (event: Announcement) =>
  "ts" in event && event.ts !== undefined && event.ts > Date.now() + SOON_MS;

async function tellAll(announce: Announce): Promise<void> {
  const telling = kept.carillonTelling!;
  while (telling.waiting.length > 0) {
    if (telling.waiting.every(isFarAhead)) await gather(telling);
    await announce(telling.waiting.splice(0));
  }
}

async function gather(telling: { hurry?: () => void }): Promise<void> {
  await new Promise<void>((done) => {
    const timer = setTimeout(done, GATHER_MS);
    telling.hurry = () => {
      clearTimeout(timer);
      done();
    };
  });
  telling.hurry = undefined;
}
