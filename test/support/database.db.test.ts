import postgres from "postgres";
import { expect, test } from "vitest";
import { cloneDatabase } from "./database";

test("a test file has a migrated database of its own", async () => {
  const one = await cloneDatabase();
  const two = await cloneDatabase();
  const sql = postgres(one.url, { max: 1 });
  const other = postgres(two.url, { max: 1 });
  await sql`insert into tags (id, name) values (gen_random_uuid(), 'a')`;
  expect(await sql`select name from tags`).toHaveLength(1);
  expect(await other`select name from tags`).toHaveLength(0);
  await Promise.all([sql.end(), other.end()]);
  await Promise.all([one.drop(), two.drop()]);
});
