import type { Sql, Tx } from "@/db/client";

/** An operator as services see it. `rate` is in segments a second, null = no limit. */
export interface OperatorRow {
  no: number;
  id: string;
  code: string;
  name: string;
  rate: number | null;
  prefixes: string[];
  gateway: string;
}
export type OperatorValues = Omit<OperatorRow, "no">;

const columns = (sql: Sql | Tx) => sql`no, id, code, name, rate::float8 as rate, prefixes, gateway`;

/** Newest first, those before `before`. */
export function listOperators(sql: Sql | Tx, limit: number, before: number | null): Promise<OperatorRow[]> {
  return sql<OperatorRow[]>`
    select ${columns(sql)} from operators
    where ${before}::bigint is null or no < ${before}::bigint
    order by no desc limit ${limit}`;
}

export async function findOperator(sql: Sql | Tx, id: string): Promise<OperatorRow | undefined> {
  const [row] = await sql<OperatorRow[]>`select ${columns(sql)} from operators where id = ${id}`;
  return row;
}

/** By id or code. An id wins, and cannot be mistaken: codes shaped like UUIDs are refused. */
export async function resolveOperator(sql: Sql | Tx, idOrCode: string): Promise<OperatorRow | undefined> {
  const [row] = await sql<OperatorRow[]>`select ${columns(sql)} from operators where id::text = lower(${idOrCode}) or code = ${idOrCode}`;
  return row;
}

/** The row and its lock, so that nothing can start to use it before the transaction ends. */
export async function lockOperator(tx: Tx, id: string): Promise<OperatorRow | undefined> {
  const [row] = await tx<OperatorRow[]>`select ${columns(tx)} from operators where id = ${id} for update`;
  return row;
}

/** One transaction at a time may give prefixes to operators: a prefix of two would make the longest match ambiguous. */
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
export async function insertOperator(tx: Tx, o: OperatorValues): Promise<OperatorRow | undefined> {
  const [row] = await tx<OperatorRow[]>`
    insert into operators (id, code, name, rate, prefixes, gateway)
    values (${o.id}, ${o.code}, ${o.name}, ${o.rate}, ${o.prefixes}::text[], ${o.gateway})
    on conflict (code) do nothing
    returning ${columns(tx)}`;
  return row;
}

/** @returns undefined when the code is taken by another */
export async function updateOperator(tx: Tx, no: number, o: OperatorValues): Promise<OperatorRow | undefined> {
  const [row] = await tx<OperatorRow[]>`
    update operators set code = ${o.code}, name = ${o.name}, rate = ${o.rate}, prefixes = ${o.prefixes}::text[], gateway = ${o.gateway},
      updated_at = clock_now()
    where no = ${no} and not exists (select from operators other where other.code = ${o.code} and other.no <> ${no})
    returning ${columns(tx)}`;
  return row;
}

export interface OperatorUse {
  recipients: number;
  dispatches: number;
  /** Ids of the newest few. */
  dispatchIds: string[];
}

/** What refers to an operator. Recipients count up to 100,000: the answer is "used", not a census. */
export async function operatorUse(tx: Tx, no: number): Promise<OperatorUse> {
  const [row] = await tx<OperatorUse[]>`
    with used as (
      select d.no, d.id from dispatches d where d.operator_no = ${no}
      union
      select d.no, d.id from lanes l join dispatches d on d.no = l.dispatch_no where l.operator_no = ${no}
    )
    select (select count(*)::int from (select from recipients where operator_no = ${no} limit 100000) r) as recipients,
      (select count(*)::int from used) as dispatches,
      coalesce((select array_agg(id::text) from (select id from used order by no desc limit 3) u), '{}') as "dispatchIds"`;
  return row!;
}

export async function deleteOperator(tx: Tx, no: number): Promise<void> {
  await tx`delete from operators where no = ${no}`;
}

/** Everything an import needs to know the operators by. */
export function operatorDirectory(sql: Sql | Tx): Promise<Pick<OperatorRow, "no" | "id" | "code" | "prefixes">[]> {
  return sql<OperatorRow[]>`select no, id, code, prefixes from operators`;
}

/** The operator whose prefix is the longest that the number begins with. */
export async function operatorByPrefix(sql: Sql | Tx, phone: string): Promise<OperatorRow | undefined> {
  const [row] = await sql<OperatorRow[]>`
    select ${columns(sql)} from operators, unnest(prefixes) p
    where starts_with(${phone.slice(1)}, p) order by length(p) desc limit 1`;
  return row;
}
