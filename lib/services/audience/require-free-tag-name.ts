import { holdTagNames, listTagNames } from "@/db/audience/tags";
import type { Tx } from "@/db/client";
import { ConflictError } from "@/lib/domain/errors";
import { tagKey } from "@/lib/lists/tags";

/**
 * No other tag has a name that imports take for this one. Tags from before this rule may differ in
 * case: they stay.
 * @param ownNo of the tag that is renamed
 * @throws ConflictError, with the name that is there
 */
export async function requireFreeTagName(tx: Tx, name: string, ownNo?: number): Promise<void> {
  await holdTagNames(tx);
  const other = (await listTagNames(tx)).find((tag) => tag.no !== ownNo && tagKey(tag.name) === tagKey(name));
  if (other) throw new ConflictError("tag_name_taken", { name: other.name });
}
