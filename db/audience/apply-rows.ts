import type { Sql, Tx } from "@/db/client";
import { messageIdSql } from "@/db/sql";
import { placeSql, zoneSql } from "./number-ranges";

/** The rows of a batch, `from` < line ≤ `to`. */
export interface Batch {
  importNo: number;
  from: number;
  to: number;
}

export interface BatchContent {
  operatorNos: number[];
  /** As the file has them. */
  tags: string[];
  /** Phones of people who have opted out, of rejected rows too. */
  optedOut: string[];
}

/** The last line that an import has; 0: none. */
export async function lastLine(sql: Sql | Tx, importNo: number): Promise<number> {
  const [row] = await sql<
    { line: number | null }[]
  >`select max(line) as line from import_rows where import_no = ${importNo}`;
  return row!.line ?? 0;
}

/**
 * What the rows of a batch refer to, so that it can be held and made. Batches are of lines, not of
 * so many rows: the planner knows too little of rows this new to find the next ones without sorting
 * all that are left.
 */
export async function readBatch(tx: Tx, { importNo, from, to }: Batch): Promise<BatchContent> {
  const [row] = await tx<BatchContent[]>`
    with batch as materialized (
      select operator_no, tags, is_opted_out, phone from import_rows
      where import_no = ${importNo} and line > ${from} and line <= ${to}
        and (problem is null and merged_into is null or is_opted_out)
    )

    select
      coalesce(array_agg(distinct operator_no) filter (where operator_no is not null), '{}') as "operatorNos",
      array(select distinct unnest(tags) from batch) as tags,
      coalesce(array_agg(distinct phone) filter (where is_opted_out), '{}') as "optedOut"
    from batch`;
  return row!;
}

/**
 * After the suppressions of a batch: a later look at who was changed since must not take them for
 * somebody else's.
 */
export async function noteSuppressed(tx: Tx, { importNo, from, to }: Batch): Promise<void> {
  await tx`
    update import_rows i set applied_at = r.updated_at from recipients r
    where i.import_no = ${importNo} and i.line > ${from} and i.line <= ${to} and i.is_opted_out
      and i.problem is null and i.merged_into is null and r.phone = i.phone`;
}

export interface ApplyMode {
  /**
   * Tags and attributes become the row's, and a blank zone none; otherwise they are added, and
   * blank cells leave alone.
   */
  isReplace: boolean;
  /** Which columns the file has. What it has not is never replaced. */
  hasTimezone: boolean;
  hasTags: boolean;
  hasAttributes: boolean;
  /** The load of number ranges that holds. */
  plan: number | null;
}

/** Finds operators anew that the file has not named. Who has none any more keeps theirs. */
export async function placeBatch(tx: Tx, plan: number | null, { importNo, from, to }: Batch): Promise<void> {
  await tx`
    update import_rows i set operator_no = place.operator_no
    from (
      select ctid as spot, phone from import_rows
      where import_no = ${importNo} and line > ${from} and line <= ${to} and problem is null
        and not is_operator_given and operator_no is not null
    ) n cross join lateral ${placeSql(tx, plan, "n.phone")} place
    where i.ctid = n.spot and i.operator_no <> place.operator_no`;
}

export interface Applied {
  /** New people, and deleted ones who are back. */
  created: number;
  updated: number;
  /** Of those updated: nothing about them changed. */
  unchanged: number;
}

/**
 * Brings recipients to what the rows of a batch say, and notes in the row of whoever was there what
 * it changed; whom it makes the batch remembers by their instant. Rows that exist are updated,
 * never inserted over: an INSERT that meets a conflict takes an identity with it. New ones are
 * numbered in the order of the file. Nothing here opts anybody in, and nobody is written who would
 * not change.
 * @param tags the number of each tag that the batch names
 */
export async function applyBatch(
  tx: Tx,
  { importNo, from, to }: Batch,
  { isReplace, hasTimezone, hasTags, hasAttributes, plan }: ApplyMode,
  tags: Map<string, number>,
): Promise<Applied> {
  const [row] = await tx<Applied[]>`
    with clock as materialized (select clock_now() as at),

    named as materialized (
      select name, no from unnest(${[...tags.keys()]}::text[], ${[...tags.values()]}::int[]) t(name, no)
    ),

    input as materialized (
      select ctid as place, line, phone, operator_no, is_operator_given, timezone,
        case when is_operator_given then 'named' else 'number' end as operator_source,
        coalesce(attributes, '{}') as attributes,
        array(select n.no from named n where n.name = any(i.tags) order by 1) as tag_nos
      from import_rows i
      where import_no = ${importNo} and line > ${from} and line <= ${to} and problem is null
        and merged_into is null
    ),

    looked_up as materialized (
      select i.*, r.no as known_no, r.deleted_at is not null as was_deleted,
        r.operator_no as known_operator_no, r.operator_source as known_operator_source,
        r.timezone as known_timezone, r.attributes as known_attributes, r.updated_at as known_updated_at,
        case when i.timezone is null and (r.no is null or r.deleted_at is not null)
          then ${zoneSql(tx, plan, "i.phone")} end as ranges_timezone,
        case when r.no is not null then array(
          select rt.tag_no from recipient_tags rt where rt.recipient_no = r.no order by 1
        ) end as known_tags
      from input i left join lateral (select * from recipients k where k.phone = i.phone offset 0) r on true
    ),

    wanted as materialized (
      select place, known_no as no, was_deleted, tag_nos, known_operator_no, known_operator_source,
        known_timezone, known_attributes, known_updated_at, known_tags,
        case when is_operator_given or was_deleted then operator_no else known_operator_no end as operator_no,
        case when is_operator_given or was_deleted then operator_source
          else known_operator_source end as operator_source,
        case when was_deleted then coalesce(timezone, ranges_timezone)
          when ${isReplace && hasTimezone}::boolean then timezone
          else coalesce(timezone, known_timezone) end as timezone,
        case when ${isReplace && hasAttributes}::boolean then attributes
          else known_attributes || attributes end as attributes,
        ${isReplace && hasTags}::boolean and not known_tags <@ tag_nos as loses_tags
      from looked_up where known_no is not null
    ),

    existing as materialized (
      select *, operator_no <> known_operator_no or timezone is distinct from known_timezone
        or attributes <> known_attributes or was_deleted
        or loses_tags or not tag_nos <@ known_tags as changes,
        operator_source is distinct from known_operator_source as is_named_now
      from wanted
    ),

    -- Whose operator is named and stays the same is as before, but for ranges: they leave them
    -- alone.
    updated as (
      update recipients r set
        operator_changed_at = case when r.operator_no = e.operator_no then r.operator_changed_at
          else clock.at end,
        operator_no = e.operator_no, operator_source = e.operator_source, timezone = e.timezone,
        attributes = e.attributes, deleted_at = null,
        updated_at = case when e.changes then clock.at else r.updated_at end
      from existing e, clock where r.no = e.no and (e.changes or e.is_named_now)
    ),

    untagged as (
      delete from recipient_tags rt using existing e
      where e.loses_tags and rt.recipient_no = e.no and rt.tag_no <> all(e.tag_nos)
    ),

    tagged as (
      insert into recipient_tags (tag_no, recipient_no)
      select t, e.no from existing e, unnest(e.tag_nos) t where e.changes and t <> all(e.known_tags)
      order by 1, 2 on conflict do nothing
    ),

    fresh as materialized (
      select nextval((select pg_get_serial_sequence('recipients', 'no'))::regclass) as no, f.* from (
        select phone, operator_no, operator_source, coalesce(timezone, ranges_timezone) as timezone,
          attributes, tag_nos
        from looked_up where known_no is null order by line
      ) f
    ),

    inserted as (
      insert into recipients (
        no, phone, operator_no, operator_source, timezone, attributes, created_at, updated_at
      ) overriding system value
      select no, phone, operator_no, operator_source, timezone, attributes, at, at from fresh, clock
    ),

    tagged_first as (
      insert into recipient_tags (tag_no, recipient_no) select t, f.no from fresh f, unnest(f.tag_nos) t
      order by 1, 2
    ),

    -- By the place of the row: the planner knows how many rows the table has, but not how many are
    -- of this import.
    noted as (
      update import_rows i set recipient_no = e.no, applied_at = clock.at,
        outcome = case when not changes then 'unchanged' when was_deleted then 'created' else 'updated' end,
        before = case when changes then jsonb_build_object(
          'operator_no', known_operator_no, 'operator_source', known_operator_source,
          'timezone', known_timezone, 'attributes', known_attributes, 'tag_nos', to_jsonb(known_tags),
          'was_deleted', was_deleted, 'updated_at', known_updated_at
        ) end
      from existing e, clock where i.ctid = e.place
    ),

    remembered as (
      insert into import_batches (import_no, after_line, to_line, applied_at)
      select ${importNo}, ${from}, ${to}, at from clock
    )

    select ((select count(*) from fresh) + (select count(*) from existing where was_deleted))::int as created,
      (select count(*)::int from existing where not was_deleted) as updated,
      (select count(*)::int from existing where not changes) as unchanged`;
  return row!;
}

/**
 * Rows of a batch that changed a recipient, with the recipient. Those that made one have no
 * outcome, unless a version before noted it; whoever got the number in another way was not made at
 * the instant of the batch.
 */
const appliedSql = (tx: Tx, { importNo, from, to }: Batch) => tx`
  select i.ctid as place, r.no, i.before, i.outcome = 'created' as is_new,
    r.updated_at = i.applied_at and r.deleted_at is null as is_untouched
  from import_rows i join recipients r on r.no = i.recipient_no
  where i.import_no = ${importNo} and i.line > ${from} and i.line <= ${to}
    and i.outcome in ('created', 'updated')
  union all
  select i.ctid, r.no, null, true,
    r.updated_at = coalesce(i.applied_at, b.applied_at) and r.deleted_at is null
  from import_batches b
    join import_rows i on i.import_no = b.import_no
      and i.line > greatest(b.after_line, ${from}) and i.line <= least(b.to_line, ${to})
    join recipients r on r.phone = i.phone and r.created_at = b.applied_at
  where b.import_no = ${importNo} and i.outcome is null and i.problem is null and i.merged_into is null`;

/** What an undoing did with a batch. */
export interface UndoneBatch {
  optedOut: string[];
  undone: number;
  kept: number;
}

/**
 * Takes back what a batch changed: recipients that it created are deleted, those that it changed
 * are as they were. Who was changed since, or was created and has been written to since (or may
 * have been), stays as is, and the row says so. A recipient who is as before has the `updated_at`
 * of before, so imports can be undone one after the other, the last one first.
 * @param since when the import began, ISO: what ended before has sent nothing to whom it made
 */
export async function undoBatch(tx: Tx, batch: Batch, since: string): Promise<UndoneBatch> {
  const { importNo, from, to } = batch;
  // Locks first: what somebody else is changing is waited for here, and seen by the next statement.
  const [held] = await tx<{ optedOut: string[] }[]>`
    with batch as materialized (${appliedSql(tx, batch)}),

    recipient as materialized (
      select r.no from recipients r where r.no in (select no from batch) order by r.no for update
    ),

    operator as materialized (
      select no from operators where no in (select (before->>'operator_no')::int from batch) for key share
    ),

    tag as materialized (
      select no from tags where no in (select jsonb_array_elements_text(before->'tag_nos')::int from batch)
      for key share
    )

    select coalesce(array_agg(distinct phone), '{}') as "optedOut",
      (select count(*) from recipient) + (select count(*) from operator) + (select count(*) from tag) as held
    from import_rows
    where import_no = ${importNo} and line > ${from} and line <= ${to} and is_opted_out`;
  const [row] = await tx<{ undone: number; kept: number }[]>`
    with clock as materialized (select clock_now() as at),

    batch as materialized (${appliedSql(tx, batch)}),

    judged as materialized (
      select *, case
        when is_new and exists (
          select from dispatches d
          where d.started_at is not null and (d.finished_at is null or d.finished_at >= ${since}::timestamptz)
            and exists (select from messages m where m.id = ${messageIdSql(tx, "d.no", "b.no")})
        ) then 'kept_sent'
        when not is_untouched then 'kept_changed' else 'undone' end as verdict
      from batch b
    ),

    removed as (
      update recipients r set deleted_at = clock.at, attributes = '{}', timezone = null, updated_at = clock.at
      from judged j, clock where r.no = j.no and j.verdict = 'undone' and j.is_new
    ),

    restored as (
      update recipients r set
        operator_changed_at = case
          when r.operator_no = coalesce(o.no, r.operator_no) then r.operator_changed_at else clock.at end,
        operator_no = coalesce(o.no, r.operator_no),
        operator_source = case when j.before ? 'operator_source' then j.before->>'operator_source'
          else r.operator_source end,
        timezone = j.before->>'timezone', attributes = j.before->'attributes',
        updated_at = (j.before->>'updated_at')::timestamptz
      from judged j left join operators o on o.no = (j.before->>'operator_no')::int, clock
      where r.no = j.no and j.verdict = 'undone' and not j.is_new
    ),

    untagged as (
      delete from recipient_tags rt using judged j
      where j.verdict = 'undone' and rt.recipient_no = j.no
        and (j.is_new or not j.before->'tag_nos' @> to_jsonb(rt.tag_no))
    ),

    tagged as (
      insert into recipient_tags (tag_no, recipient_no)
      select t.no, j.no
      from judged j, jsonb_array_elements_text(j.before->'tag_nos') old join tags t on t.no = old::int
      where j.verdict = 'undone' and not j.is_new order by 1, 2
      on conflict do nothing
    ),

    noted as (
      update import_rows i set outcome = j.verdict from judged j where i.ctid = j.place
    )

    select (count(*) filter (where verdict = 'undone'))::int as undone,
      (count(*) filter (where verdict <> 'undone'))::int as kept
    from judged`;
  return { optedOut: held!.optedOut, ...row! };
}
