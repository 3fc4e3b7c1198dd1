import type { DispatchView } from "@/lib/contract/dispatches/view";
import type { View } from "@/lib/services/dispatches/lists/list-views";

export const presentView = ({ id, name, filter, author, createdAt }: View): DispatchView => ({
  ...{ id, name, filter, author },
  created_at: createdAt.toISOString(),
});
