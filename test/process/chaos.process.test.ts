import { afterEach, beforeEach, expect, test } from "vitest";
import { cloneDatabase } from "@/test/database";
import { planOf, RATE, runChaos } from "./chaos";

/** CHAOS_SEED replays one seed; CHAOS_SEEDS says how many are run. */
const one = process.env.CHAOS_SEED;
const seeds = one ? [Number(one)] : Array.from({ length: Number(process.env.CHAOS_SEEDS ?? 6) }, (_, i) => i + 1);

let database: Awaited<ReturnType<typeof cloneDatabase>>;
beforeEach(async () => {
  database = await cloneDatabase();
});
afterEach(() => database.drop());

test.each(seeds)(
  "Nobody gets a dispatch twice and everybody is accounted for while workers are killed, frozen and stopped: seed %i",
  async (seed) => {
    const plan = planOf(seed);
    try {
      const result = await runChaos(database.url, plan);
      console.log(`seed ${seed}: ${JSON.stringify(result)}`);
      expect(result.mostInASecond).toBeLessThanOrEqual(RATE * 1.1);
    } catch (error) {
      console.error(`Replay with CHAOS_SEED=${seed} npm run test:chaos\n${JSON.stringify(plan)}`);
      throw error;
    }
  },
  150_000,
);
