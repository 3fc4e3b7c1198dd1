import type { Tag } from "@/lib/contract/audience/tag";
import type { CountedTagRow } from "@/lib/services/audience/get-tag";

export const presentTag = ({ id, name, recipients }: CountedTagRow): Tag => ({ id, name, recipients });
