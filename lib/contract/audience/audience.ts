import { butNot, cleanText, lineText, textBy } from "@/lib/contract/text";
import { IGNORABLE, trimUnseen } from "@/lib/domain/text/unseen";

const UUID = "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}";
/** What {@link trimUnseen} takes away, in a pattern. */
export const unseen = `[\\s${IGNORABLE}]*`;
const uuid = new RegExp(`^${UUID}$`);

export const isUuid = (text: string) => uuid.test(text);

/** An id of whatever version. */
export const idText = textBy({ max: 36, pattern: uuid, wrong: () => "id" });

/**
 * A name or a code: trimmed, not empty, one line. Those that can stand for an id must not look like
 * one, or an id would no longer say what it names.
 * @param max characters
 */
export function nameText(
  max: number,
  { uuidAllowed = false, ...excluded }: { uuidAllowed?: boolean; excluded?: string; code?: string } = {},
) {
  const name = lineText(max, excluded);
  return (
    uuidAllowed ? name : butNot(name, new RegExp(`^${unseen}${UUID}${unseen}$`), "uuid_shaped")
  ).overwrite(trimUnseen);
}

/** An id, a code or a name. */
export const reference = cleanText(200, { min: 1 });
