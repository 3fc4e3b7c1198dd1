import { desc, eq } from "drizzle-orm";
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

/** @returns what it was; undefined: there is none */
export async function deleteView(tx: Tx, id: string): Promise<ViewRow | undefined> {
  const [row] = await orm(tx).delete(dispatchViews).where(eq(dispatchViews.id, id)).returning();
  return row;
}
