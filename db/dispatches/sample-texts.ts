import type { Sql, Tx } from "@/db/client";
import { messageIdsOf } from "@/db/sql";

/** So many texts say how long those of all are: a few milliseconds, however many there are. */
const TEXTS = 200;

/** Of a lane: how many of its texts were looked at, and the segments of all of these. */
export interface SampledTexts {
  laneNo: number;
  texts: number;
  segments: number;
}

/**
 * Texts of a personal dispatch that a gateway took, spread over all that were written, the same
 * ones each time while none is added. None once they have been deleted for their age.
 */
export const sampleTexts = (sql: Sql | Tx, dispatchNo: number): Promise<SampledTexts[]> => {
  const [first, last] = messageIdsOf(dispatchNo);
  const written = sql`
        select message_id from message_texts
        where message_id between ${first}::bigint and ${last}::bigint`;
  return sql<SampledTexts[]>`
    with ends as materialized (
      select f.message_id as first, l.message_id as last
      from (${written} order by message_id limit 1) f, (${written} order by message_id desc limit 1) l
    ),

    picked as (
      select distinct t.message_id, t.segments
      from ends e cross join generate_series(0, ${TEXTS - 1}::bigint) i
      cross join lateral (
        select message_id, segments from message_texts
        where message_id >= e.first + (e.last - e.first) * i / ${TEXTS - 1}::bigint and message_id <= e.last
        order by message_id limit 1
      ) t
    )

    select m.lane_no as "laneNo", count(*)::int as texts, sum(p.segments)::int as segments
    from picked p cross join lateral (
      select lane_no from messages
      where id = p.message_id and status in ('sent', 'delivered', 'undelivered') offset 0
    ) m group by 1`;
};
