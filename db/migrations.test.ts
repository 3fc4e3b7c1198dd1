import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const folder = join(import.meta.dirname, "migrations");
/** Up to here there was no version out whose processes might run beside. */
const LAST_FREE = "0013";
const OUTSIDE = /^-- carillon: outside a transaction\n/;

/**
 * What a migration does that a process of the version before would not bear, or that locks a table
 * for long (docs/decisions/0015-upgrades.md).
 */
function faultsOf(text: string): string[] {
  const isOutside = OUTSIDE.test(text);
  const isUnused = /^-- unused since \S+/m.test(text);
  const statements = text.split("--> statement-breakpoint").map((one) =>
    one
      .replace(/^\s*--.*$/gm, "")
      .replace(/\s+/g, " ")
      .trim()
      .toLowerCase(),
  );
  const own = new Set<string>();
  const locked = new Set<string>();
  const faults: string[] = [];
  for (const statement of statements) {
    const made = /^create table (?:if not exists )?"?(\w+)"?/.exec(statement)?.[1];
    if (made) own.add(made);
    const table =
      /^(?:alter table|drop table) (?:only |if exists )*"?(\w+)"?|^create (?:unique )?index .*? on "?(\w+)"?/.exec(
        statement,
      );
    const name = table?.[1] ?? table?.[2];
    if (name !== undefined && own.has(name)) continue;
    const fault = isOutside ? faultOutside(statement) : faultInside(statement, isUnused);
    if (fault) faults.push(`${fault}: ${statement.slice(0, 80)}`);
    if (!isOutside && name !== undefined) locked.add(name);
  }
  if (locked.size > 1) faults.push(`locks ${[...locked].join(" and ")} in one transaction`);
  return faults;
}

function faultInside(statement: string, isUnused: boolean): string | undefined {
  if (/ rename /.test(statement)) return "renames";
  if (/^drop |^alter table .* drop (column|constraint) /.test(statement) && !isUnused)
    return "takes away, without saying since when it is unused";
  if (/ set data type | alter column \S+ type /.test(statement)) return "changes a type";
  if (/ set not null/.test(statement)) return "makes a column obligatory";
  if (/ add column .* not null/.test(statement) && !/ default /.test(statement))
    return "adds an obligatory column";
  if (/ add constraint /.test(statement) && !/ not valid/.test(statement))
    return "checks a whole table under its lock";
  if (/^create (unique )?index /.test(statement)) return "builds an index under the table's lock";
  if (/^(update|delete|insert into .* select) /.test(statement)) return "moves rows in the transaction";
  return undefined;
}

const repeatable = [
  /^create (unique )?index concurrently if not exists /,
  /^drop index concurrently if exists /,
  /^alter table .* validate constraint /,
  /^(update|insert|delete) /,
];
const faultOutside = (statement: string) =>
  repeatable.some((pattern) => pattern.test(statement)) ? undefined : "is not known to bear being cut off";

const names = readdirSync(folder).filter((name) => name.endsWith(".sql") && name.slice(0, 4) > LAST_FREE);

test.each(names)("%s can run while processes of the version before are at work", (name) => {
  expect(faultsOf(readFileSync(join(folder, name), "utf8"))).toEqual([]);
});

test.each([
  'ALTER TABLE "a" RENAME COLUMN "b" TO "c"',
  'ALTER TABLE "a" DROP COLUMN "b"',
  'DROP TABLE "a"',
  'ALTER TABLE "a" ALTER COLUMN "b" SET DATA TYPE bigint',
  'ALTER TABLE "a" ALTER COLUMN "b" SET NOT NULL',
  'ALTER TABLE "a" ADD COLUMN "b" text NOT NULL',
  'ALTER TABLE "a" ADD CONSTRAINT "b" CHECK (c > 0)',
  'CREATE INDEX "b" ON "a" USING btree ("c")',
  "UPDATE a SET b = 1",
  'ALTER TABLE "a" ADD COLUMN "b" text;\n--> statement-breakpoint\nALTER TABLE "c" ADD COLUMN "d" text',
  "-- carillon: outside a transaction\ncreate index concurrently b on a (c)",
  "-- carillon: outside a transaction\nalter table a add column b text",
])("A migration may not do this: %s", (text) => {
  expect(faultsOf(text)).toHaveLength(1);
});

test.each([
  'CREATE TABLE "a" ("b" text NOT NULL);\n--> statement-breakpoint\nCREATE INDEX "c" ON "a" USING btree ("b");\n--> statement-breakpoint\nALTER TABLE "a" ADD CONSTRAINT "d" CHECK (b <> \'\')',
  'ALTER TABLE "a" ADD COLUMN "b" text DEFAULT \'x\' NOT NULL',
  'ALTER TABLE "a" ADD CONSTRAINT "b" CHECK (c > 0) NOT VALID',
  '-- unused since 0.3.0\nALTER TABLE "a" DROP COLUMN "b"',
  "-- carillon: outside a transaction\n-- Why.\ncreate unique index concurrently if not exists b on a (c)",
  "-- carillon: outside a transaction\nalter table a validate constraint b",
])("A migration may do this: %s", (text) => {
  expect(faultsOf(text)).toEqual([]);
});
