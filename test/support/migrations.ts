import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

export const MIGRATIONS = join(import.meta.dirname, "..", "..", "db", "migrations");

/**
 * A folder of the migrations there are and further ones, by their names: those of a version to
 * come. It goes with the test.
 */
export async function migrationsWith(further: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "carillon-migrations-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await cp(MIGRATIONS, folder, { recursive: true });
  await addMigrations(folder, further);
  return folder;
}

/** Adds migrations to a folder of them, each made a minute after the one before it. */
export async function addMigrations(folder: string, further: Record<string, string>): Promise<void> {
  const file = join(folder, "meta", "_journal.json");
  const journal = JSON.parse(await readFile(file, "utf8")) as {
    entries: { idx: number; when: number; tag: string }[];
  };
  for (const [tag, text] of Object.entries(further)) {
    const last = journal.entries.at(-1)!;
    journal.entries.push({ ...last, idx: last.idx + 1, when: last.when + 60_000, tag });
    await writeFile(join(folder, `${tag}.sql`), text);
  }
  await writeFile(file, JSON.stringify(journal));
}
