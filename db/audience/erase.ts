import { lockBatch } from "@/db/audience/imports";
import type { Sql, Tx } from "@/db/client";
import { messageIdSql, raw } from "@/db/sql";
import { nationalDigits } from "@/lib/domain/audience/phone";

/**
 * Every column that may hold somebody's number, or what is known of them. A test fills each of them
 * and finds the number in none after an erasure; it fails for a table that is in neither list.
 */
export const placesOfPeople: Record<string, string[]> = {
  recipients: ["phone", "timezone", "attributes"],
  recipient_tags: [],
  suppressions: ["phone"],
  inbound_messages: ["phone", "sent_to", "body"],
  messages: ["phone"],
  message_texts: ["text"],
  import_rows: ["phone", "attributes", "tags", "problem", "warnings", "cells", "before"],
  import_errors: ["cells"],
  imports: ["found", "file_name"],
  // Only until the file is read, and nobody is erased meanwhile.
  import_parts: [],
  webhook_deliveries: ["payload"],
  // Of a test: its text went to one person.
  dispatches: ["message_text"],
  audit_log: ["subject_id", "before", "after"],
};

/**
 * Tables that know nobody who is written to. What users type into a text that goes to everybody is
 * theirs to change; the answers of `idempotency_keys` hold such texts, and must be word for word.
 */
export const tablesWithoutPeople = [
  "accounts",
  "acknowledgements",
  "api_keys",
  "attempts",
  // What columns of lists are called is nobody's own.
  "attribute_names",
  "audience_terms",
  "audiences",
  "chunks",
  "daily_spend",
  "dispatch_views",
  "erased_suppressions",
  "erasure_keys",
  "erasures",
  "failures",
  "health_samples",
  "idempotency_keys",
  "import_batches",
  "invitations",
  "lane_receipts",
  "lane_zones",
  "lanes",
  "number_plan",
  "number_ranges",
  "operators",
  "prepared_dispatches",
  "quiet_hours",
  "rate_limits",
  "request_limits",
  "retries",
  "sending_state",
  "sessions",
  "tag_counts",
  "tags",
  "users",
  "verifications",
  "webhooks",
  "worker_heartbeats",
];

/** What the audit log says of who erased somebody. */
export interface Erasure {
  /** It stands where the phone was. */
  id: string;
  phone: string;
  actor: string;
  address: string | null;
  requestId: string | null;
}

/**
 * Holds a number until the transaction ends: whoever would write it, opt it out or import it
 * waits, and finds that nobody has it. The lock of import batches comes first: a batch takes many
 * rows.
 * @returns the row of the number, made when there is none; undefined: a file is being read, and may
 *   name it
 */
export async function holdForErasure(
  tx: Tx,
  phone: string,
): Promise<{ no: number; isNew: boolean } | undefined> {
  // All rows of the log and of imports are looked at.
  await tx`set local statement_timeout = '10min'`;
  await lockBatch(tx);
  const [reading] = await tx`
    select from imports where status = 'running' and stage in ('receiving', 'reading') limit 1`;
  if (reading) return undefined;
  const made = await tx`
    insert into recipients (phone, operator_no, deleted_at) values (${phone}, 0, clock_now())
    on conflict (phone) do nothing returning no`;
  const [row] = await tx<{ no: number }[]>`
    select no::float8 as no from recipients where phone = ${phone} for update`;
  // Somebody erased it while this one waited.
  return row ? { no: row.no, isNew: made.length > 0 } : holdForErasure(tx, phone);
}

/**
 * Scrubs every place of {@link placesOfPeople} but messages and their texts, the recipient last.
 * @returns how many replies, rows of imports, deliveries and tests knew the number
 */
export async function scrubPerson(tx: Tx, no: number, erasure: Erasure): Promise<number> {
  const { phone } = erasure;
  const national = nationalDigits(phone);
  const [{ pattern } = { pattern: "" }] = await tx<{ pattern: string }[]>`
    select phone_pattern(${phone}, ${national}) as pattern`;
  await scrubSuppressions(tx, phone);
  const counts = [
    await scrubReplies(tx, phone, placeholder(no)),
    await scrubImports(tx, phone, pattern),
    await scrubDeliveries(tx, pattern),
    await scrubTests(tx, no),
  ];
  await tx`
    delete from message_texts x using dispatches d
    where d.personal and x.message_id = ${messageIdSql(tx, "d.no", `${no}`)}`;
  const { id, actor, address, requestId } = erasure;
  await tx`select scrub_audit_log(${phone}, ${national}, ${id}, ${actor}, ${address}, ${requestId})`;
  await tx`delete from recipient_tags where recipient_no = ${no}`;
  // Whom no claim may take any more has opted out and is deleted: since when decides to whose
  // audience they belonged, so earlier instants stay.
  await tx`
    update recipients set phone = ${placeholder(no)}, timezone = null, attributes = '{}',
      deleted_at = coalesce(deleted_at, clock_now()), opted_out_at = coalesce(opted_out_at, clock_now()),
      updated_at = clock_now()
    where no = ${no}`;
  // The last statement: who holds messages asks about them when there is a new erasure, or a late.
  await tx`insert into erasures (id, recipient_no, at) values (${id}, ${no}, clock_now())`;
  return counts.reduce((sum, count) => sum + count, 0);
}

/**
 * What stands where the phone was: unique, and no phone. Programs of 0.1.0, which read a number
 * behind its first sign, find one.
 */
const placeholder = (no: number) => `#${no}`;

/** A suppression goes on by the number's hash alone. */
async function scrubSuppressions(tx: Tx, phone: string): Promise<void> {
  await tx`
    with gone as (
      delete from suppressions where phone = ${phone.slice(1)}::bigint returning reason, at
    )

    insert into erased_suppressions (hash, reason, at)
    select erased_hash(${phone}), reason, at from gone on conflict do nothing`;
}

/** The row stays: its gateway may tell of it again. */
async function scrubReplies(tx: Tx, phone: string, instead: string): Promise<number> {
  const done = await tx`
    update inbound_messages set phone = ${instead}, sent_to = null, body = '' where phone = ${phone}`;
  return done.count;
}

/**
 * Staged rows go: what was not applied yet will not be, and what was cannot be undone. Cells of a
 * file that are shown as samples may be anybody's, and a first row that has the number is theirs.
 */
async function scrubImports(tx: Tx, phone: string, pattern: string): Promise<number> {
  const rows = await tx<{ importNo: number }[]>`
    delete from import_rows
    where phone = ${phone} or (problem is not null or warnings is not null)
      and concat_ws(' ', problem, warnings, array_to_string(cells, ' ')) ~ ${pattern}
    returning import_no as "importNo"`;
  const errors = await tx<{ importNo: number }[]>`
    delete from import_errors where array_to_string(cells, ' ') ~ ${pattern}
    returning import_no as "importNo"`;
  const nos = [...new Set([...rows, ...errors].map(({ importNo }) => importNo))];
  await tx`
    update imports set file_name = regexp_replace(file_name, ${pattern}, '…', 'g'),
      found = scrub_json(
        case when no = any(${nos}::int[]) and found ? 'candidates' then jsonb_set(found, '{candidates}',
          coalesce((
            select jsonb_agg(c || '{"samples": []}') from jsonb_array_elements(found->'candidates') c
          ), '[]'))
        else found end || coalesce((
          select jsonb_object_agg(key, (
            select jsonb_agg(case jsonb_typeof(e) when 'object' then e || '{"name": "…"}' else '"…"' end)
            from jsonb_array_elements(value) e))
          from jsonb_each(found) where key in ('header', 'firstRow', 'columns') and value::text ~ ${pattern}
        ), '{}'), ${pattern})
    where no = any(${nos}::int[]) or concat_ws(' ', found, file_name) ~ ${pattern}`;
  return rows.length + errors.length;
}

/** What was to be told of nobody else is not told any more. */
async function scrubDeliveries(tx: Tx, pattern: string): Promise<number> {
  const isTheirs = raw(tx, "type in ('recipient.opted_out', 'message.received')");
  const done = await tx`
    update webhook_deliveries set
      payload = scrub_json(
        case when type = 'message.received' then jsonb_set(payload::jsonb, '{data,text}', '""')
          else payload::jsonb end,
        ${pattern})::text,
      status = case when status = 'pending' and ${isTheirs} then 'failed' else status end,
      last_error = case when status = 'pending' and ${isTheirs} then 'erased' else last_error end,
      next_attempt_at = case when ${isTheirs} then null else next_attempt_at end
    where payload ~ ${pattern}`;
  return done.count;
}

/** The texts of tests that went to them. */
async function scrubTests(tx: Tx, no: number): Promise<number> {
  const done = await tx`
    update dispatches set message_text = '…' where recipient_no = ${no} and message_text <> '…'`;
  return done.count;
}

/**
 * Scrubs the phone in messages that have an end, of dispatches that are over, and takes their
 * texts: until then a refusal must still find whose it is. An erasure is done when no dispatch that
 * had begun before it goes on.
 * @returns how many erasures are open still
 */
export async function scrubMessages(sql: Sql, limit: number): Promise<number> {
  const [row] = await sql<{ open: number }[]>`
    with open as materialized (
      select no, recipient_no, at from erasures where done_at is null order by no limit ${limit}
    ),

    theirs as materialized (
      select e.no, m.id, d.finished_at is not null and m.status not in ('sending', 'deferred') as is_over
      from open e cross join dispatches d
      join messages m on m.id = ${messageIdSql(sql, "d.no", "e.recipient_no")}
      where d.started_at is not null and d.messages_dropped_at is null and starts_with(m.phone, '+')
    ),

    untold as (
      delete from message_texts x using theirs t where x.message_id = t.id and t.is_over
    ),

    scrubbed as (
      update messages m set phone = '#' || e.recipient_no from theirs t join open e using (no)
      where m.id = t.id and t.is_over
    ),

    done as (
      update erasures e set done_at = clock_now() from open o
      where e.no = o.no and not exists (select from theirs t where t.no = o.no and not t.is_over)
        and not exists (
          select from dispatches d where d.status in ('running', 'paused') and d.started_at <= o.at)
      returning e.no
    )

    select ((select count(*) from open) - (select count(*) from done))::int as open`;
  return row!.open;
}
