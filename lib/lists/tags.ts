import { isTagName, isUuid, tagNameMax, tagsOfRecipientMax } from "@/lib/contract/audience/tag";
import { withoutInvisible } from "@/lib/domain/audience/phone-reader";
import { ValidationError } from "@/lib/domain/errors";
import type { RowCode } from "./problem";

export interface KnownTag {
  id: string;
  name: string;
}

export interface TagsRead {
  /** Names: of a known tag as it is called, else as the file first has it. */
  tags: string[];
  problem: { code: RowCode; value: string } | null;
}

/** A file that makes more tags than this has something else in that column. */
export const NEW_TAGS_MAX = 1_000;
const CELLS_KEPT = 10_000;
const CELL_KEPT_LENGTH = 500;

const noTags: TagsRead = { tags: [], problem: null };

/** What is compared of a tag's name: neither case nor spaces, and no letter's composition. */
export const tagKey = (name: string): string => tidy(name).toLowerCase();

const tidy = (name: string): string => withoutInvisible(name).normalize("NFC").replace(/\s+/g, " ").trim();

/**
 * Reads cells of tags. `|`, `;` and `,` stand between tags, unless what they stand in is the name
 * of a known one.
 * @throws ValidationError when the file would make too many new tags
 */
export function tagReader(known: Iterable<KnownTag> = []): (cell: string) => TagsRead {
  const names = new Map<string, string>();
  const ids = new Map<string, string>();
  for (const { id, name } of known) {
    // Of two that differ in case only each is itself: the first is what another spelling means.
    if (!names.has(tagKey(name))) names.set(tagKey(name), name);
    names.set(`=${name}`, name);
    ids.set(id.toLowerCase(), name);
  }
  const knownName = (text: string) => names.get(`=${text}`) ?? names.get(tagKey(text));
  let news = 0;
  // Cells repeat from row to row: each distinct one is read once.
  const cells = new Map<string, TagsRead>();

  /** @returns null for what no tag may be called */
  const nameOf = (text: string): string | null => {
    const found = knownName(text) ?? ids.get(text.toLowerCase());
    if (found !== undefined) return found;
    if ([...text].length > tagNameMax || !isTagName(text)) return null;
    if (++news > NEW_TAGS_MAX) throw new ValidationError([{ pointer: "", code: "too_many_new_tags" }]);
    names.set(tagKey(text), copied(text));
    return text;
  };

  /**
   * The parts of a cell that are tags. A part that is a known tag as it stands is not split again.
   */
  const split = (cell: string, [separator, ...rest]: string[]): string[] => {
    const text = tidy(cell);
    if (text === "") return [];
    if (separator === undefined || knownName(text) !== undefined) return [text];
    return cell.split(separator).flatMap((part) => split(part, rest));
  };

  const read = (cell: string): TagsRead => {
    const parts = new Map<string, string>();
    for (const text of split(cell, ["|", ";", ","]))
      if (!parts.has(tagKey(text))) parts.set(tagKey(text), text);
    if (parts.size > tagsOfRecipientMax) return { tags: [], problem: { code: "too_many_tags", value: cell } };
    const tags = new Set<string>();
    let problem: TagsRead["problem"] = null;
    for (const text of parts.values()) {
      const name = nameOf(text);
      if (name !== null) tags.add(name);
      // An id is only ever the id of a tag that exists: names are not shaped like ids.
      else problem ??= { code: isUuid(text) ? "unknown_tag" : "tag_name", value: text };
    }
    return { tags: [...tags], problem };
  };

  return (cell) => {
    if (cell === "") return noTags;
    const kept = cells.get(cell);
    if (kept) return kept;
    const reading = read(cell);
    if (!reading.problem && cell.length <= CELL_KEPT_LENGTH && cells.size < CELLS_KEPT)
      cells.set(copied(cell), reading);
    return reading;
  };
}

/** A text that does not keep the piece of file alive that it was cut from. */
const copied = (text: string): string => Buffer.from(text).toString();
