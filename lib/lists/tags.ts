import { isTagName, isUuid, tagNameMax, tagsOfRecipientMax } from "@/lib/contract/audience/tag";
import { tidyName } from "@/lib/domain/audience/tidy-name";
import { ValidationError } from "@/lib/domain/errors";
import { copied } from "./copied";
import type { RowCode } from "./problem";

export interface KnownTag {
  id: string;
  name: string;
}

export interface TagsRead {
  /**
   * Names. A known tag has the name that it has in Carillon; a new tag has its first spelling in
   * the file.
   */
  tags: string[];
  problem: { code: RowCode; value: string } | null;
}

/** We refuse a file with more new tags: that column contains something else. */
export const NEW_TAGS_MAX = 1_000;
const CELLS_KEPT = 10_000;
const CELL_KEPT_LENGTH = 500;

const noTags: TagsRead = { tags: [], problem: null };

/** The key by which we compare tags. It ignores case, spaces and how accents are composed. */
export const tagKey = (name: string): string => tidyName(name).toLowerCase();

/**
 * Reads cells of tags. `|`, `;` and `,` separate tags, except within the name of a known tag.
 * @throws ValidationError when the file would create too many new tags
 */
export function tagReader(known: Iterable<KnownTag> = []): (cell: string) => TagsRead {
  const names = new Map<string, string>();
  const ids = new Map<string, string>();
  for (const { id, name } of known) {
    // When two known tags differ only in case, another spelling means the first.
    if (!names.has(tagKey(name))) names.set(tagKey(name), name);
    names.set(`=${name}`, name);
    ids.set(id.toLowerCase(), name);
  }
  const knownName = (text: string) => names.get(`=${text}`) ?? names.get(tagKey(text));
  let news = 0;
  // Cells repeat from row to row: we read each distinct cell once.
  const cells = new Map<string, TagsRead>();

  /** @returns null when the text cannot be the name of a tag */
  const nameOf = (text: string): string | null => {
    const found = knownName(text) ?? ids.get(text.toLowerCase());
    if (found !== undefined) return found;
    if ([...text].length > tagNameMax || !isTagName(text)) return null;
    if (++news > NEW_TAGS_MAX) throw new ValidationError([{ pointer: "", code: "too_many_new_tags" }]);
    names.set(tagKey(text), copied(text));
    return text;
  };

  /** Splits a cell into tags. It does not split the name of a known tag. */
  const split = (cell: string, [separator, ...rest]: string[]): string[] => {
    const text = tidyName(cell);
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
      // No tag may have a name shaped like an id, so this id belongs to no tag.
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
