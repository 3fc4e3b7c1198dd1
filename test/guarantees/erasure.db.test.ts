import { createHmac } from "node:crypto";
import { afterEach, beforeEach, expect, test } from "vitest";
import { holdForErasure, placesOfPeople, scrubPerson, tablesWithoutPeople } from "@/db/audience/erase";
import { suppress } from "@/db/audience/suppressions";
import { type Tx, transaction } from "@/db/client";
import { importStartQuerySchema } from "@/lib/contract/audience/import";
import { ConflictError, NotFoundError } from "@/lib/domain/errors";
import { deleteRecipient } from "@/lib/services/audience/delete-recipient";
import { eraseRecipient } from "@/lib/services/audience/erase-recipient";
import { getRecipient } from "@/lib/services/audience/get-recipient";
import { applyImport } from "@/lib/services/audience/import/apply-import";
import { awaitImport } from "@/lib/services/audience/import/get-import";
import { startImport } from "@/lib/services/audience/import/start-import";
import { undoImport } from "@/lib/services/audience/import/undo-import";
import { putRecipient } from "@/lib/services/audience/put-recipient";
import { setOptOut } from "@/lib/services/audience/set-opt-out";
import { deleteSuppression } from "@/lib/services/audience/suppress-phone";
import { takeInbound } from "@/lib/services/audience/take-inbound";
import type { Context } from "@/lib/services/context";
import { retryFailed } from "@/lib/services/dispatches/retry-failed";
import { expectCountersExact, expectNobodyTwice } from "@/test/support/sending-oracle";
import { type DispatchRef, World } from "@/test/support/world";

const PHONE = "+79001234567";

let world: World;
let web: Context;
let operator = 0;
beforeEach(async () => {
  world = await World.open();
  web = world.web();
  operator = await world.addOperator(null);
  await world.sql`update operators set prefixes = '{79}'`;
});
afterEach(async () => {
  await expectCountersExact(world.sql);
  await expectNobodyTwice(world);
  await world.close();
});

const put = (phone = PHONE) => putRecipient(web, phone, {});
const stop = (id: string, text = "STOP") =>
  takeInbound(web, "test", [{ id, from: PHONE, to: "1000", text, at: null }]);
async function importFile(text: string, options: Record<string, unknown> = {}) {
  async function* bytes() {
    yield Buffer.from(text);
  }
  const query = { ...importStartQuerySchema.parse({}), ...options };
  return awaitImport(web, (await startImport(web, bytes(), query, "RU")).id);
}
const recipients = () =>
  world.sql<{ no: string; phone: string; out: boolean; deleted: boolean }[]>`
    select no, phone, opted_out_at is not null as out, deleted_at is not null as deleted from recipients order by no`;

/** Does `work` while somebody is being erased, and the erasure after it has begun to wait. */
async function meanwhile<T>(work: () => Promise<T>): Promise<T> {
  let done: Promise<T> | undefined;
  await transaction(world.sql, async (tx) => {
    const held = await holdForErasure(tx, PHONE);
    done = work();
    await waiting(tx);
    await scrubPerson(tx, held!.no, {
      id: crypto.randomUUID(),
      phone: PHONE,
      actor: "test",
      address: null,
      requestId: null,
    });
  });
  return done!;
}

/** Resolves when some statement waits for a lock. */
const waiting = (sql: Tx | World["sql"]) =>
  world.until(async () => {
    const [row] = await sql<{ n: number }[]>`
      select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    return row!.n > 0;
  });

/** Where the number stands, however it is written: `table.column`, of all tables. */
async function placesOf(phone: string): Promise<string[]> {
  const columns = await world.sql<{ schema: string; table: string; column: string; type: string }[]>`
    select c.table_schema as schema, c.table_name as table, c.column_name as column, c.data_type as type
    from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
    where c.table_schema not in ('pg_catalog', 'information_schema') and t.table_type = 'BASE TABLE'
    order by c.table_name, c.ordinal_position`;
  const found: string[] = [];
  for (const { schema, table, column, type } of columns) {
    const text = world.sql.unsafe(type === "bytea" ? `encode("${column}", 'escape')` : `"${column}"::text`);
    const rows = await world.sql`
      select from ${world.sql(schema)}.${world.sql(table)}
      where ${text} ~ phone_pattern(${phone}, ${phone.slice(2)}) limit 1`;
    if (rows.length > 0) found.push(`${table}.${column}`);
  }
  return found.sort();
}

/** A number and a name in every column that may hold one. */
async function fillEveryPlace(): Promise<void> {
  const { sql } = world;
  await putRecipient(web, PHONE, { attributes: { note: "Anna, 8 (900) 123-45-67" } });
  const dispatch = await world.addDispatch({ text: `Anna ${PHONE}` });
  await world.run(world.process(), dispatch);
  await sql`update dispatches set recipient_no = (select no from recipients), personal = true`;
  await sql`insert into message_texts (message_id, text, segments) select id, ${`Anna ${PHONE}`}, 1 from messages`;
  await sql`insert into webhooks (id, url, events, secret, created_by)
    values (gen_random_uuid(), 'https://example.com/', '{recipient.opted_out,message.received}', 'whsec_x', 'test')`;
  await stop("1");
  await sql`update inbound_messages set sent_to = ${PHONE}, body = 'Anna: 8 900 123 45 67'`;
  const [{ no } = { no: "" }] = await sql<{ no: string }[]>`
    update recipients set timezone = ${PHONE} where phone = ${PHONE} returning no`;
  await sql`
    insert into imports (id, status, actor, file_name, found)
    values (gen_random_uuid(), 'completed', 'test', '79001234567.csv', ${sql.json({
      header: ["Anna", PHONE],
      bytes: 79001234567,
      candidates: [{ encoding: "cp866", samples: ["Anna"] }],
    })})`;
  await sql`
    insert into import_rows (import_no, line, phone, attributes, tags, before, recipient_no, outcome)
    select no, 1, ${PHONE}, ${sql.json({ name: "Anna", tel: PHONE })}, ${[PHONE]}, ${sql.json({ tel: "8-900-123-45-67" })}, ${no}::bigint, 'updated' from imports`;
  const problem = sql.json([{ code: "phone", column: "phone", value: "8 900 123-45-67" }]);
  await sql`
    insert into import_rows (import_no, line, problem, warnings, cells)
    select no, 2, ${problem}, ${problem}, ${["Anna", "8 900 123-45-67"]} from imports`;
  await sql`insert into import_errors (import_no, line, code, cells) select no, 3, 'phone', ${["Anna", PHONE]} from imports`;
  await putRecipient(web, PHONE, { attributes: { note: "Anna, +7 900 123-45-67" } });
  await sql`insert into audit_log (actor, action, subject_type, subject_id, after)
    values ('test', 'dispatch.test', 'dispatch', 'x', ${sql.json({ phone: PHONE, message_text: "Anna" })})`;
}

test("After an erasure the number and the name stand in no column of any table", async () => {
  await fillEveryPlace();
  // Each place that the code names is filled, so the walk would find it there.
  const listed = Object.entries(placesOfPeople).flatMap(([table, columns]) =>
    columns.map((column) => `${table}.${column}`),
  );
  expect(await placesOf(PHONE)).toEqual(listed.sort());
  await eraseRecipient(web, PHONE);
  expect(await placesOf(PHONE)).toEqual([]);
  const tables = [...Object.keys(placesOfPeople), ...tablesWithoutPeople];
  for (const table of tables) {
    const rows = await world.sql<{ text: string }[]>`
      select t::text as text from ${world.sql(table)} t where t::text like '%Anna%'`;
    expect(rows, table).toEqual([]);
  }
  const entries = await world.sql<{ action: string; subject: string }[]>`
    select action, subject_id as subject from audit_log where subject_type = 'recipient' order by no`;
  const [{ id } = { id: "" }] = await world.sql<
    { id: string }[]
  >`select id from erasures where done_at is not null`;
  // What was done stays, under a name that says nothing.
  expect(entries).toEqual(
    ["created", "opted_out", "updated", "erased"].map((verb) => ({
      action: `recipient.${verb}`,
      subject: id,
    })),
  );
});

test("Every table either is named among those that know people, or says that it knows none", async () => {
  const tables = await world.sql<{ name: string }[]>`
    select table_name as name from information_schema.tables
    where table_schema = 'public' and table_type = 'BASE TABLE' and table_name not like 'test\\_%'`;
  const named = [...Object.keys(placesOfPeople), ...tablesWithoutPeople].sort();
  expect(tables.map(({ name }) => name).sort()).toEqual(named);
});

test("Who comes again is somebody new, who is opted out for the same reasons as before", async () => {
  const first = await put();
  await setOptOut(web, PHONE, true);
  await stop("1");
  await eraseRecipient(web, PHONE);
  await expect(getRecipient(web, PHONE)).rejects.toBeInstanceOf(NotFoundError);
  await expect(eraseRecipient(web, PHONE)).rejects.toBeInstanceOf(NotFoundError);
  const kept = await world.sql<{ hash: Buffer; reason: string }[]>`
    select hash, reason from erased_suppressions order by reason`;
  expect(kept.map(({ reason }) => reason)).toEqual(["asked", "replied_stop"]);
  const [pads] = await world.sql<{ inner: Buffer }[]>`select inner_pad as inner from erasure_keys`;
  const key = pads!.inner.map((byte) => byte ^ 0x36);
  expect(kept[0]!.hash).toEqual(createHmac("sha256", key).update(PHONE).digest());

  await put("+79007654321");
  expect((await getRecipient(web, "+79007654321")).optedOutAt).toBeNull();
  const { recipient, created } = await put();
  expect([created, recipient.no > first.recipient.no]).toEqual([true, true]);
  expect(recipient.optedOutAt).not.toBeNull();
  const reasons = await world.sql<{ reason: string }[]>`select reason from suppressions order by reason`;
  expect(reasons.map(({ reason }) => reason)).toEqual(["asked", "replied_stop"]);
  expect(await world.sql`select from erased_suppressions`).toHaveLength(0);
  // And once more, by a file.
  await eraseRecipient(web, PHONE);
  await importFile(`phone\n${PHONE}\n+79005554433\n`);
  expect((await recipients()).filter(({ phone }) => phone.startsWith("+")).map(({ out }) => out)).toEqual([
    false,
    true,
    false,
  ]);
  await setOptOut(web, PHONE, false);
  expect((await getRecipient(web, PHONE)).optedOutAt).toBeNull();
});

test("Who had not opted out comes again as anybody does, and START takes back what STOP did before", async () => {
  await put();
  await eraseRecipient(web, PHONE);
  expect((await put()).recipient.optedOutAt).toBeNull();
  await stop("1");
  await eraseRecipient(web, PHONE);
  await stop("2", "START");
  expect((await put()).recipient.optedOutAt).toBeNull();
  await setOptOut(web, PHONE, true);
  await eraseRecipient(web, PHONE);
  await deleteSuppression(web, PHONE);
  expect((await put()).recipient.optedOutAt).toBeNull();
});

test("Who was deleted, or only answered, is erased too; of whom nothing is known is not found", async () => {
  await put();
  await deleteRecipient(web, PHONE);
  await eraseRecipient(web, PHONE);
  await stop("1", "hello");
  await eraseRecipient(web, PHONE);
  expect(await placesOf(PHONE)).toEqual([]);
  await expect(eraseRecipient(web, PHONE)).rejects.toBeInstanceOf(NotFoundError);
  // A gateway that tells of a message once more tells nothing new.
  await stop("1", "hello");
  expect(await placesOf(PHONE)).toEqual([]);
});

test("Nobody is erased while a file is read that may name them", async () => {
  await put();
  await world.sql`insert into imports (id, status, stage, actor) values (gen_random_uuid(), 'running', 'reading', 'test')`;
  await expect(eraseRecipient(web, PHONE)).rejects.toBeInstanceOf(ConflictError);
  await world.sql`update imports set stage = 'applying'`;
  await eraseRecipient(web, PHONE);
});

test("What a file said of somebody is not applied after their erasure, nor undone", async () => {
  const applied = await importFile(`phone\n${PHONE}\n`);
  const reviewed = await importFile(`phone,city\n${PHONE},Kazan\n+79005554433,Kazan\n`, { dry_run: true });
  await eraseRecipient(web, PHONE);
  await applyImport(web, reviewed.id);
  await awaitImport(web, reviewed.id);
  await undoImport(web, applied.id);
  await awaitImport(web, applied.id);
  expect(await placesOf(PHONE)).toEqual([]);
  expect((await recipients()).map(({ phone, deleted }) => [phone.slice(0, 1), deleted])).toEqual([
    ["#", true],
    ["+", false],
  ]);
});

test("An import that waits for an erasure makes somebody new, and revives nobody", async () => {
  await put();
  await setOptOut(web, PHONE, true);
  const reviewed = await importFile(`phone,city\n${PHONE},Kazan\n`, { dry_run: true });
  // Its rows are of before.
  await meanwhile(async () => {
    await applyImport(web, reviewed.id);
    await awaitImport(web, reviewed.id);
  });
  expect(await placesOf(PHONE)).toEqual([]);
  await importFile(`phone,city\n${PHONE},Kazan\n`);
  expect((await recipients()).map(({ phone, out, deleted }) => [phone.slice(0, 1), out, deleted])).toEqual([
    ["#", true, true],
    ["+", true, false],
  ]);
});

test("A PUT that waits for an erasure makes somebody new, who is suppressed", async () => {
  await put();
  await setOptOut(web, PHONE, true);
  const { created, recipient } = await meanwhile(() => put());
  expect([created, recipient.optedOutAt === null]).toEqual([true, false]);
});

test("A STOP that waits for an erasure counts, and so does one that it waits for", async () => {
  await put();
  await meanwhile(() => stop("1"));
  expect((await put()).recipient.optedOutAt).not.toBeNull();
  await eraseRecipient(web, PHONE);
  expect((await put()).recipient.optedOutAt).not.toBeNull();
});

const erased = () => expect(placesOf(PHONE)).resolves.toEqual([]);

/** Somebody among others in a dispatch whose messages are on their way. */
async function onTheWay(happens: () => Promise<unknown>): Promise<DispatchRef> {
  await put();
  await world.addRecipients(operator, 20);
  const process = world.process();
  const dispatch = await world.addDispatch();
  const lanes = await world.openIt(process, dispatch);
  let count = 0;
  world.gateway.heldUpMs = () => {
    count++;
    return 5_000;
  };
  const running = world.runLane(process, lanes[0]!.lane);
  await world.until(() => count === 21);
  await happens();
  await running;
  await process.quiet();
  await world.runAnnounced(process);
  return dispatch;
}

test("Whose message is on its way when they are erased is not written to any more, and everybody else is", async () => {
  const dispatch = await onTheWay(async () => {
    await eraseRecipient(web, PHONE);
    // Of a dispatch that goes on the number stays in the message.
    expect(await placesOf(PHONE)).toEqual(["messages.phone"]);
  });
  expect(await world.tally(dispatch)).toEqual({ sent: 20, skipped: 1 });
  expect(world.gateway.log.map(({ phone }) => phone)).not.toContain(PHONE);
  expect(await world.statusOf(dispatch)).toBe("completed");
  await world.sweep(world.process());
  await erased();
  expect(await world.sql`select from erasures where done_at is null`).toHaveLength(0);
});

test("An erasure that is begun before a claim and committed after it bites, too", async () => {
  await put();
  let commit = () => {};
  const mayCommit = new Promise<void>((resolve) => {
    commit = resolve;
  });
  const erasing = transaction(world.sql, async (tx) => {
    const { no } = (await holdForErasure(tx, PHONE))!;
    await mayCommit;
    await scrubPerson(tx, no, {
      id: crypto.randomUUID(),
      phone: PHONE,
      actor: "x",
      address: null,
      requestId: null,
    });
  });
  await world.addRecipients(operator, 20);
  const process = world.process();
  const dispatch = await world.addDispatch();
  const lanes = await world.openIt(process, dispatch);
  let count = 0;
  world.gateway.heldUpMs = () => {
    count++;
    return 5_000;
  };
  const running = world.runLane(process, lanes[0]!.lane);
  await world.until(() => count === 21);
  // Somebody later opts out first: the newest suppression alone would not tell.
  await transaction(world.sql, (tx) => suppress(tx, ["+79990000000"], "asked", "test"));
  commit();
  await erasing;
  await running;
  await process.quiet();
  await world.runAnnounced(process);
  expect(await world.tally(dispatch)).toEqual({ sent: 20, skipped: 1 });
  expect(world.gateway.log.map(({ phone }) => phone)).not.toContain(PHONE);
});

test("Who waits for another try when they are erased gets none, and retry-failed writes to them no more", async () => {
  await put();
  await world.addRecipients(operator, 3);
  const process = world.process();
  world.gateway.respond = ({ phone }, nth) =>
    phone === PHONE && nth === 1
      ? { kind: "deferred", code: "http_503", retryAfterMs: 60_000 }
      : { kind: "accepted" };
  const deferred = await world.addDispatch();
  const lanes = await world.openIt(process, deferred);
  const running = world.runLane(process, lanes[0]!.lane, 200);
  await world.until(() => world.gateway.log.length === 4);
  await process.quiet();
  await eraseRecipient(web, PHONE);
  await running;
  await world.runAnnounced(process);
  expect(await world.tally(deferred)).toEqual({ sent: 3, skipped: 1 });

  await put();
  world.gateway.respond = () => ({ kind: "rejected", code: "twilio_30001" });
  const failed = await world.addDispatch();
  await world.run(process, failed);
  await eraseRecipient(web, PHONE);
  world.gateway.respond = () => ({ kind: "accepted" });
  const writtenBefore = world.gateway.log.length;
  await retryFailed({ ...process.ctx, db: web.db }, failed.id);
  await world.runAnnounced(process);
  expect(await world.tally(failed)).toEqual({ sent: 3, skipped: 1 });
  expect(world.gateway.log).toHaveLength(writtenBefore + 3);
  await world.sweep(process);
  await erased();
});

test("Who comes again while a dispatch runs is not written to twice, nor counted", async () => {
  const [before, after] = [await put(), await world.addRecipients(operator, 5)];
  expect(after).toHaveLength(5);
  const process = world.process();
  const dispatch = await world.addDispatch();
  const lanes = await world.openIt(process, dispatch);
  await world.runLane(process, lanes[0]!.lane);
  await world.gateway.until(6);
  await process.quiet();
  await eraseRecipient(web, PHONE);
  expect((await put()).recipient.no).toBeGreaterThan(before.recipient.no);
  await world.runAnnounced(process);
  expect(world.gateway.log.filter(({ phone }) => phone === PHONE)).toHaveLength(1);
  expect(await world.tally(dispatch)).toEqual({ sent: 6 });
});

test("Whom the operator refuses after their erasure stays suppressed when they come again", async () => {
  await put();
  const process = world.process();
  let answer = (_: { kind: "rejected"; code: string }) => {};
  world.gateway.respond = () =>
    new Promise((resolve) => {
      answer = resolve;
    });
  const dispatch = await world.addDispatch();
  const lanes = await world.openIt(process, dispatch);
  const running = world.runLane(process, lanes[0]!.lane);
  await world.gateway.until(1);
  await eraseRecipient(web, PHONE);
  answer({ kind: "rejected", code: "twilio_21610" });
  await running;
  await process.quiet();
  await world.runAnnounced(process);
  expect(await world.tally(dispatch)).toEqual({ failed: 1 });
  await world.sweep(process);
  await erased();
  expect((await put()).recipient.optedOutAt).not.toBeNull();
});
