import type { Invitation, NewInvitation } from "@/lib/contract/access/user";
import type { InvitationRow } from "@/lib/services/access/list-invitations";

export const presentInvitation = (row: InvitationRow): Invitation => ({
  id: row.id,
  role: row.role,
  email: row.email,
  user: row.userId,
  created_by: row.createdBy,
  created_at: row.createdAt.toISOString(),
  expires_at: row.expiresAt.toISOString(),
});

export const presentNewInvitation = (made: InvitationRow & { path: string }): NewInvitation => ({
  ...presentInvitation(made),
  path: made.path,
});
