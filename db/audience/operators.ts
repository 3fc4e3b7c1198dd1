import { and, desc, eq, inArray, ne, notExists, or, sql as raw } from "drizzle-orm";
import { clockNow, isBefore } from "@/db/builder";
import { orm, type Sql, type Tx } from "@/db/client";
import { operators } from "@/db/schema/audience";

/** An operator as services see it. `rate` is in segments a second, null = no limit. */
export interface OperatorRow {
  no: number;
  id: string;
  code: string;
  name: string;
  rate: number | null;
  prefixes: string[];
  gateway: string;
  /** A decimal; null = nobody has said. */
  price: string | null;
}

const columns = {
  no: operators.no,
  id: operators.id,
  code: operators.code,
  name: operators.name,
  rate: operators.rate,
  prefixes: operators.prefixes,
  gateway: operators.gateway,
  price: raw<string | null>`trim_scale(${operators.pricePerSegment})`,
};

/** Newest first, those before `before`. */
export const listOperators = (sql: Sql | Tx, limit: number, before: number | null): Promise<OperatorRow[]> =>
  orm(sql)
    .select(columns)
    .from(operators)
    .where(isBefore(operators.no, before))
    .orderBy(desc(operators.no))
    .limit(limit);

export async function findOperator(sql: Sql | Tx, id: string): Promise<OperatorRow | undefined> {
  const [row] = await orm(sql).select(columns).from(operators).where(eq(operators.id, id));
  return row;
}

/** By id or code. An id wins, and cannot be mistaken: codes shaped like UUIDs are refused. */
export async function resolveOperator(sql: Sql | Tx, idOrCode: string): Promise<OperatorRow | undefined> {
  const isIt = or(eq(raw`${operators.id}::text`, idOrCode.toLowerCase()), eq(operators.code, idOrCode));
  const [row] = await orm(sql).select(columns).from(operators).where(isIt);
  return row;
}

/** What an operator's gateway is called, or every operator's: each name once. */
export async function gatewaysOfOperators(sql: Sql | Tx, nos: number[]): Promise<string[]> {
  const rows = await orm(sql)
    .selectDistinct({ gateway: operators.gateway })
    .from(operators)
    .where(nos.length === 0 ? undefined : inArray(operators.no, nos))
    .orderBy(operators.gateway);
  return rows.map(({ gateway }) => gateway);
}

/** The row and its lock, so that nothing can start to use it before the transaction ends. */
export async function lockOperator(tx: Tx, id: string): Promise<OperatorRow | undefined> {
  const [row] = await orm(tx).select(columns).from(operators).where(eq(operators.id, id)).for("update");
  return row;
}

/**
 * One transaction at a time may give prefixes to operators: a prefix of two would make the longest
 * match ambiguous.
 */
export async function lockPrefixes(tx: Tx): Promise<void> {
  await tx`select pg_advisory_xact_lock(hashtext('carillon.operator_prefixes'))`;
}

/** A prefix of the list that another operator than `exceptNo` has, with that operator's code. */
export async function findTakenPrefix(
  tx: Tx,
  prefixes: string[],
  exceptNo: number | null,
): Promise<{ prefix: string; code: string } | undefined> {
  const [row] = await tx<{ prefix: string; code: string }[]>`
    select p as prefix, o.code from operators o, unnest(o.prefixes) p
    where p = any(${prefixes}::text[]) and o.no is distinct from ${exceptNo}::int limit 1`;
  return row;
}

/** @returns undefined when the code is taken */
export async function insertOperator(
  tx: Tx,
  operator: Omit<OperatorRow, "no">,
): Promise<OperatorRow | undefined> {
  const [row] = await orm(tx)
    .insert(operators)
    .values({ ...operator, pricePerSegment: operator.price })
    .onConflictDoNothing({ target: operators.code })
    .returning(columns);
  return row;
}

/** @returns false when the code is taken by another */
export async function updateOperator(tx: Tx, { no, id: _, ...values }: OperatorRow): Promise<boolean> {
  const other = orm(tx)
    .select({ no: operators.no })
    .from(operators)
    .where(and(eq(operators.code, values.code), ne(operators.no, no)));
  const done = await orm(tx)
    .update(operators)
    .set({ ...values, pricePerSegment: values.price, updatedAt: clockNow })
    .where(and(eq(operators.no, no), notExists(other)));
  return done.count === 1;
}

export interface OperatorUse {
  recipients: number;
  /** Of the number ranges that hold. */
  ranges: number;
  dispatches: number;
  /** Ids of the newest few. */
  dispatchIds: string[];
}

/**
 * What refers to an operator. Recipients count up to 100,000: the answer is "used", not a census.
 */
export async function operatorUse(tx: Tx, no: number): Promise<OperatorUse> {
  const [row] = await tx<OperatorUse[]>`
    with used as (
      select d.no, d.id from dispatches d where d.operator_no = ${no}
      union
      select d.no, d.id from lanes l join dispatches d on d.no = l.dispatch_no where l.operator_no = ${no}
      union
      select d.no, d.id from audience_terms a join dispatches d on d.no = a.dispatch_no
      where a.operator_no = ${no}
    )

    select (
        select count(*)::int from (select from recipients where operator_no = ${no} limit 100000) r
      ) as recipients,
      (
        select count(*)::int from number_ranges g join number_plan p on p.load_no = g.load_no
        where g.operator_no = ${no}
      ) as ranges,
      (select count(*)::int from used) as dispatches,
      coalesce(
        (select array_agg(id::text) from (select id from used order by no desc limit 3) u), '{}'
      ) as "dispatchIds"`;
  return row!;
}

export async function deleteOperator(tx: Tx, no: number): Promise<void> {
  await orm(tx).delete(operators).where(eq(operators.no, no));
}

/** Everything an import needs to know the operators by. */
export const operatorDirectory = (
  sql: Sql | Tx,
): Promise<Pick<OperatorRow, "no" | "id" | "code" | "name" | "prefixes">[]> =>
  orm(sql)
    .select({
      no: operators.no,
      id: operators.id,
      code: operators.code,
      name: operators.name,
      prefixes: operators.prefixes,
    })
    .from(operators);
