import { v7 as uuidv7 } from "uuid";
import { transaction } from "@/db/client";
import { insertPrepared, isFoldedTaken } from "@/db/dispatches/prepared";
import type { TemplateCreate } from "@/lib/contract/dispatches/prepared";
import { ConflictError } from "@/lib/domain/errors";
import { audit } from "@/lib/services/audit";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { type Prepared, toPrepared, valuesOf } from "./prepared";

/** @throws ConflictError when the name is taken, whatever its capitals */
export async function createTemplate(ctx: Context, input: TemplateCreate): Promise<Prepared> {
  requireRight(ctx, "dispatches:write");
  const { name, ...content } = input;
  return transaction(ctx.db.sql, async (tx) => {
    const id = uuidv7();
    const values = { ...valuesOf(ctx, "template", name, content), author: ctx.actor.name };
    if (await isFoldedTaken(tx, values.folded!, null))
      throw new ConflictError("template_name_taken", { name });
    const row = (await insertPrepared(tx, { id, kind: "template", ...values }))!;
    await audit(ctx, tx, "template.created", id, { after: { id, ...input } });
    return toPrepared(row);
  });
}
