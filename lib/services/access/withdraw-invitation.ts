import { deleteInvitation, deleteInvitationsBy, type InvitationRow } from "@/db/access/invitations";
import { type Tx, transaction } from "@/db/client";
import { NotFoundError } from "@/lib/domain/errors";
import { audit } from "@/lib/services/audit";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { snapshotInvitation } from "./snapshots";

/** Ends a link. @throws NotFoundError when it does not work (any longer) */
export async function withdrawInvitation(ctx: Context, id: string): Promise<void> {
  requireRight(ctx, "users:manage");
  await transaction(ctx.db.sql, async (tx) => {
    const row = await deleteInvitation(tx, id);
    if (!row) throw new NotFoundError("invitation", id);
    await noteWithdrawn(ctx, tx, row);
  });
}

/** A user's links end when the user loses the right to make them. */
export async function withdrawInvitationsBy(ctx: Context, tx: Tx, userId: string): Promise<void> {
  for (const row of await deleteInvitationsBy(tx, userId)) await noteWithdrawn(ctx, tx, row);
}

async function noteWithdrawn({ actor }: Context, tx: Tx, row: InvitationRow): Promise<void> {
  await audit({ actor }, tx, "invitation.withdrawn", row.id, { before: snapshotInvitation(row) });
}
