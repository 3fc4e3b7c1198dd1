import { readMigrationFiles } from "drizzle-orm/migrator";
import postgres from "postgres";
import { expect, onTestFinished, test } from "vitest";
import type { Sql } from "@/db/client";
import { migrateDatabase } from "@/db/migrate";
import { findNeglectedDeliveries } from "@/db/webhooks/webhooks";
import type { Outcome } from "@/lib/gateways/gateway";
import { presentDispatch } from "@/lib/http/present/dispatch";
import { identify } from "@/lib/services/access/identify";
import { ADDRESS_HEADER, openSessions } from "@/lib/services/access/open-sessions";
import { createDispatch } from "@/lib/services/dispatches/create-dispatch";
import { openDispatch } from "@/lib/services/dispatches/open-dispatch";
import { resumeDispatch } from "@/lib/services/dispatches/resume-dispatch";
import { deliverWebhook } from "@/lib/services/webhooks/deliver-webhook";
import { type KeptInstallation, keptVersions, loadInstallation } from "@/test/fixtures/load-upgrade";
import { cloneDatabase } from "@/test/support/database";
import { MIGRATIONS } from "@/test/support/migrations";
import { expectCountersExact, expectNobodyTwice } from "@/test/support/sending-oracle";
import { type HandOver, type Process, World } from "@/test/support/world";

/**
 * The versions, by their last migrations, of which an installation in the middle of its work is
 * kept.
 */
const versions = keptVersions();

let kept: KeptInstallation;
let world: World;

/**
 * The installation as it was kept, upgraded.
 *
 * @param before what else happens in the version before
 */
async function upgrade(version: string, before?: (sql: Sql) => Promise<unknown>): Promise<void> {
  kept = await loadInstallation(version);
  if (before) {
    const sql = postgres(kept.url, { max: 1, onnotice: () => {} }) as Sql;
    await before(sql);
    await sql.end();
  }
  await migrateDatabase(kept.url);
  world = await World.open(kept);
  onTestFinished(() => world.close());
}

/** Everything that a schema consists of. */
async function describeSchema(sql: Sql): Promise<unknown> {
  const inPublic = sql`'public'::regnamespace`;
  return {
    columns: await sql`
      select table_name, column_name, udt_name, column_default, is_nullable, is_identity, datetime_precision
      from information_schema.columns where table_schema = 'public' order by 1, 2`,
    tables:
      await sql`select relname, relkind, reloptions from pg_class where relnamespace = ${inPublic} and relkind in ('r', 'S') order by 1`,
    indexes:
      await sql`select indexdef, indisvalid from pg_indexes join pg_index on indexrelid = format('public.%I', indexname)::regclass where schemaname = 'public' order by 1`,
    constraints:
      await sql`select conrelid::regclass::text as table, conname, pg_get_constraintdef(oid) as is from pg_constraint where connamespace = ${inPublic} order by 1, 2`,
    functions:
      await sql`select proname, pg_get_functiondef(oid) as is from pg_proc where pronamespace = ${inPublic} order by 1`,
    triggers:
      await sql`select pg_get_triggerdef(oid) as is from pg_trigger where not tgisinternal order by 1`,
  };
}

test.each(versions)(
  "A database upgraded from %s is like a new one, and no migration that was out has been changed since",
  async (version) => {
    const [upgraded, fresh] = [await loadInstallation(version), await cloneDatabase()];
    const sql = postgres(upgraded.url, { max: 1, onnotice: () => {} }) as Sql;
    const freshSql = postgres(fresh.url, { max: 1, onnotice: () => {} }) as Sql;
    const noted = (of: Sql) =>
      of<
        { hash: string; at: string }[]
      >`select hash, created_at as at from drizzle.__drizzle_migrations order by created_at`;
    try {
      const out = await noted(sql);
      const now = readMigrationFiles({ migrationsFolder: MIGRATIONS }).map(({ hash, folderMillis }) => ({
        hash,
        at: String(folderMillis),
      }));
      expect([...out]).toEqual(now.slice(0, out.length));
      await migrateDatabase(upgraded.url);
      expect(await noted(sql)).toEqual(await noted(freshSql));
      expect(await describeSchema(sql)).toEqual(await describeSchema(freshSql));
    } finally {
      await Promise.all([sql.end(), freshSql.end()]);
      await Promise.all([upgraded.drop(), fresh.drop()]);
    }
  },
);

/**
 * What the gateway was handed before the upgrade, as if this world had seen it: so its oracle
 * judges both together.
 */
async function recallHandOvers(): Promise<void> {
  const phones = new Map(
    (await world.sql<{ id: string; phone: string }[]>`select id::text, phone from messages`).map((row) => [
      row.id,
      row.phone,
    ]),
  );
  for (const [kind, ids] of Object.entries(kept.handedOver)) {
    const outcome = kind === "unanswered" ? {} : { outcome: { kind, code: "before" } as Outcome };
    for (const id of ids) {
      const phone = phones.get(id);
      // Those of one dispatch were deleted for their age.
      if (phone)
        world.gateway.log.push({
          id,
          phone,
          text: "",
          dispatchNo: 0,
          recipientNo: 0,
          atMs: 0,
          ...outcome,
        } as HandOver);
    }
  }
}

const statuses = async () => {
  const rows = await world.sql<
    { text: string; status: string }[]
  >`select message_text as text, status from dispatches order by no`;
  return rows.map(({ text, status }) => `${text} ${status}`);
};

async function tallyOf(text: string): Promise<Record<string, number>> {
  const rows = await world.sql<{ status: string; n: number }[]>`
    select m.status, count(*)::int as n from messages m join dispatches d on d.no = m.id >> 32 where d.message_text = ${text} group by 1`;
  return Object.fromEntries(rows.map(({ status, n }) => [status, n]));
}

/**
 * As a worker goes on: sweeps, opens what is due and takes the turns that are asked for, a minute
 * after the other.
 */
async function goOn(process: Process, isOver: () => Promise<boolean>): Promise<void> {
  while (!(await isOver())) {
    await world.sweep(process, {
      onDispatch: async (id, version) => {
        const opened = await openDispatch(process.ctx, id, version);
        if (opened.kind === "open")
          await Promise.all(opened.lanes.map(({ lane }) => world.runLane(process, lane)));
      },
    });
    await world.jump(60_000, { atRest: true });
  }
}

test.each(versions)(
  "After an upgrade from %s a running dispatch goes on, a paused one can be resumed, scheduled ones open, and nobody gets anything twice",
  async (version) => {
    await upgrade(version);
    expect(await statuses()).toEqual([
      ...[
        "plain completed",
        "mixed completed",
        "plain completed",
        "slow expired",
        "slow cancelled",
        "never cancelled",
      ],
      ...["later scheduled", "due scheduled", "paused paused", "running running"],
    ]);
    await recallHandOvers();
    await expectCountersExact(world.sql);
    const before = {
      running: await tallyOf("running"),
      paused: await tallyOf("paused"),
      mixed: await tallyOf("mixed"),
      slow: await tallyOf("slow"),
    };
    const [{ started }] = (await world.sql`
    select count(*)::int as started from messages m join chunks c on c.no = m.chunk_no where c.state = 'started' and m.status = 'sending'`) as unknown as [
      { started: number },
    ];
    expect(started).toBeGreaterThan(0);

    const process = world.process();
    const [paused] = await world.sql<{ id: string }[]>`select id from dispatches where status = 'paused'`;
    await goOn(process, async () => (await statuses()).includes("running completed"));
    expect(await statuses()).toContain("paused paused");
    expect(await tallyOf("paused")).toEqual(before.paused);
    await resumeDispatch(process.ctx, paused!.id);
    await goOn(process, async () =>
      (await statuses()).every((text) => !/scheduled|running$|paused$/.test(text)),
    );
    await process.quiet();

    // Two of the 92 have left; what was being handed over when the version before was stopped is
    // unknown, and everybody else was reached.
    const all = 90;
    const { failed, unknown } = before.running as { failed: number; unknown: number };
    expect(await tallyOf("running")).toEqual({
      failed,
      unknown: unknown + started,
      sent: all - failed - unknown - started,
    });
    const refused = before.paused as { failed: number; unknown: number };
    expect(await tallyOf("paused")).toEqual({
      failed: refused.failed,
      unknown: refused.unknown,
      sent: all - refused.failed - refused.unknown,
    });
    expect([await tallyOf("due"), await tallyOf("later")]).toEqual([{ sent: all }, { sent: all }]);
    expect([await tallyOf("mixed"), await tallyOf("slow")]).toEqual([before.mixed, before.slow]);
    await expectNobodyTwice(world);
    await expectCountersExact(world.sql);
  },
);

test.each(versions)(
  "After an upgrade from %s keys, passwords and idempotency keys hold, and webhooks are told what they were not told before",
  async (version) => {
    await upgrade(version);
    const { ctx } = world.process();
    const asKey = await identify(ctx, { bearer: kept.key, session: async () => null });
    expect(asKey.actor).toMatchObject({
      kind: "key",
      name: expect.stringMatching(/^key shop /),
      dailyRecipientsMax: 1_000_000,
    });
    const sessions = openSessions(ctx.db, {
      secret: "a secret of more than 32 characters",
      publicUrl: "http://127.0.0.1:3000",
    });
    const from = new Headers({ [ADDRESS_HEADER]: "192.0.2.9" });
    expect(
      (await sessions.signIn({ email: "anna@example.com", password: kept.password }, from)).getSetCookie(),
    ).not.toEqual([]);

    const [made] = await world.sql<{ id: string; start: string; end: string }[]>`
    select id, start_input as start, end_input as end from dispatches where message_text = 'due'`;
    const body = {
      timezone: "UTC",
      start_datetime: made!.start,
      end_datetime: made!.end,
      message_text: "due",
    };
    const answered = await createDispatch(asKey, body, "order 4712", (dispatch) =>
      presentDispatch(dispatch, "en"),
    );
    expect(answered.id).toBe(made!.id);
    const [kept4712] = await world.sql<
      { answer: string }[]
    >`select answer from idempotency_keys where key = 'order 4712'`;
    expect(JSON.stringify(answered)).toBe(kept4712!.answer);

    const pending = () => world.sql<{ id: string; secret: string }[]>`
    select d.id, w.secret from webhook_deliveries d join webhooks w on w.no = d.webhook_no where d.status = 'pending' order by d.no`;
    const owed = await pending();
    expect(owed.length).toBeGreaterThan(5);
    const posted: string[] = [];
    await world.jump(120_000, { atRest: true });
    for (const { id } of await findNeglectedDeliveries(world.sql)) {
      await deliverWebhook(ctx, id, async ({ headers }) => {
        posted.push(headers["webhook-id"]!);
        return { kind: "answered", status: 204 };
      });
    }
    expect(posted.sort()).toEqual(owed.map(({ id }) => id).sort());
    expect(await pending()).toEqual([]);
  },
);

test.each(versions)(
  "After an upgrade from %s what was begun or scheduled before with braces in its text goes out as it stands",
  async (version) => {
    const literal = "{{name}}, {{name|you}} or \\{{";
    await upgrade(
      version,
      (sql) => sql`
        update dispatches set message_text = ${literal}
        where status in ('scheduled', 'running') and message_text <> 'later'`,
    );
    await world.sql`update recipients set attributes = '{"name": "Anna"}'`;
    const process = world.process();
    await goOn(process, async () => {
      const [row] = await world.sql<{ left: number }[]>`
        select count(*)::int as left from dispatches where message_text = ${literal} and status <> 'completed'`;
      return row!.left === 0;
    });
    await process.quiet();
    const texts = world.gateway.log.map(({ text }) => text).filter((text) => text !== "later");
    expect(texts.length).toBeGreaterThan(90);
    expect(new Set(texts)).toEqual(new Set([literal]));
    expect(await world.sql`select from message_texts`).toHaveLength(0);
  },
);
