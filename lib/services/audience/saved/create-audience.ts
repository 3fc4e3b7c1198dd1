import { v7 as uuidv7 } from "uuid";
import { type AudienceRow, findAudience, insertAudience } from "@/db/audience/saved-audiences";
import { writeTerms } from "@/db/audience/terms";
import { transaction } from "@/db/client";
import type { AudienceCreate } from "@/lib/contract/audience/saved-audience";
import { ConflictError, ValidationError } from "@/lib/domain/errors";
import { resolveExpression } from "@/lib/services/audience/resolve-expression";
import { audit } from "@/lib/services/audit";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { snapshotAudience } from "./snapshot";

/** @throws ValidationError that names what is unknown; ConflictError when the name is taken */
export async function createAudience(ctx: Context, input: AudienceCreate): Promise<AudienceRow> {
  requireRight(ctx, "audience:write");
  return transaction(ctx.db.sql, async (tx) => {
    const { terms, errors } = await resolveExpression(tx, input.expression, "/expression", true);
    if (errors.length > 0) throw new ValidationError(errors);
    const id = uuidv7();
    const audienceNo = await insertAudience(tx, { id, name: input.name });
    if (audienceNo === undefined) throw new ConflictError("audience_name_taken", { name: input.name });
    await writeTerms(tx, { audienceNo }, terms);
    const row = (await findAudience(tx, id))!;
    await audit(ctx, tx, "audience.created", id, { after: snapshotAudience(row) });
    return row;
  });
}
