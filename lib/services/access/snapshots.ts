import type { ApiKeyRow } from "@/db/access/api-keys";
import type { InvitationRow } from "@/db/access/invitations";

/**
 * What the audit log keeps of a key and of a link. Its entries last: those of every version look
 * the same.
 */

export const snapshotApiKey = (row: ApiKeyRow) => ({
  id: row.id,
  name: row.name,
  prefix: row.prefix,
  scopes: row.scopes,
  created_by: row.createdBy,
  created_at: row.createdAt.toISOString(),
  expires_at: row.expiresAt?.toISOString() ?? null,
  last_used_at: row.lastUsedAt?.toISOString() ?? null,
  revoked_at: row.revokedAt?.toISOString() ?? null,
  daily_recipients: row.dailyRecipients,
});

export const snapshotInvitation = (row: InvitationRow) => ({
  role: row.role,
  email: row.email,
  user: row.userId,
  created_by: row.createdBy,
  created_at: row.createdAt.toISOString(),
  expires_at: row.expiresAt.toISOString(),
});
