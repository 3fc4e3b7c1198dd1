import { beforeAll, test } from "vitest";
import { buildWhenStale } from "@/scripts/build";
import { cloneDatabase } from "@/test/support/database";
import { planOf, runChaos } from "./chaos";

/** Each kind of event and each kind of plan once. `npm run test:chaos` tries many. */
const FEW = [1, 3, 113];
/**
 * CHAOS_SEED replays one seed; CHAOS_SEEDS runs as many as it says. Most of a seed is waiting, so
 * several run at once.
 */
const { CHAOS_SEED: one, CHAOS_SEEDS: many } = process.env;
const seeds = one ? [Number(one)] : many ? Array.from({ length: Number(many) }, (_, i) => i + 1) : FEW;

beforeAll(() => buildWhenStale(console.log), 600_000);

test.concurrent.each(seeds)(
  "Nobody gets a dispatch twice, everybody is accounted for and what was acknowledged is there while web and worker processes are killed, frozen and stopped: seed %i",
  async (seed) => {
    const plan = planOf(seed);
    const database = await cloneDatabase();
    try {
      const result = await runChaos(database.url, plan);
      console.log(`seed ${seed}: ${JSON.stringify(result)}`);
    } catch (error) {
      console.error(`Replay with CHAOS_SEED=${seed} npm run test:chaos\n${JSON.stringify(plan)}`);
      throw error;
    } finally {
      await database.drop();
    }
  },
);
