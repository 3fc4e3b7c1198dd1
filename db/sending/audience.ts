import type { Fragment } from "postgres";
import { decomposed } from "@/db/audience/attribute-names";
import { readTerms, type Terms } from "@/db/audience/terms";
import type { Sql, Tx } from "@/db/client";
import { allOf, messageIdSql, messageIdsOf, raw, recipientNoSql } from "@/db/sql";
import type { Clause } from "@/lib/domain/audience/clause";
import type { MessageStatus } from "@/lib/domain/lifecycle";
import { trimUnseen } from "@/lib/domain/text/unseen";

/**
 * Who belongs to a dispatch, and who can be sent to: the conditions that claim, count, preview and
 * forecast share. They speak of a recipient `r` and a dispatch `d`.
 *
 * A recipient belongs when it matches the filters, was there when the dispatch opened (`max_no`),
 * and had neither opted out nor been deleted by then. One who belongs and opts out later is not
 * sent to: the claim gives them a `skipped` message.
 *
 * The audience of a dispatch with terms is what its {@link clausesOf} say; all else holds for it,
 * too.
 */

/** The recipient can be sent to now. */
export const isReachable = (sql: Sql | Tx, r = "r") =>
  raw(sql, `${r}.opted_out_at is null and ${r}.deleted_at is null`);

/** Why the recipient cannot be sent to now; null when they can. */
export const unreachableBecause = (sql: Sql | Tx, r = "r") =>
  raw(
    sql,
    `case when ${r}.opted_out_at is not null then 'opted_out'
      when ${r}.deleted_at is not null then 'deleted' end`,
  );

/** The recipient could be sent to at that instant, whatever they did since. */
export const wasReachable = (sql: Sql | Tx, at: Fragment) =>
  sql`(r.opted_out_at is null or r.opted_out_at > ${at}) and (r.deleted_at is null or r.deleted_at > ${at})`;

const isOfOperator = "(d.operator_no is null or d.operator_no = r.operator_no)";
const isInTime = "(d.max_no is null or r.no <= d.max_no)";
const isItsRecipient = "(d.recipient_no is null or r.no = d.recipient_no)";
const hasItsTag = `(d.tag_no is null or exists (
  select 1 from recipient_tags t where t.tag_no = d.tag_no and t.recipient_no = r.no))`;

/**
 * The recipient matches the dispatch, but for its tag, by which large audiences are found and not
 * checked.
 */
const matchesButTag = (sql: Sql | Tx) => raw(sql, `${isOfOperator} and ${isInTime} and ${isItsRecipient}`);

/** The same of filters that no dispatch has yet: nobody is in time or late. */
export const matchesFiltersButTag = (sql: Sql | Tx, operatorNo: number | null) => sql`
  r.deleted_at is null ${operatorNo === null ? sql`` : sql`and r.operator_no = ${operatorNo}`}`;

/** A dispatch has reached whoever has a message of these in it: they got it, or may have. */
const reached = ["sending", "deferred", "sent", "delivered", "undelivered", "unknown"] as const;
reached satisfies readonly MessageStatus[];
const isReached = `m.status in (${reached.map((status) => `'${status}'`).join(", ")})`;

/**
 * How a condition is asked. `probed`: of a few recipients that are known, by keys, whatever the
 * planner thinks. `counted`: of all there are.
 */
export type Asked = "probed" | "counted";

/**
 * What an audience asks of a recipient `r`, by clause: the one definition of who matches terms.
 * Each is true or false, never null.
 */
export function clausesOf(sql: Sql | Tx, terms: Terms, asked: Asked): { clause: Clause; holds: Fragment }[] {
  // OFFSET 0 keeps a subquery from becoming a join.
  const probe = asked === "probed" ? sql`offset 0` : sql``;
  const hasTag = (no: number) => sql`exists (
    select from recipient_tags t where t.tag_no = ${no}::int and t.recipient_no = r.no ${probe})`;
  const hasOneOf = (nos: number[]) => sql`exists (
    select from recipient_tags t where t.tag_no = any(${nos}::int[]) and t.recipient_no = r.no ${probe})`;
  const isLeftOut = (no: number) => {
    const [first, last] = messageIdsOf(no);
    const isTheirs =
      asked === "probed"
        ? sql`m.id = ${messageIdSql(sql, no, "r.no")}`
        : sql`m.id between ${first}::bigint and ${last}::bigint and ${recipientNoSql(sql, "m.id")} = r.no`;
    return sql`exists (select from messages m where ${isTheirs} and ${raw(sql, isReached)} ${probe})`;
  };
  // Values are trimmed and names composed when they come in; those that came before were not.
  const has = ({ name, values }: Terms["attributes"][number]) => {
    const either = [...new Set([...values, ...values.map(trimUnseen)])];
    const [now, before] = [name.normalize("NFC"), decomposed(name)];
    const held = sql`coalesce(r.attributes ->> ${now}::text, r.attributes ->> ${before}::text)`;
    return sql`(${held} = any(${either}::text[])) is true`;
  };
  const found: [Clause, Fragment[]][] = [
    ["tags_all", terms.all.map(hasTag)],
    ["tags_any", terms.any.length > 0 ? [hasOneOf(terms.any)] : []],
    ["tags_none", terms.none.length > 0 ? [sql`not ${hasOneOf(terms.none)}`] : []],
    ["operators", terms.operators.length > 0 ? [sql`r.operator_no = any(${terms.operators}::int[])`] : []],
    ["attributes", terms.attributes.map(has)],
    ["exclude_dispatches", terms.excluded.map((no) => sql`not ${isLeftOut(no)}`)],
  ];
  return found.flatMap(([clause, conditions]) =>
    conditions.length > 0 ? [{ clause, holds: allOf(sql, conditions) }] : [],
  );
}

/** Recipient `r` matches the terms. */
export const matchesTerms = (sql: Sql | Tx, terms: Terms, asked: Asked): Fragment =>
  allOf(
    sql,
    clausesOf(sql, terms, asked).map(({ holds }) => holds),
  );

const andTerms = (sql: Sql | Tx, terms: Terms | null, asked: Asked) =>
  terms === null ? sql`` : sql`and ${matchesTerms(sql, terms, asked)}`;

/** The recipient belongs to a dispatch that has opened. */
export const belongs = (sql: Sql | Tx, terms: Terms | null) =>
  sql`${matchesButTag(sql)} and ${raw(sql, hasItsTag)} and ${wasReachable(sql, sql`d.started_at`)}
    ${andTerms(sql, terms, "probed")}`;

/** What decides whether a recipient belongs, one condition a column. */
export const membership = (sql: Sql | Tx, terms: Terms | null) =>
  sql`${raw(
    sql,
    `r.deleted_at is null as known, r.opted_out_at is not null as "optedOut", ${isOfOperator} as "isOperator",
      ${hasItsTag} as "hasTag", ${isInTime} as "inTime"`,
  )}, ${
    terms === null
      ? sql`null as missed`
      : sql`case ${clausesOf(sql, terms, "probed").map(
          ({ clause, holds }) => sql`when not (${holds}) then ${clause}::text `,
        )} end as missed`
  }`;

/** How many match the dispatch `d` and a condition. */
export const countMatching = (sql: Sql | Tx, condition: Fragment, terms: Terms | null) =>
  terms === null
    ? sql`
  case when d.tag_no is null
    then (select count(*) from recipients r where ${matchesButTag(sql)} and ${condition})
    else (
      select count(*) from recipient_tags t join recipients r on r.no = t.recipient_no
      where t.tag_no = d.tag_no and ${matchesButTag(sql)} and ${condition})
  end`
    : sql`(
      select count(*) from recipients r
      where ${matchesButTag(sql)} and ${condition} ${andTerms(sql, terms, "counted")})`;

/**
 * Counts the audience once, after the opening: a step of its own, so that counting ten million
 * recipients does not delay the start.
 */
export async function countAudience(tx: Tx | Sql, dispatchNo: number): Promise<void> {
  const terms = await readTerms(tx, { dispatchNo });
  const belonged = wasReachable(tx, tx`coalesce(d.started_at, clock_now())`);
  await tx`
    update dispatches d set audience = ${countMatching(tx, belonged, terms)}
    where d.no = ${dispatchNo} and d.audience is null`;
}

/**
 * Reconciles the audience with the recipients accounted for, and writes where those went who never
 * got a message. A dispatch that ran again after it was completed has accounted for some of them
 * already.
 */
export async function reconcileAudience(
  tx: Tx,
  dispatchNo: number,
  accounted: number,
  to: "skipped" | "expired" | "cancelled",
): Promise<number> {
  const column = raw(tx, `unclaimed_${to}`);
  const known = tx`(${accounted}::bigint
    + unclaimed_skipped + unclaimed_expired + unclaimed_cancelled - ${column})`;
  const [row] = await tx<{ unclaimed: number }[]>`
    update dispatches set audience = greatest(coalesce(audience, 0), ${known}),
      ${column} = greatest(coalesce(audience, 0) - ${known}, 0)
    where no = ${dispatchNo} returning ${column}::float8 as unclaimed`;
  return row!.unclaimed;
}
