import { listPrepared as listRows, type PreparedKind } from "@/db/dispatches/prepared";
import type { PreparedListQuery } from "@/lib/contract/dispatches/prepared";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { type Page, page } from "@/lib/services/page";
import { fold, type Prepared, toPrepared } from "./prepared";

/** Drafts or templates, newest first. */
export async function listPrepared(
  ctx: Context,
  kind: PreparedKind,
  query: PreparedListQuery,
): Promise<Page<Prepared>> {
  requireRight(ctx, "read");
  const q = query.q === undefined ? null : fold(query.q);
  return page(query, async (limit, before) =>
    (await listRows(ctx.db.sql, { kind, q, limit, before })).map(toPrepared),
  );
}
