import type { Session } from "@/lib/contract/access/account";
import type { OwnSession } from "@/lib/services/access/list-sessions";

export const presentSession = (session: OwnSession): Session => ({
  id: session.id,
  is_current: session.isCurrent,
  user_agent: session.userAgent,
  address: session.address,
  created_at: session.createdAt.toISOString(),
  last_seen_at: session.lastSeenAt.toISOString(),
});
