import type { Filters } from "@/db/audience/terms";
import type { Sql, Tx } from "@/db/client";
import { isReachable, matchesTerms } from "@/db/sending/audience";
import { named } from "@/db/sending/personal";
import { ALL_MAX, ofAll, ofTag, readScale } from "./measure";

/** Somebody who would get a dispatch, with what its text names. */
export interface SampledPerson {
  phone: string;
  operatorNo: number;
  timezone: string | null;
  attributes: Record<string, string | null>;
}

/**
 * Some of those who would get it, spread over the audience, the same ones each time: so what is
 * said of them does not move by itself.
 * @returns `isAll`: everybody, as there are no more
 */
export async function samplePeople(
  sql: Sql | Tx,
  filters: Filters,
  names: string[],
  limit: number,
): Promise<{ people: SampledPerson[]; isAll: boolean }> {
  const { maxNo, tag } = await readScale(sql, filters);
  const isSmall = Math.min(maxNo, tag?.size ?? maxNo) <= ALL_MAX;
  const whole = tag
    ? sql`(select recipient_no as no from recipient_tags where tag_no = ${tag.no}) s
        join recipients r on r.no = s.no`
    : sql`recipients r`;
  const from = isSmall ? whole : (tag ? ofTag(sql, tag) : ofAll(sql, maxNo, limit)).from;
  const { operatorNo, terms } = filters;
  const people = await sql<SampledPerson[]>`
    select phone, operator_no as "operatorNo", timezone, ${named(sql, names, "r")} as attributes
    from (
      select r.no, r.phone, r.operator_no, r.timezone, r.attributes from ${from}
      where ${isReachable(sql)} ${operatorNo === null ? sql`` : sql`and r.operator_no = ${operatorNo}`}
        ${terms === null ? sql`` : sql`and ${matchesTerms(sql, terms, "probed")}`}
      order by hashint8(r.no), r.no limit ${limit + 1}
    ) r order by hashint8(r.no), r.no`;
  const isAll = isSmall && people.length <= limit;
  return { people: people.slice(0, limit), isAll };
}
