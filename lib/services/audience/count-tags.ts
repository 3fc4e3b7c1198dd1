import type { Tx } from "@/db/client";
import { countByTag, countSome, type TagCount } from "@/db/dispatches/load";
import type { Context } from "@/lib/services/context";

/**
 * Recipients come and go slowly: counts that serve a forecast may be this old, so that a screen
 * that asks every second costs nothing.
 */
const KEPT_MS = 30_000;
/** Recipients looked at, at most, where nobody waits for an exact count. */
const SOME = 20_000;
/** And tags. */
const SOME_TAGS = 8;

type Tag = number | null;
interface Counts {
  atMs: number;
  counts: Promise<TagCount[]>;
}
/** By tag: of all its recipients, and of some. */
interface Kept {
  all: Map<Tag, Counts>;
  some: Map<Tag, Counts>;
}
const keptBy = new WeakMap<Context["db"], Kept>();

function keptOf(ctx: Context): Kept {
  const kept = keptBy.get(ctx.db) ?? { all: new Map(), some: new Map() };
  keptBy.set(ctx.db, kept);
  const nowMs = ctx.now().getTime();
  for (const counts of [kept.all, kept.some]) {
    for (const [tag, { atMs }] of counts) if (Math.abs(nowMs - atMs) > KEPT_MS) counts.delete(tag);
  }
  return kept;
}

/**
 * How many can be sent to by operator, of each of these tags (null: everybody); counted now or
 * lately.
 */
export async function countAll(ctx: Context, tags: Iterable<Tag>): Promise<TagCount[]> {
  const { all } = keptOf(ctx);
  const wanted = [...new Set(tags)];
  const missing = wanted.filter((tag) => !all.has(tag));
  if (missing.length > 0) {
    const given = missing.filter((tag) => tag !== null);
    const counts = countByTag(ctx.db.sql, given, given.length < missing.length);
    const atMs = ctx.now().getTime();
    for (const tag of missing)
      all.set(tag, { atMs, counts: counts.then((rows) => rows.filter((c) => c.tagNo === tag)) });
    // A failed count is not kept: the next caller counts again.
    counts.catch(() => {
      for (const tag of missing) all.delete(tag);
    });
  }
  return (await Promise.all(wanted.map((tag) => all.get(tag)!.counts))).flat();
}

/** Keeps a count that another service has made anyway, of a tag or of all recipients. */
export function keepCounts(ctx: Context, tag: Tag, counts: TagCount[]): void {
  keptOf(ctx).all.set(tag, { atMs: ctx.now().getTime(), counts: Promise.resolve(counts) });
}

/**
 * At least how many: exact where that was counted lately, else of a few tags and their first
 * recipients. The first tag is counted in any case.
 */
export async function countAtLeast(ctx: Context, tx: Tx, tags: Iterable<Tag>): Promise<TagCount[]> {
  const { all, some } = keptOf(ctx);
  const found: TagCount[] = [];
  let left = SOME;
  let tagsLeft = SOME_TAGS;
  for (const tag of new Set(tags)) {
    let known = all.get(tag) ?? some.get(tag);
    if (!known && left > 0 && tagsLeft-- > 0) {
      const counts = await countSome(tx, tag, left);
      left -= counts.reduce((sum, { count }) => sum + count, 0);
      known = { atMs: ctx.now().getTime(), counts: Promise.resolve(counts) };
      some.set(tag, known);
    }
    if (known) found.push(...(await known.counts));
  }
  return found;
}
