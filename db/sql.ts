import type { Fragment } from "postgres";
import type { Sql, Tx } from "./client";

/**
 * Pieces of SQL that statements of every subject share. Columns are names of ours: nothing of a
 * user's is ever in them.
 */

/** Puts a constant piece of SQL into a statement. */
export const raw = (sql: Sql | Tx, text: string) => sql.unsafe(text);

/** Conditions that all hold; true when there are none. The driver takes no empty list of pieces. */
export const allOf = (sql: Sql | Tx, conditions: Fragment[]): Fragment =>
  conditions.length === 0 ? sql`true` : conditions.reduce((all, one) => sql`${all} and ${one}`);

/** An instant as ISO 8601 in UTC, with milliseconds. */
export const iso = (sql: Sql | Tx, column: string) =>
  raw(sql, `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`);

/**
 * A message's id is its dispatch's number and, in the lower 32 bits, its recipient's: so the key of
 * `messages` holds that nobody gets a dispatch twice, and the messages of a dispatch are one range
 * of it. In TypeScript an id is a decimal string, for it exceeds 2^53.
 */
const RECIPIENT_BITS = 32;
const RECIPIENT_MASK = 2n ** BigInt(RECIPIENT_BITS) - 1n;

export const messageId = (dispatchNo: number, recipientNo: number | bigint): string =>
  String((BigInt(dispatchNo) << BigInt(RECIPIENT_BITS)) | BigInt(recipientNo));

/** The least id that a message of the dispatch may have, and the greatest. */
export const messageIdsOf = (dispatchNo: number): [first: string, last: string] => [
  messageId(dispatchNo, 0),
  messageId(dispatchNo, RECIPIENT_MASK),
];

export const recipientNoOf = (id: string): bigint => BigInt(id) & RECIPIENT_MASK;

/** @param dispatch its number, or the column that has it */
export const messageIdSql = (sql: Sql | Tx, dispatch: number | string, recipient: string) =>
  typeof dispatch === "number"
    ? sql`((${dispatch}::bigint ${raw(sql, `<< ${RECIPIENT_BITS}) | ${recipient}`)})`
    : raw(sql, `((${dispatch}::bigint << ${RECIPIENT_BITS}) | ${recipient})`);

export const dispatchNoSql = (sql: Sql | Tx, id: string) => raw(sql, `(${id} >> ${RECIPIENT_BITS})`);

export const recipientNoSql = (sql: Sql | Tx, id: string) => raw(sql, `(${id} & ${RECIPIENT_MASK})`);
