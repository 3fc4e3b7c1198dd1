import type { Tx } from "@/db/client";
import type { PreparedKind, PreparedRow, PreparedValues } from "@/db/dispatches/prepared";
import { lockPrepared } from "@/db/dispatches/prepared";
import { NotFoundError, StaleVersionError } from "@/lib/domain/errors";
import type { Context } from "@/lib/services/context";

/**
 * Drafts and templates: what is no dispatch yet (`prepared_dispatches`).
 *
 * Content is JSON text that only forms read: fields of later versions stay as they are.
 *
 * Versions. Who saves second gets a 412. Who repeats a save that the row has already does not,
 * since the answer to the first may have been lost; a new draft has an id of its author's own for
 * the same reason.
 *
 * A dispatch that names its draft deletes it in its own transaction, under the draft's lock and in
 * the version that its author saw. So of several who schedule one draft the first makes a dispatch,
 * a lost answer loses nothing, and what somebody saved meanwhile is not thrown away.
 *
 * A draft names no recipient: it stays until somebody deletes or schedules it, whatever
 * RETENTION_DAYS says. The audit log notes who begins, takes over and ends one, not each save.
 */

/** A draft or a template. `content`: what its form holds; the server reads only its text. */
export interface Prepared extends Omit<PreparedRow, "content"> {
  content: Record<string, unknown>;
}

export const toPrepared = (row: PreparedRow): Prepared => ({
  ...row,
  content: JSON.parse(row.content) as Record<string, unknown>,
});

/** Capitals and the ways to write one letter make no difference to names and searches. */
export const fold = (text: string): string => text.normalize("NFC").toLowerCase();

/** Not for Postgres: NUL, and halves of characters. */
const UNSTORABLE = /[\0\p{Cs}]/gu;

/** What is written of one. */
export function valuesOf(
  ctx: Context,
  kind: PreparedKind,
  name: string | null,
  content: Record<string, unknown>,
): PreparedValues {
  const text = typeof content.message_text === "string" ? content.message_text : "";
  return {
    name,
    folded: kind === "template" ? fold(name!) : null,
    content: JSON.stringify(content),
    search: fold(`${name ?? ""}\n${text}`).replace(UNSTORABLE, ""),
    editor: ctx.actor.name,
  };
}

/**
 * The row and its lock, in the edition that the caller saw.
 * @param wanted what it is to become: who repeats what is there already is not told of a newer
 * version, since the answer to the first time may have been lost
 * @throws NotFoundError, StaleVersionError
 */
export async function lockEdition(
  tx: Tx,
  kind: PreparedKind,
  id: string,
  version: number | null,
  wanted?: (row: PreparedRow) => Pick<PreparedValues, "name" | "content">,
): Promise<{ row: PreparedRow; isThere: boolean }> {
  const row = await lockPrepared(tx, kind, id);
  if (!row) throw new NotFoundError(kind, id);
  const { name, content } = wanted?.(row) ?? {};
  const isThere = wanted !== undefined && name === row.name && content === row.content;
  if (!isThere && version !== null && version !== row.version) throw new StaleVersionError(row.version);
  return { row, isThere };
}
