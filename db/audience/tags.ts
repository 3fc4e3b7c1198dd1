import { and, desc, eq, ne, notExists, sql as raw } from "drizzle-orm";
import { isBefore } from "@/db/builder";
import { orm, type Sql, type Tx } from "@/db/client";
import { tags } from "@/db/schema/audience";

export interface TagRow {
  no: number;
  id: string;
  name: string;
}
export interface CountedTagRow extends TagRow {
  /** Recipients that carry it. Deleted recipients carry no tags. */
  recipients: number;
}

const plain = { no: tags.no, id: tags.id, name: tags.name };
const counted = {
  ...plain,
  recipients: raw<number>`(
    select coalesce(sum(c.count), 0)::int from tag_counts c where c.tag_no = ${tags}.no
  )`,
};

/** Newest first, those before `before`. */
export const listTags = (sql: Sql | Tx, limit: number, before: number | null): Promise<CountedTagRow[]> =>
  orm(sql).select(counted).from(tags).where(isBefore(tags.no, before)).orderBy(desc(tags.no)).limit(limit);

export async function findTag(sql: Sql | Tx, id: string): Promise<CountedTagRow | undefined> {
  const [row] = await orm(sql).select(counted).from(tags).where(eq(tags.id, id));
  return row;
}

/** By ids or names, in no order; what is unknown is missing from the answer. */
export function resolveTags(sql: Sql | Tx, idsOrNames: string[]): Promise<TagRow[]> {
  return sql<TagRow[]>`
    select no, id, name from tags
    where name = any(${idsOrNames}::text[])
      or id::text = any(${idsOrNames.map((text) => text.toLowerCase())}::text[])`;
}

/** All of them: they are hundreds. */
export const listTagNames = (sql: Sql | Tx): Promise<TagRow[]> =>
  orm(sql).select(plain).from(tags).orderBy(tags.no);

/**
 * Whoever gives a name by hand waits until the one before has: the key on names knows nothing of
 * those that only look alike.
 */
export async function holdTagNames(tx: Tx): Promise<void> {
  await tx`select pg_advisory_xact_lock(hashtext('carillon.tag_names'))`;
}

/** The row and its lock, so that nothing can start to use it before the transaction ends. */
export async function lockTag(tx: Tx, id: string): Promise<TagRow | undefined> {
  const [row] = await orm(tx).select(plain).from(tags).where(eq(tags.id, id)).for("update");
  return row;
}

/** @returns undefined when the name is taken */
export async function insertTag(tx: Tx, tag: { id: string; name: string }): Promise<TagRow | undefined> {
  const [row] = await orm(tx)
    .insert(tags)
    .values(tag)
    .onConflictDoNothing({ target: tags.name })
    .returning(plain);
  return row;
}

/** @returns undefined when the name is taken by another */
export async function renameTag(tx: Tx, no: number, name: string): Promise<TagRow | undefined> {
  const other = orm(tx)
    .select({ no: tags.no })
    .from(tags)
    .where(and(eq(tags.name, name), ne(tags.no, no)));
  const [row] = await orm(tx)
    .update(tags)
    .set({ name })
    .where(and(eq(tags.no, no), notExists(other)))
    .returning(plain);
  return row;
}

/** The dispatches that filter by it. */
export async function tagUse(tx: Tx, no: number): Promise<{ dispatches: number; dispatchIds: string[] }> {
  const [row] = await tx<{ dispatches: number; dispatchIds: string[] }[]>`
    select count(*)::int as dispatches,
      coalesce((array_agg(id::text order by no desc))[1:3], '{}') as "dispatchIds"
    from dispatches d where d.tag_no = ${no}
      or exists (select from audience_terms a where a.dispatch_no = d.no and a.tag_no = ${no})`;
  return row!;
}

/** Takes it from everybody who carries it, and away. */
export async function deleteTag(tx: Tx, no: number): Promise<void> {
  await tx`delete from recipient_tags where tag_no = ${no}`;
  await tx`delete from tag_counts where tag_no = ${no}`;
  await orm(tx).delete(tags).where(eq(tags.no, no));
}

/** Folds the counts of each tag into one row. A reader sees the rows before or the row after. */
export async function foldTagCounts(sql: Sql): Promise<void> {
  await sql`
    with picked as materialized (
      select no from tag_counts where tag_no in (select tag_no from tag_counts group by 1 having count(*) > 1)
      for update skip locked
    ),

    folded as (delete from tag_counts c using picked p where c.no = p.no returning c.tag_no, c.count)
    insert into tag_counts (tag_no, count) select tag_no, sum(count)::bigint from folded group by 1
    having sum(count) <> 0`;
}
