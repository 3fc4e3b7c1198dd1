import { applyPatches } from "./patches";

/**
 * `npm start` and `npm run dev`. The supervisor imports the database's driver, which must be
 * patched before.
 */
try {
  await applyPatches();
} catch (error) {
  console.error(`\n${(error as Error).message}\n`);
  process.exit(1);
}
await import("./supervisor");
