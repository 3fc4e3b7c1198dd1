import type { Sql, Tx } from "@/db/client";

export interface TagRow {
  no: number;
  id: string;
  name: string;
}
export interface CountedTagRow extends TagRow {
  /** Recipients that carry it. Deleted recipients carry no tags. */
  recipients: number;
}

const counted = (sql: Sql | Tx) => sql`
  t.no, t.id, t.name, (select coalesce(sum(c.count), 0)::int from tag_counts c where c.tag_no = t.no) as recipients`;

/** Newest first, those before `before`. */
export function listTags(sql: Sql | Tx, limit: number, before: number | null): Promise<CountedTagRow[]> {
  return sql<CountedTagRow[]>`
    select ${counted(sql)} from tags t
    where ${before}::bigint is null or t.no < ${before}::bigint
    order by t.no desc limit ${limit}`;
}

export async function findTag(sql: Sql | Tx, id: string): Promise<CountedTagRow | undefined> {
  const [row] = await sql<CountedTagRow[]>`select ${counted(sql)} from tags t where t.id = ${id}`;
  return row;
}

/** By ids or names, in no order; what is unknown is missing from the answer. */
export function resolveTags(sql: Sql | Tx, idsOrNames: string[]): Promise<TagRow[]> {
  return sql<TagRow[]>`
    select no, id, name from tags
    where name = any(${idsOrNames}::text[]) or id::text = any(${idsOrNames.map((text) => text.toLowerCase())}::text[])`;
}

export async function tagIds(sql: Sql | Tx): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`select id from tags`;
  return rows.map((row) => row.id);
}

/** The row and its lock, so that nothing can start to use it before the transaction ends. */
export async function lockTag(tx: Tx, id: string): Promise<TagRow | undefined> {
  const [row] = await tx<TagRow[]>`select no, id, name from tags where id = ${id} for update`;
  return row;
}

/** @returns undefined when the name is taken */
export async function insertTag(tx: Tx, tag: { id: string; name: string }): Promise<TagRow | undefined> {
  const [row] = await tx<TagRow[]>`
    insert into tags (id, name) values (${tag.id}, ${tag.name}) on conflict (name) do nothing returning no, id, name`;
  return row;
}

/** @returns undefined when the name is taken by another */
export async function renameTag(tx: Tx, no: number, name: string): Promise<TagRow | undefined> {
  const [row] = await tx<TagRow[]>`
    update tags set name = ${name}
    where no = ${no} and not exists (select from tags other where other.name = ${name} and other.no <> ${no})
    returning no, id, name`;
  return row;
}

/** The dispatches that filter by it. */
export async function tagUse(tx: Tx, no: number): Promise<{ dispatches: number; dispatchIds: string[] }> {
  const [row] = await tx<{ dispatches: number; dispatchIds: string[] }[]>`
    select count(*)::int as dispatches, coalesce((array_agg(id::text order by no desc))[1:3], '{}') as "dispatchIds"
    from dispatches where tag_no = ${no}`;
  return row!;
}

/** Takes it from everybody who carries it, and away. */
export async function deleteTag(tx: Tx, no: number): Promise<void> {
  await tx`delete from recipient_tags where tag_no = ${no}`;
  await tx`delete from tag_counts where tag_no = ${no}`;
  await tx`delete from tags where no = ${no}`;
}

/** Makes one row of what has been counted of each tag. Who reads meanwhile sees the ones or the other. */
export async function foldTagCounts(sql: Sql): Promise<void> {
  await sql`
    with picked as materialized (
      select no from tag_counts where tag_no in (select tag_no from tag_counts group by 1 having count(*) > 1) for update skip locked
    ),
    folded as (delete from tag_counts c using picked p where c.no = p.no returning c.tag_no, c.count)
    insert into tag_counts (tag_no, count) select tag_no, sum(count)::bigint from folded group by 1 having sum(count) <> 0`;
}
