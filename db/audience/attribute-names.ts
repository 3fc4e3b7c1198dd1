import type { Sql, Tx } from "@/db/client";

/**
 * Names of attributes that somebody has, or once had. Whoever adds some does it before locking
 * recipients, in order: so nobody waits in a circle.
 */

/** How a composed name was written that came before names were composed. */
export const decomposed = (name: string): string => name.normalize("NFD");

export async function keepAttributeNames(tx: Tx, names: string[]): Promise<void> {
  if (names.length === 0) return;
  await tx`
    insert into attribute_names (name) select n from unnest(${names}::text[]) n
    where not exists (select from attribute_names a where a.name = n) order by 1 on conflict do nothing`;
}

/** Which of these nobody has. */
export async function unknownAttributeNames(sql: Sql | Tx, names: string[]): Promise<string[]> {
  const rows = await sql<{ name: string }[]>`
    select n as name
    from unnest(${names}::text[], ${names.map(decomposed)}::text[]) with ordinality u(n, d, i)
    where not exists (select from attribute_names a where a.name in (n, d)) order by i`;
  return rows.map(({ name }) => name);
}

/** The first so many, in order. */
export async function listAttributeNames(sql: Sql | Tx, limit: number): Promise<string[]> {
  const rows = await sql<{ name: string }[]>`select name from attribute_names order by name limit ${limit}`;
  return rows.map(({ name }) => name);
}
