import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import postgres, { type Sql } from "postgres";
import { afterAll, beforeAll, expect, inject, onTestFinished, test } from "vitest";
import { migrateDatabase } from "@/db/migrate";
import { startEngine } from "@/lib/engine";
import { cloneDatabase } from "@/test/support/database";
import { openToProduct } from "./product-role";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "carillon-role-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function opened(before: (ownerUrl: string) => Promise<void> = async () => {}) {
  const database = await cloneDatabase();
  onTestFinished(() => database.drop());
  await before(database.url);
  const connect = (url: string): Sql => {
    const sql = postgres(url, { max: 2, onnotice: () => {} });
    onTestFinished(() => sql.end());
    return sql;
  };
  const open = () => openToProduct({ url: database.url, directory: folder });
  const productUrl = await open();
  return {
    owner: connect(database.url),
    product: connect(productUrl),
    ownerUrl: database.url,
    productUrl,
    open,
  };
}

const engineAt = (databaseUrl: string) =>
  startEngine({
    databaseUrl,
    host: "127.0.0.1",
    port: 0,
    eventKey: "key",
    signingKey: `signkey-test-${"0".repeat(64)}`,
    logger: pino({ level: "silent" }),
    onDisplaced: () => {},
  });

const refusedBy = (sql: Sql, statement: string) =>
  sql.unsafe(statement).then(
    () => "done",
    (error: { code: string }) => error.code,
  );
const NO_RIGHT = "42501";

test("whoever has a statement of the product's runs no program, reads no file, and switches nothing off", async () => {
  const { owner, product } = await opened();
  await product`insert into audit_log (actor, action, subject_type, subject_id) values ('x', 'x', 'x', 'x')`;
  for (const statement of [
    "copy (select 1) to program 'true'",
    "copy tags from program 'true'",
    "copy tags to '/tmp/tags'",
    "select pg_read_file('/etc/passwd')",
    "select lo_import('/etc/passwd')",
    "set session_replication_role = replica",
    "alter table audit_log disable trigger all",
    "alter table audit_log disable trigger audit_log_append_only",
    "drop trigger audit_log_append_only on audit_log",
    "create or replace function audit_log_is_append_only() returns trigger language plpgsql as 'begin return null; end'",
    "create trigger x before insert on audit_log for each row execute function audit_log_is_append_only()",
    "update audit_log set actor = 'y'",
    "set carillon.scrubs_audit_log = 'yes'; update audit_log set actor = 'y'",
    "select * from erasure_keys",
    "update erasure_keys set no = 1",
    "delete from audit_log",
    "truncate audit_log",
    "truncate messages",
    "drop table messages",
    "create or replace function clock_now() returns timestamptz language sql as 'select now() - interval ''1 day'''",
    "create table public.x (y int)",
    "insert into drizzle.__drizzle_migrations (hash, created_at) values ('x', 9999999999999)",
    "create role y superuser",
    "alter role carillon_product superuser",
    `set role ${(await owner`select current_user as name`)[0]!.name}`,
    "create extension postgres_fdw",
    "alter system set archive_command = 'true'",
    "select pg_reload_conf()",
  ])
    expect(await refusedBy(product, statement), statement).toBe(NO_RIGHT);
  // The trigger is not all that keeps the log.
  expect(
    await product`select has_table_privilege('audit_log', 'update') or has_table_privilege('audit_log', 'delete') as may`,
  ).toEqual([{ may: false }]);
  // What it may.
  for (const statement of [
    "insert into tags (id, name) values (gen_random_uuid(), 'vip')",
    "update tags set name = 'more'",
    "delete from tags",
    "select count(*) from audit_log",
    "select max(created_at) from drizzle.__drizzle_migrations",
    "select nextval(pg_get_serial_sequence('recipients', 'no'))",
  ])
    expect(await refusedBy(product, statement), statement).toBe("done");
});

test("an erasure takes one number out of the audit log, says who asked, and changes nothing else of it", async () => {
  const { owner, product } = await opened();
  await product`insert into audit_log (actor, action, subject_type, subject_id, after) values
    ('x', 'recipient.created', 'recipient', '+79001234567', '{"phone": "+79001234567", "tags": ["VIP"]}'),
    ('x', 'recipients.exported', 'recipients', 'all', '{"q": "8 (900) 123-45-67", "tag": "VIP"}'),
    ('x', 'recipient.created', 'recipient', '+79001234568', '{"phone": "+79001234568"}'),
    ('x', 'dispatch.created', 'dispatch', 'd', '{"no": 179001234567, "more": "+49 7900 12345670"}')`;
  const before = await owner`select * from audit_log order by no`;
  const scrub = (phone: string, national: string) =>
    product`select scrub_audit_log(${phone}, ${national}, '00000000-0000-4000-8000-000000000001', 'admin', '192.0.2.1', 'r')`;
  // It takes whole numbers alone: no pattern, and no beginning.
  for (const [phone, national] of [
    ["+79001234567", "."],
    ["+79001234567", "4567"],
    ["+79001234567", "900123456"],
    [".*", "900123"],
  ])
    await expect(scrub(phone!, national!)).rejects.toThrow("no phone number");
  await scrub("+79001234567", "9001234567");
  const after = await owner`select * from audit_log order by no`;
  expect(after.slice(2, 4)).toEqual(before.slice(2));
  expect(after.slice(0, 2)).toEqual([
    { ...before[0], subject_id: "00000000-0000-4000-8000-000000000001", after: null },
    { ...before[1], after: { q: "…", tag: "VIP" } },
  ]);
  expect(after.slice(4)).toMatchObject([
    {
      actor: "admin",
      action: "recipient.erased",
      subject_id: "00000000-0000-4000-8000-000000000001",
      address: "192.0.2.1",
      request_id: "r",
    },
  ]);
  // Append-only again, in the same transaction too, and for the owner as well.
  const late = owner.begin(async (tx) => {
    await tx`select scrub_audit_log('+79001234567', '9001234567', '00000000-0000-4000-8000-000000000002', 'admin', null, null)`;
    await tx`update audit_log set actor = 'y'`;
  });
  await expect(late).rejects.toThrow("append-only");
});

test("a schema of the product's stands for nothing of the owner's, who migrates", async () => {
  const { owner, product, ownerUrl, open } = await opened();
  const [{ name } = { name: "" }] = await owner<{ name: string }[]>`select current_user as name`;
  // A schema that is named after the owner comes first by itself.
  await product.unsafe(`
    create schema "${name}";
    create table "${name}".tags (id uuid, name text);
    create function "${name}".escalate() returns trigger language plpgsql as 'begin alter role carillon_product superuser; return new; end';
    create trigger escalate before insert on "${name}".tags for each row execute function "${name}".escalate()`);
  await migrateDatabase(ownerUrl);
  await open();
  const again = postgres(ownerUrl, { max: 1 });
  await again`insert into tags (id, name) values (gen_random_uuid(), 'vip')`.finally(() => again.end());
  expect(await product`select name from public.tags`).toEqual([{ name: "vip" }]);
  expect(await owner`select rolsuper from pg_roles where rolname = 'carillon_product'`).toEqual([
    { rolsuper: false },
  ]);
});

test("a folder of a version with one role is moved over, and the engine goes on with what it had", async () => {
  const { product, productUrl, open } = await opened(async (ownerUrl) => {
    await (await engineAt(ownerUrl)).stop();
    const sql = postgres(ownerUrl, { max: 1 });
    await sql`insert into engine.runs (id, function_id, event) values ('run', 'f', '{}')`;
    await sql.end();
  });
  await (await engineAt(productUrl)).stop();
  expect(await product`select id from engine.runs`).toEqual([{ id: "run" }]);
  const owners = await product`
    select distinct pg_get_userbyid(owner) as owner from (
      select relowner as owner, relnamespace as schema from pg_class union all select proowner, pronamespace from pg_proc
      union all select typowner, typnamespace from pg_type union all select nspowner, oid from pg_namespace
    ) o where schema in ('engine'::regnamespace, 'graphile_worker'::regnamespace)`;
  expect(owners).toEqual([{ owner: "carillon_product" }]);
  // Each start does it again, and the password stays.
  expect(await open()).toBe(productUrl);
});

test("on an empty folder the engine makes its schemas as the product", async () => {
  const { product, productUrl } = await opened();
  await (await engineAt(productUrl)).stop();
  expect(await product`select count(*)::int as runs from engine.runs`).toEqual([{ runs: 0 }]);
});

test("the two roles that docs/deploy.md has an operator make are enough to migrate, to run the engine, and for no more", async () => {
  const manual = await readFile(join(import.meta.dirname, "..", "docs", "deploy.md"), "utf8");
  const chapter = manual.slice(manual.indexOf("## Two roles in your own Postgres"));
  const name = `doc_${randomBytes(6).toString("hex")}`;
  const [first, second] = [...chapter.matchAll(/```sql\n([\s\S]+?)```/g)].map(([, sql]) =>
    sql!.replace(/\bcarillon(?=\b|_)/g, name),
  );
  const [asSuperuser, inDatabase] = first!.split(/^\\connect .*\n/m);
  const server = new URL(inject("postgresUrl"));
  const at = (path: string, user?: string, password?: string) => {
    const url = new URL(server);
    url.pathname = `/${path}`;
    if (user !== undefined) Object.assign(url, { username: user, password });
    const sql = postgres(url.href, { max: 1, onnotice: () => {} });
    return { url: url.href, sql };
  };
  const root = at("postgres");
  onTestFinished(async () => {
    await root.sql.unsafe(`drop database if exists ${name} with (force)`);
    for (const role of [`${name}_owner`, name]) await root.sql.unsafe(`drop role if exists ${role}`);
    await root.sql.end();
  });
  // One by one: a database is made outside of any transaction.
  for (const statement of asSuperuser!.split(";").filter((text) => text.trim() !== ""))
    await root.sql.unsafe(statement);
  const inside = at(name);
  await inside.sql.unsafe(inDatabase!);
  const owner = at(name, `${name}_owner`, "one");
  const product = at(name, name, "another");
  await migrateDatabase(owner.url);
  await inside.sql.unsafe(second!);
  await (await engineAt(product.url)).stop();
  await product.sql`insert into audit_log (actor, action, subject_type, subject_id) values ('x', 'x', 'x', 'x')`;
  await product.sql`insert into tags (id, name) values (gen_random_uuid(), 'vip')`;
  await product.sql`select max(created_at) from drizzle.__drizzle_migrations`;
  for (const statement of [
    "alter table audit_log disable trigger all",
    "delete from audit_log",
    "select * from erasure_keys",
    "drop table messages",
    "create table public.x (y int)",
    "copy (select 1) to program 'true'",
    "set session_replication_role = replica",
    "insert into drizzle.__drizzle_migrations (hash, created_at) values ('x', 1)",
  ])
    expect(await refusedBy(product.sql, statement), statement).toBe(NO_RIGHT);
  await Promise.all([inside, owner, product].map(({ sql }) => sql.end()));
});
