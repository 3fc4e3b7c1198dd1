import type * as contract from "@/lib/contract/audience/saved-audience";
import type { CountedAudience } from "@/lib/services/audience/saved/count-audience";
import { type AudienceRow, snapshotAudience } from "@/lib/services/audience/saved/snapshot";

export const presentAudience = (row: AudienceRow): contract.SavedAudience => ({
  ...snapshotAudience(row),
  version: row.version,
  created_at: row.createdAt,
  updated_at: row.updatedAt,
});

export const presentCountedAudience = ({
  recipients,
  ...row
}: CountedAudience): contract.CountedAudience => ({
  ...presentAudience(row),
  recipients: recipients && { count: recipients.count, is_estimate: recipients.isEstimate },
});
