import { beforeAll, test } from "vitest";
import { buildWhenStale } from "@/scripts/build";
import { cloneDatabase } from "@/test/database";
import { planOf, runChaos } from "./chaos";

/** CHAOS_SEED replays one seed; CHAOS_SEEDS says how many are run. Most of a seed is waiting, so several run at once. */
const one = process.env.CHAOS_SEED;
const seeds = one ? [Number(one)] : Array.from({ length: Number(process.env.CHAOS_SEEDS ?? 20) }, (_, i) => i + 1);

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
  240_000,
);
