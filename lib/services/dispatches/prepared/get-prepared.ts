import { findPrepared, type PreparedKind } from "@/db/dispatches/prepared";
import { NotFoundError } from "@/lib/domain/errors";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { type Prepared, toPrepared } from "./prepared";

export type { Prepared };

/** @throws NotFoundError */
export async function getPrepared(ctx: Context, kind: PreparedKind, id: string): Promise<Prepared> {
  requireRight(ctx, "read");
  const row = await findPrepared(ctx.db.sql, kind, id);
  if (!row) throw new NotFoundError(kind, id);
  return toPrepared(row);
}
