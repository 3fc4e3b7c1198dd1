import type { Tx } from "@/db/client";
import { raw } from "@/db/sql";
import { counterSql } from "./counters";

/**
 * What finishing a dispatch depends on, and what it writes. The caller holds the dispatch's lock.
 */

export interface FinishState {
  openLanes: number;
  undrained: number;
  openChunks: number;
  retries: number;
  accounted: number;
  audience: number | null;
}

/** Reads the lanes and the chunks that are not folded, never the messages. */
export async function readFinishState(tx: Tx, dispatchNo: number): Promise<FinishState> {
  const [row] = await tx<FinishState[]>`
    select count(*) filter (where l.open)::int as "openLanes",
      count(*) filter (where not l.drained)::int as undrained,
      coalesce(sum(c.open), 0)::int as "openChunks", coalesce(sum(r.n), 0)::int as retries,
      coalesce(sum(${raw(tx, counterSql.totalOf("l"))} + c.accounted), 0)::float8 as accounted,
      (select audience::float8 from dispatches where no = ${dispatchNo}) as audience
    from lanes l
    cross join lateral (
      select count(*) filter (where state in ('claimed', 'started')) as open,
        coalesce(sum(${raw(tx, counterSql.total)}), 0) as accounted
      from chunks where lane_no = l.no and not folded
    ) c
    cross join lateral (
      select count(*) as n from (select 1 from retries where lane_no = l.no limit 1) first
    ) r
    where l.dispatch_no = ${dispatchNo}`;
  return row!;
}

/** Adds the counts of the dispatch's settled chunks to its lanes, which it locks. */
export async function foldChunks(tx: Tx, dispatchNo: number): Promise<void> {
  await tx`
    with held as materialized (
      select no from lanes where dispatch_no = ${dispatchNo} order by no for update
    ),

    folded as (
      update chunks k set folded = true from held h
      where k.lane_no = h.no and not k.folded and k.state in ('settled', 'released')
      returning k.lane_no, ${raw(tx, counterSql.namesOf("k"))}
    ),

    sums as (
      select lane_no, ${raw(tx, counterSql.sums)} from folded group by lane_no
    )

    update lanes l set ${raw(tx, counterSql.add("l", "s"))} from sums s where l.no = s.lane_no`;
}

/** How many of the dispatch's messages expired, by its lanes' counters. */
export async function readExpired(tx: Tx, dispatchNo: number): Promise<{ expired: number }> {
  const [row] = await tx<{ expired: number }[]>`
    select coalesce(sum(expired), 0)::float8 as expired from lanes where dispatch_no = ${dispatchNo}`;
  return row!;
}
