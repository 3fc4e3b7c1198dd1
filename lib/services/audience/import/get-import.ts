import { failStaleImports, findImport, type ImportRow } from "@/db/audience/imports";
import { transaction } from "@/db/client";
import type { Import } from "@/lib/contract/audience/import";
import { NotFoundError } from "@/lib/domain/errors";
import { audit } from "@/lib/services/audit";
import { requireRight } from "@/lib/services/authorize";
import { type Context, systemActor } from "@/lib/services/context";

export function toImport(row: ImportRow): Import {
  const [code, line] = row.error?.split(" ") ?? [];
  return {
    id: row.id,
    status: row.status,
    rows: row.rows,
    created: row.created,
    updated: row.updated,
    rejected: row.rejected,
    file_name: row.fileName,
    created_at: row.createdAt.toISOString(),
    finished_at: row.finishedAt?.toISOString() ?? null,
    error: code === undefined ? null : { code, line: line === undefined ? null : Number(line) },
  };
}

/** @throws NotFoundError */
export async function getImport(ctx: Context, id: string): Promise<Import> {
  requireRight(ctx, "read");
  await endStaleImports(ctx);
  const row = await findImport(ctx.db.sql, id);
  if (!row) throw new NotFoundError("import", id);
  return toImport(row);
}

/** Marks imports as failed whose process is gone. Whoever looks at imports calls it, so that none is shown running for ever. */
export async function endStaleImports(ctx: Context): Promise<void> {
  await transaction(ctx.db.sql, async (tx) => {
    for (const row of await failStaleImports(tx)) {
      const after = { status: row.status, error: row.error, rows: row.rows };
      await audit({ actor: systemActor() }, tx, "import.finished", row.id, { after });
    }
  });
}
