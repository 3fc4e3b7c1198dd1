import { transaction } from "@/db/client";
import { listAcknowledgements, writeAcknowledgement } from "@/db/health/acknowledgements";
import type { Acknowledge, Acknowledgement } from "@/lib/contract/health/status";
import { ValidationError } from "@/lib/domain/errors";
import { audit } from "@/lib/services/audit";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";

export async function getAcknowledgements(ctx: Context): Promise<Acknowledgement[]> {
  requireRight(ctx, "read");
  return (await listAcknowledgements(ctx.db.sql)) as Acknowledgement[];
}

/**
 * Says that somebody knows of a part's fault, so that nobody else on duty looks for whom to call.
 * It changes nothing else, and counts until the part is well again.
 * @throws ValidationError: there is no such part
 */
export async function acknowledgePart(ctx: Context, { kind, name }: Acknowledge): Promise<Acknowledgement> {
  requireRight(ctx, "sending:stop");
  return (await transaction(ctx.db.sql, async (tx) => {
    const row = await writeAcknowledgement(tx, { kind, name: name ?? null, by: ctx.actor.name });
    if (!row) throw new ValidationError([{ pointer: "/name", code: "unknown_part" }]);
    await audit(ctx, tx, "status.acknowledged", name ? `${kind} ${name}` : kind, { after: { kind, name } });
    return row;
  })) as Acknowledgement;
}
