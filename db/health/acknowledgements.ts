import type { Sql, Tx } from "@/db/client";
import { iso } from "@/db/sql";

/** Who has said last that they know of a component's fault. */
export interface Acknowledgement {
  /** A kind of the status page's. */
  kind: string;
  /** Of a gateway or an operator. */
  name: string | null;
  by: string;
  /** ISO. */
  at: string;
}

const columns = (sql: Sql | Tx) => sql`kind, nullif(name, '') as name, by, ${iso(sql, "at")} as at`;

export const listAcknowledgements = (sql: Sql): Promise<Acknowledgement[]> =>
  sql<Acknowledgement[]>`select ${columns(sql)} from acknowledgements order by at desc`;

/** @returns undefined: no operator has this name, or none this gateway */
export async function writeAcknowledgement(
  tx: Tx,
  { kind, name, by }: Omit<Acknowledgement, "at">,
): Promise<Acknowledgement | undefined> {
  const [row] = await tx<Acknowledgement[]>`
    insert into acknowledgements (kind, name, by, at)
    select ${kind}, ${name ?? ""}, ${by}, clock_now()
    where case ${kind}::text
      when 'gateway' then exists (select from operators where gateway = ${name ?? ""})
      when 'operator' then exists (select from operators where name = ${name ?? ""})
      else ${name === null}::boolean end
    on conflict (kind, name) do update set by = excluded.by, at = excluded.at
    returning ${columns(tx)}`;
  return row;
}
