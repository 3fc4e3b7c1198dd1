import { z } from "zod";
import { nameText } from "./audience";

export { isUuid } from "./audience";

export const tagNameMax = 100;
export const tagsOfRecipientMax = 100;

export const tagSchema = z.object({ id: z.uuid(), name: z.string(), recipients: z.int() });
export type Tag = z.output<typeof tagSchema>;

/** "|" separates the tags of a row in CSV. */
const tagName = nameText(tagNameMax, { excluded: "|", code: "tag_bar" });

export const tagWriteSchema = z.strictObject({ name: tagName });
export type TagWrite = z.output<typeof tagWriteSchema>;

export const tagUpdateSchema = z.strictObject({ name: tagName.optional() });
export type TagUpdate = z.output<typeof tagUpdateSchema>;

/** May a tag be called that? */
export const isTagName = (text: string): boolean => tagName.safeParse(text).success;
