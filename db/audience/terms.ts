import type { Sql, Tx } from "@/db/client";
import type { Clause } from "@/lib/domain/audience/clause";

/** What an audience asks for, by the numbers of rows: its `audience_terms`. */
export interface Terms {
  all: number[];
  any: number[];
  none: number[];
  operators: number[];
  attributes: { name: string; values: string[] }[];
  /** Dispatches: whom they have reached are left out. */
  excluded: number[];
}

/** Whom a dispatch is for: plain filters, or terms and neither of them. */
export interface Filters {
  operatorNo: number | null;
  tagNo: number | null;
  terms: Terms | null;
}

/** Terms by the names that people know. */
export interface ExpressionRow {
  tags: { all: string[]; any: string[]; none: string[] };
  operators: string[];
  attributes: { name: string; in: string[] }[];
  exclude_dispatches: string[];
}

export const noTerms: Terms = { all: [], any: [], none: [], operators: [], attributes: [], excluded: [] };

/** It asks for nothing: everybody. */
export const isEveryone = (terms: Terms): boolean => Object.values(terms).every((list) => list.length === 0);

/** Whose terms: a dispatch's or a saved audience's. */
export type TermsOwner = { dispatchNo: number } | { audienceNo: number };

const isOwner = (sql: Sql | Tx, owner: TermsOwner) =>
  "dispatchNo" in owner ? sql`dispatch_no = ${owner.dispatchNo}` : sql`audience_no = ${owner.audienceNo}`;

interface TermRow {
  clause: Clause;
  ref: number | null;
  position: number | null;
  name: string | null;
  value: string | null;
}

/** Null when there are none. */
export async function readTerms(sql: Sql | Tx, owner: TermsOwner): Promise<Terms | null> {
  const rows = await sql<TermRow[]>`
    select clause, coalesce(tag_no, operator_no, excluded_no) as ref, position, name, value
    from audience_terms where ${isOwner(sql, owner)} order by no`;
  if (rows.length === 0) return null;
  const refs = (clause: Clause) => rows.filter((row) => row.clause === clause).map((row) => row.ref!);
  const attributes = new Map<number, { name: string; values: string[] }>();
  for (const { clause, position, name, value } of rows) {
    if (clause !== "attributes") continue;
    const attribute = attributes.get(position!) ?? { name: name!, values: [] };
    attribute.values.push(value!);
    attributes.set(position!, attribute);
  }
  return {
    all: refs("tags_all"),
    any: refs("tags_any"),
    none: refs("tags_none"),
    operators: refs("operators"),
    attributes: [...attributes.values()],
    excluded: refs("exclude_dispatches"),
  };
}

/** Makes the owner's terms exactly these. Whoever calls it holds what they refer to. */
export async function writeTerms(tx: Tx, owner: TermsOwner, terms: Terms): Promise<void> {
  await tx`delete from audience_terms where ${isOwner(tx, owner)}`;
  const base = {
    dispatch_no: "dispatchNo" in owner ? owner.dispatchNo : null,
    audience_no: "audienceNo" in owner ? owner.audienceNo : null,
    tag_no: null as number | null,
    operator_no: null as number | null,
    excluded_no: null as number | null,
    position: null as number | null,
    name: null as string | null,
    value: null as string | null,
  };
  const ofTags = (clause: Clause, nos: number[]) => nos.map((no) => ({ ...base, clause, tag_no: no }));
  const rows = [
    ...ofTags("tags_all", terms.all),
    ...ofTags("tags_any", terms.any),
    ...ofTags("tags_none", terms.none),
    ...terms.operators.map((no) => ({ ...base, clause: "operators", operator_no: no })),
    ...terms.attributes.flatMap(({ name, values }, position) =>
      values.map((value) => ({ ...base, clause: "attributes", position, name, value })),
    ),
    ...terms.excluded.map((no) => ({ ...base, clause: "exclude_dispatches", excluded_no: no })),
  ];
  if (rows.length > 0) await tx`insert into audience_terms ${tx(rows)}`;
}

/**
 * An expression as the API has it, of the terms of row `owner`: names, codes and ids, in the order
 * in which they were given. Null when there are none.
 */
export const expressionSql = (sql: Sql | Tx, owner: "dispatch" | "audience") => {
  const column = sql.unsafe(owner === "dispatch" ? "a.dispatch_no = d.no" : "a.audience_no = s.no");
  const list = (clause: Clause, value: string) =>
    sql`coalesce(jsonb_agg(${sql.unsafe(value)} order by a.no) filter (where a.clause = ${clause}), '[]')`;
  return sql`(
    select case when count(*) > 0 then jsonb_build_object(
      'tags', jsonb_build_object('all', ${list("tags_all", "t.name")}, 'any', ${list("tags_any", "t.name")},
        'none', ${list("tags_none", "t.name")}),
      'operators', ${list("operators", "o.code")},
      'attributes', (
        select coalesce(
          jsonb_agg(jsonb_build_object('name', n.name, 'in', n.values) order by n.position), '[]')
        from (
          select a.position, min(a.name) as name, jsonb_agg(a.value order by a.no) as values
          from audience_terms a where ${column} and a.clause = 'attributes' group by 1
        ) n
      ),
      'exclude_dispatches', ${list("exclude_dispatches", "e.id::text")}) end
    from audience_terms a
    left join tags t on t.no = a.tag_no
    left join operators o on o.no = a.operator_no
    left join dispatches e on e.no = a.excluded_no
    where ${column})`;
};

/** What terms may refer to, found by ids, names or codes; what is unknown is missing. */
export interface Known {
  tags: { no: number; id: string; name: string }[];
  operators: { no: number; id: string; code: string }[];
  dispatches: ExcludedRow[];
}

/** @param hold they stay until the transaction ends */
export async function findReferences(
  sql: Sql | Tx,
  { tags, operators, dispatches }: { tags: string[]; operators: string[]; dispatches: string[] },
  hold: boolean,
): Promise<Known> {
  const held = hold ? sql`for key share` : sql``;
  const ids = (texts: string[]) => texts.map((text) => text.toLowerCase());
  return {
    tags:
      tags.length === 0
        ? []
        : await sql<Known["tags"]>`
            select no, id::text as id, name from tags
            where name = any(${tags}::text[]) or id::text = any(${ids(tags)}::text[]) ${held}`,
    operators:
      operators.length === 0
        ? []
        : await sql<Known["operators"]>`
            select no, id::text as id, code from operators
            where code = any(${operators}::text[]) or id::text = any(${ids(operators)}::text[]) ${held}`,
    dispatches:
      dispatches.length === 0
        ? []
        : await sql<ExcludedRow[]>`
            select ${excludedColumns(sql)} from dispatches e
            where e.id = any(${dispatches}::uuid[]) and e.deleted_at is null ${held}`,
  };
}

/** A dispatch whose recipients are left out of an audience. */
export interface ExcludedRow {
  no: number;
  id: string;
  isFinished: boolean;
  /** Nobody can say any more whom it has reached. */
  isDropped: boolean;
}

const excludedColumns = (sql: Sql | Tx) => sql`
  e.no, e.id::text as id, e.status not in ('scheduled', 'running', 'paused') as "isFinished",
  e.messages_dropping_at is not null or e.messages_dropped_at is not null as "isDropped"`;

/** @param hold they stay until the transaction ends */
export async function findExcluded(sql: Sql | Tx, nos: number[], hold: boolean): Promise<ExcludedRow[]> {
  if (nos.length === 0) return [];
  return sql<ExcludedRow[]>`
    select ${excludedColumns(sql)} from dispatches e
    where e.no = any(${nos}::int[]) ${hold ? sql`for key share` : sql``}`;
}

/**
 * Those that an audience leaves out, held as they are until the transaction ends: none of them runs
 * again, and none loses its messages.
 */
export const holdExcluded = (tx: Tx, dispatchNo: number): Promise<ExcludedRow[]> =>
  tx<ExcludedRow[]>`
    select ${excludedColumns(tx)} from dispatches e
    where e.no in (select excluded_no from audience_terms where dispatch_no = ${dispatchNo})
    order by e.no for share`;

/** Is there a dispatch that leaves out whom this one has reached, and is not over? */
export async function findExcluding(
  tx: Tx,
  dispatchNo: number,
  statuses: string[],
): Promise<string | undefined> {
  const [row] = await tx<{ id: string }[]>`
    select d.id::text as id from audience_terms a join dispatches d on d.no = a.dispatch_no
    where a.excluded_no = ${dispatchNo} and d.status = any(${statuses}::text[]) and d.deleted_at is null
    order by d.no limit 1`;
  return row?.id;
}

/** The names of saved audiences that ask for a tag or an operator: of a few. */
export async function audiencesUsing(
  tx: Tx,
  column: "tag_no" | "operator_no",
  no: number,
): Promise<string[]> {
  const rows = await tx<{ name: string }[]>`
    select distinct s.name from audience_terms a join audiences s on s.no = a.audience_no
    where a.${tx(column)} = ${no} order by 1 limit 3`;
  return rows.map((row) => row.name);
}
