import { and, desc, eq, ne, notExists } from "drizzle-orm";
import { isBefore } from "@/db/builder";
import { orm, type Sql, type Tx } from "@/db/client";
import { dispatchViews } from "@/db/schema/dispatches";

export type ViewRow = typeof dispatchViews.$inferSelect;

/** Newest first, those before `before`. */
export const listViews = (sql: Sql | Tx, limit: number, before: number | null): Promise<ViewRow[]> =>
  orm(sql)
    .select()
    .from(dispatchViews)
    .where(isBefore(dispatchViews.no, before))
    .orderBy(desc(dispatchViews.no))
    .limit(limit);

/** @returns undefined when the name is taken */
export async function insertView(
  tx: Tx,
  values: Pick<ViewRow, "id" | "name" | "filter" | "author">,
): Promise<ViewRow | undefined> {
  const [row] = await orm(tx)
    .insert(dispatchViews)
    .values(values)
    .onConflictDoNothing({ target: dispatchViews.name })
    .returning();
  return row;
}

/** Holds it until the transaction ends. */
export async function lockView(tx: Tx, id: string): Promise<ViewRow | undefined> {
  const [row] = await orm(tx).select().from(dispatchViews).where(eq(dispatchViews.id, id)).for("update");
  return row;
}

/** @returns undefined when the name is taken by another */
export async function renameView(tx: Tx, no: number, name: string): Promise<ViewRow | undefined> {
  const other = orm(tx)
    .select({ no: dispatchViews.no })
    .from(dispatchViews)
    .where(and(eq(dispatchViews.name, name), ne(dispatchViews.no, no)));
  const [row] = await orm(tx)
    .update(dispatchViews)
    .set({ name })
    .where(and(eq(dispatchViews.no, no), notExists(other)))
    .returning();
  return row;
}

/** @returns what it was; undefined: there is none */
export async function deleteView(tx: Tx, id: string): Promise<ViewRow | undefined> {
  const [row] = await orm(tx).delete(dispatchViews).where(eq(dispatchViews.id, id)).returning();
  return row;
}
