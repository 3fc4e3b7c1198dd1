import {
  type AudienceRow,
  findAudience,
  lockAudience,
  updateAudience as writeRow,
} from "@/db/audience/saved-audiences";
import { writeTerms } from "@/db/audience/terms";
import { transaction } from "@/db/client";
import type { AudienceUpdate } from "@/lib/contract/audience/saved-audience";
import { ConflictError, NotFoundError, StaleVersionError, ValidationError } from "@/lib/domain/errors";
import { resolveExpression } from "@/lib/services/audience/resolve-expression";
import { audit } from "@/lib/services/audit";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { snapshotAudience } from "./snapshot";

/**
 * Dispatches that were made by it keep what they were confirmed with.
 * @param version the edition the caller saw (If-Match), or null for whatever it is now
 * @throws NotFoundError, StaleVersionError; ValidationError that names what is unknown;
 * ConflictError when the name is taken
 */
export async function updateAudience(
  ctx: Context,
  id: string,
  input: AudienceUpdate,
  version: number | null,
): Promise<AudienceRow> {
  requireRight(ctx, "audience:write");
  return transaction(ctx.db.sql, async (tx) => {
    const before = await lockAudience(tx, id);
    if (!before) throw new NotFoundError("audience", id);
    if (version !== null && version !== before.version) throw new StaleVersionError(before.version);
    const name = input.name ?? before.name;
    if (input.expression) {
      const { terms, errors } = await resolveExpression(tx, input.expression, "/expression", true);
      if (errors.length > 0) throw new ValidationError(errors);
      await writeTerms(tx, { audienceNo: before.no }, terms);
    }
    if (!(await writeRow(tx, before.no, name))) throw new ConflictError("audience_name_taken", { name });
    const after = (await findAudience(tx, id))!;
    await audit(ctx, tx, "audience.updated", id, {
      before: snapshotAudience(before),
      after: snapshotAudience(after),
    });
    return after;
  });
}
