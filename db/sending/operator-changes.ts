import { readTerms } from "@/db/audience/terms";
import type { Tx } from "@/db/client";
import { messageIdSql } from "@/db/sql";
import { belongs } from "./audience";
import { changedSince, hasLaneZones, operatorChangedSince } from "./lane-zones";

/** How many one call takes at most; the finish that follows their sending takes the rest. */
const CHANGES_MAX = 10_000;

/**
 * Claims the recipients who changed operator, or zone where hours of the day matter, while the
 * dispatch ran. They may have been passed over: the lane they came from had not reached them, the
 * lane they went to was past them. Each of them who belongs and has no message gets one that is due
 * now, on the lane of today's operator (made if needed). From there on it is an ordinary retry,
 * paced and asked for opt-out again.
 *
 * The caller holds the dispatch's lock, and every lane is drained and at rest.
 * @returns how many there were
 */
export async function claimOperatorChanges(tx: Tx, dispatchNo: number): Promise<number> {
  const terms = await readTerms(tx, { dispatchNo });
  const isChanged = (await hasLaneZones(tx, dispatchNo)) ? changedSince(tx) : operatorChangedSince(tx);
  const changes = await tx<{ no: string; operator: number }[]>`
    select r.no, r.operator_no as operator from dispatches d
    join recipients r on ${isChanged}
    where d.no = ${dispatchNo} and ${belongs(tx, terms)}
      and not exists (select 1 from messages m where m.id = ${messageIdSql(tx, dispatchNo, "r.no")})
    order by r.no limit ${CHANGES_MAX}`;
  if (changes.length === 0) return 0;

  await tx`
    insert into lanes (dispatch_no, operator_no, open, drained, price_per_segment)
    select d.no, o.no, d.status = 'running' and s.state = 'on' and d.end_at > clock_now(), true,
      o.price_per_segment
    from dispatches d, operators o, (select state from sending_state for share) s
    where d.no = ${dispatchNo}
      and o.no = any(${[...new Set(changes.map((change) => change.operator))]}::int[])
    on conflict (dispatch_no, operator_no) do nothing`;

  await tx`
    with written as (
      insert into messages (id, lane_no, phone, status, claimed_at)
      select ${messageIdSql(tx, dispatchNo, "r.no")}, l.no, r.phone, 'deferred', clock_now()
      from unnest(
        ${changes.map((change) => change.no)}::bigint[], ${changes.map((change) => change.operator)}::int[]
      ) m(no, operator_no)
      join recipients r on r.no = m.no
      join lanes l on l.dispatch_no = ${dispatchNo} and l.operator_no = m.operator_no
      order by r.no
      on conflict do nothing returning id, lane_no
    ),

    waiting as (
      insert into retries (message_id, lane_no, due_at, attempt)
      select id, lane_no, clock_now(), 0 from written
    ),

    sums as (
      select lane_no, count(*) as n from written group by lane_no
    )

    update lanes l set deferred = deferred + s.n from sums s where l.no = s.lane_no`;
  return changes.length;
}
