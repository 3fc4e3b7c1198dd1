import { findDispatch } from "@/db/dispatches/dispatches";
import { listRatedOperators, type RatedOperator } from "@/db/dispatches/load";
import { type AudienceSize, measureAudience } from "@/db/dispatches/measure";
import {
  type AudiencePart,
  findRepeated,
  listZones,
  type Repeated,
  sampleAudience,
} from "@/db/dispatches/preview";
import { readQuietHours } from "@/db/sending/quiet-hours";
import { readDispatchCreate, type WarningCode } from "@/lib/contract/dispatches/dispatch";
import { type PreviewQuery, previewSchema } from "@/lib/contract/dispatches/preview";
import type { Clause } from "@/lib/domain/audience/clause";
import { ValidationError } from "@/lib/domain/errors";
import { type DispatchForecast, type ForecastLane, forecast } from "@/lib/domain/forecast";
import { type HoursRule, zoneOf } from "@/lib/domain/hours";
import { nightShare } from "@/lib/domain/local-day";
import { literalOf } from "@/lib/domain/text/personal-text";
import { type Segments, segmentsOf } from "@/lib/domain/text/segments";
import { isTimeZone } from "@/lib/domain/time-zone";
import type { Window } from "@/lib/domain/window";
import { keepCounts } from "@/lib/services/audience/count-tags";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { resolveFilters } from "./audience/resolve-filters";
import { dispatchWarnings } from "./check-dispatch";
import { senderErrors } from "./check-sender";
import { type DispatchCost, dispatchCost } from "./cost";
import { laneOf, loadLanes, rangesOf } from "./forecast-load";
import { checkText } from "./personal/check-text";
import { type ForeseenTexts, foreseeTexts } from "./personal/foresee-texts";

const SAMPLES = 5;
const THIS = "preview";
/** So many people say what a personal text is to all. */
const TEXTS = 10_000;
const WINDOW_MS_MAX = 366 * 86_400_000;
/** The same text to the same people within so long is more likely a slip than meant. */
const REPEAT_MS = 7 * 86_400_000;

/** The outlook of a dispatch. Figures that need a missing field are null. */
export interface Preview {
  audience: {
    total: number;
    isEstimate: boolean;
    /** Of an audience with terms: how many each clause leaves of those before it. */
    clauses: { clause: Clause | "everyone"; left: number; isEstimate: boolean }[];
    /** Those with the largest share first. */
    byOperator: Count[];
    /** Recipients who match the filters and have opted out. */
    optedOut: number;
    /** Who matches the filters and is skipped, since nobody knows their time zone. */
    unknownZone: number;
    /** Phones of a few who would get it. */
    samples: string[];
    /** How many would get it at night. An estimate. */
    night: number | null;
  };
  /** Of a personal text: what stands in it for everybody, in as many segments as are expected. */
  message: Segments | null;
  /** As it was given, for what its warnings quote. */
  text: string | null;
  /** Null without placeholders. */
  personal: ForeseenTexts | null;
  /** Null without a text. */
  cost: DispatchCost | null;
  window: Window | null;
  /** At today's rates, given what else is scheduled or running. */
  forecast: PreviewForecast | null;
  /** The last dispatch of the same text by the same filters. */
  repeats: Repeated | null;
  warnings: WarningCode[];
}

interface Outlook {
  /** Null when not everybody is reached. */
  finishesAt: Date | null;
  notSent: number;
}

interface PreviewForecast extends Outlook {
  byOperator: (Outlook & { operator: RatedOperator })[];
  /**
   * Where hours of the day matter. `beginsAt`: null when no hour of theirs is in the window. An
   * estimate also names zones that it found nobody in, with a count of 0.
   */
  byZone: { zone: string; count: number; notSent: number; beginsAt: Date | null }[];
  /**
   * An end by which everybody would be reached, when this one is too early and there is one that is
   * allowed.
   */
  suggestedEnd: Date | null;
}

/**
 * The outlook of a dispatch, as far as its body is filled in: who gets it, how the text travels,
 * when sending would end.
 * @param body as it came
 * @throws ValidationError with every wrong field; a missing one is not wrong
 */
export async function previewDispatch(ctx: Context, body: unknown, query: PreviewQuery): Promise<Preview> {
  requireRight(ctx, "read");
  const now = ctx.now();
  const { errors, window, ...named } = readDispatchCreate(body, now);
  const wrong = errors.filter((error) => error.code !== "required");
  const input = previewSchema.safeParse(body).data;
  const resolved = await resolveFilters(ctx.db.sql, named, false);
  wrong.push(...resolved.errors);
  const { filters } = resolved;
  const edited = query.dispatch === undefined ? undefined : await findDispatch(ctx.db.sql, query.dispatch);
  const literal = edited && !edited.personal ? edited.messageText : null;
  const segmentsMax = input?.max_segments ?? null;
  const checked = await checkText(ctx.db.sql, named.text, literal, segmentsMax);
  wrong.push(...checked.errors);
  if (input && resolved.errors.length === 0)
    wrong.push(...(await senderErrors(ctx, ctx.db.sql, input.sender, filters)));
  if (wrong.length > 0 || !input) throw new ValidationError(wrong);
  const { operatorNo, tagNo, terms } = filters;

  const { sql } = ctx.db;
  const text = input.message_text;
  const [quiet, operators, size, samples, repeated] = await Promise.all([
    readQuietHours(sql),
    listRatedOperators(sql),
    measureAudience(sql, filters),
    ctx.actor.rights.has("audience:read") ? sampleAudience(sql, filters, SAMPLES) : [],
    text === undefined
      ? null
      : findRepeated(sql, text, filters, new Date(now.getTime() - REPEAT_MS), query.dispatch ?? null),
  ]);
  const { parts: all } = size;
  const rule = {
    local: input.local_time ?? null,
    quiet: quiet.enabled && !input.ignore_quiet_hours ? quiet.hours : null,
    zone: input.timezone ?? "UTC",
  };
  const hasHours = rule.local !== null || rule.quiet !== null;
  const isWritten = (timezone: string | null) => !hasHours || zoneOf(rule, timezone) !== undefined;
  const personal =
    checked.read &&
    (await foreseeTexts(sql, checked.read, { filters, segmentsMax, limit: TEXTS }, isWritten));
  const message = personal
    ? { ...segmentsOf(literalOf(checked.read!)), segments: personal.expectedSegments }
    : text === undefined
      ? null
      : segmentsOf(text);
  const parts = hasHours ? all.filter(({ timezone }) => zoneOf(rule, timezone) !== undefined) : all;
  const audience = countsByOperator(operators, parts);
  const total = audience.reduce((sum, { count }) => sum + count, 0);
  // A create that follows need not count again.
  if (operatorNo === null && terms === null)
    keepCounts(
      ctx,
      tagNo,
      audience.map(({ operator, count }) => ({ tagNo, operatorNo: operator.no, count })),
    );
  const load = window ? await loadLanes(ctx, operators, query.dispatch ?? null) : [];
  const slot = {
    segments: message?.segments ?? 1,
    startMs: window?.start.getTime() ?? 0,
    endMs: window?.end.getTime() ?? 0,
  };
  const lanesUntil = (endMs: number) => {
    const own = { ...slot, ...hoursOf(rule), id: THIS, endMs };
    if (!hasHours) return audience.map(({ operator, count }) => laneOf(own, operator, count));
    return parts.flatMap(({ operatorNo, timezone, count }) => {
      const operator = operators.find(({ no }) => no === operatorNo);
      const zone = zoneOf(rule, timezone)!;
      if (!operator || count === 0) return [];
      return [{ ...laneOf(own, operator, count), zone, ranges: rangesOf(own, zone, now.getTime())! }];
    });
  };
  const lanes = window ? lanesUntil(slot.endMs) : [];
  const foretell = (own: ForecastLane[]) =>
    forecast([...own, ...load], now.getTime()).get(THIS) ?? nobody(window, now);
  const foretold = window ? foretell(lanes) : null;
  // An estimate may miss rare zones, but the form plans a window from the zones.
  const zones = window && hasHours && size.isEstimate ? await listZones(sql, operatorNo) : [];
  const perhaps = zones
    .filter((zone) => isTimeZone(zone) && lanes.every((lane) => lane.zone !== zone))
    .map((zone) => ({ zone, ranges: rangesOf({ ...hoursOf(rule), ...slot }, zone, now.getTime())! }));
  const outside = lanes.reduce((sum, { ranges, messages }) => sum + (ranges?.length === 0 ? messages : 0), 0);
  const warnings = dispatchWarnings({
    window,
    now,
    isEveryone: operatorNo === null && tagNo === null && terms === null,
    isEmpty: total === 0 && !size.isEstimate,
    text,
    fits: !message || !foretold || foretold.notSent <= outside,
    isOutsideHours: outside > 0,
  });
  return {
    audience: {
      total,
      isEstimate: size.isEstimate,
      clauses: clausesOf(size, total),
      byOperator: audience,
      optedOut: all.reduce((sum, part) => sum + part.optedOut, 0),
      unknownZone: sum(all) - sum(parts),
      samples,
      night: foretold && window ? atNight(parts, lanes, foretold, window, now, input.timezone!) : null,
    },
    message,
    text: text ?? null,
    personal: personal && shownTo(ctx, toAll(personal, total)),
    cost:
      message &&
      dispatchCost(
        ctx,
        audience.map(({ operator, count }) => ({
          operator,
          price: operator.price,
          segments: personal ? segmentsFor(personal, operator.no, count) : count * message.segments,
        })),
        size.isEstimate || (personal !== null && !personal.isAll),
      ),
    window: window ?? null,
    forecast:
      message && foretold && window
        ? forecastOf(
            foretold,
            [...lanes, ...perhaps],
            operators,
            suggestEnd(foretold, lanesUntil, window, now, foretell),
          )
        : null,
    repeats: repeated,
    warnings,
  };
}

/** Counts of a sample, as they are of all. */
function toAll(texts: ForeseenTexts, total: number): ForeseenTexts {
  if (texts.isAll || texts.people === 0) return texts;
  const scaled = (count: number) => Math.round((count * total) / texts.people);
  return {
    ...texts,
    bySegments: texts.bySegments.map(({ segments, count }) => ({ segments, count: scaled(count) })),
    skipped: texts.skipped.map(({ reason, count }) => ({ reason, count: scaled(count) })),
    forcedUcs2: scaled(texts.forcedUcs2),
  };
}

/** As those of the operator's people who were looked at have; where none was, as all of them do. */
function segmentsFor({ byOperator, people, bySegments }: ForeseenTexts, operatorNo: number, count: number) {
  const own = byOperator.get(operatorNo);
  if (own) return Math.round((count * own.segments) / own.people);
  const all = bySegments.reduce((sum, { segments, count }) => sum + segments * count, 0);
  return people === 0 ? 0 : Math.round((count * all) / people);
}

/** Values are people's data. */
const shownTo = (ctx: Context, texts: ForeseenTexts): ForeseenTexts =>
  ctx.actor.rights.has("audience:read") ? texts : { ...texts, longest: [], samples: [] };

const hoursOf = ({ local, quiet }: HoursRule) => ({ localTime: local, quietHours: quiet });

const sum = (parts: AudiencePart[]) => parts.reduce((total, { count }) => total + count, 0);

/** The last one leaves the total. */
function clausesOf(size: AudienceSize, total: number): Preview["audience"]["clauses"] {
  if (size.clauses.length === 0) return [];
  const isEstimate = size.areClausesEstimates;
  const left = size.clauses.map(({ clause, left }) => ({ clause, left: Math.max(left, total), isEstimate }));
  left[left.length - 1] = { ...left.at(-1)!, left: total, isEstimate: size.isEstimate };
  return [{ clause: "everyone", left: Math.max(size.everyone, total), isEstimate }, ...left];
}

type Count = { operator: RatedOperator; count: number };

function countsByOperator(operators: RatedOperator[], parts: AudiencePart[]): Count[] {
  return operators
    .map((operator) => ({
      operator,
      count: parts.reduce((sum, p) => sum + (p.operatorNo === operator.no ? p.count : 0), 0),
    }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count);
}

const nobody = (window: Window | undefined, now: Date): DispatchForecast => ({
  finishesAtMs: Math.max(window?.start.getTime() ?? 0, now.getTime()),
  notSent: 0,
  byOperator: [],
  byZone: [],
});

/**
 * An end that leaves a twentieth of the time to spare, on the next five minutes; null when there is
 * no need, or none that a window may have. The other dispatches get their share in the longer
 * window too.
 */
function suggestEnd(
  foretold: DispatchForecast,
  lanesUntil: (endMs: number) => ForecastLane[],
  window: Window,
  now: Date,
  foretell: (own: ForecastLane[]) => DispatchForecast,
): Date | null {
  if (foretold.notSent === 0) return null;
  const finishMs = foretell(lanesUntil(Math.max(+now, +window.start) + 2 * WINDOW_MS_MAX)).finishesAtMs;
  if (finishMs === null) return null;
  const beginMs = Math.max(window.start.getTime(), now.getTime());
  const stepMs = 5 * 60_000;
  const endMs = Math.ceil((finishMs + (finishMs - beginMs) * 0.05 + 1_000) / stepMs) * stepMs;
  return endMs - window.start.getTime() > WINDOW_MS_MAX ? null : new Date(endMs);
}

/**
 * Recipients are reached in the order they were added, which says nothing of their zones: each zone
 * has its share of an operator's whole stretch.
 */
function atNight(
  parts: AudiencePart[],
  lanes: ForecastLane[],
  foretold: DispatchForecast,
  window: Window,
  now: Date,
  timezone: string,
): number {
  const beginMs = Math.max(window.start.getTime(), now.getTime());
  const of = new Map(foretold.byOperator.map((o) => [o.operator, o]));
  let night = 0;
  for (const part of parts) {
    const lane = of.get(part.operatorNo);
    if (!lane || part.count === 0) continue;
    const zone = part.timezone !== null && isTimeZone(part.timezone) ? part.timezone : timezone;
    const sent = 1 - lane.notSent / lane.messages;
    const hours = lanes.find((l) => l.zone === zone);
    const range = hours?.ranges?.[0];
    // Who has no hour within the window gets nothing.
    if (hours && !range) continue;
    const endMs = Math.min(
      lane.finishesAtMs ?? window.end.getTime(),
      range?.toMs ?? Number.POSITIVE_INFINITY,
    );
    if (sent > 0) night += part.count * sent * nightShare(zone, range?.fromMs ?? beginMs, endMs);
  }
  return Math.round(night);
}

const outlookOf = ({
  finishesAtMs: ms,
  notSent,
}: {
  finishesAtMs: number | null;
  notSent: number;
}): Outlook => ({
  finishesAt: ms === null ? null : new Date(Math.ceil(ms)),
  notSent,
});

const forecastOf = (
  foretold: DispatchForecast,
  lanes: Pick<ForecastLane, "zone" | "ranges">[],
  operators: RatedOperator[],
  suggestedEnd: Date | null,
): PreviewForecast => ({
  ...outlookOf(foretold),
  byOperator: foretold.byOperator.map((o) => ({
    operator: operators.find(({ no }) => no === o.operator)!,
    ...outlookOf(o),
  })),
  byZone: [...new Set(lanes.map(({ zone }) => zone))]
    .filter((zone) => zone !== undefined)
    .map((zone) => {
      const { messages = 0, notSent = 0 } = foretold.byZone.find((one) => one.zone === zone) ?? {};
      const first = lanes.find((lane) => lane.zone === zone)?.ranges?.[0];
      return { zone, count: messages, notSent, beginsAt: first ? new Date(first.fromMs) : null };
    })
    .sort((a, b) => b.count - a.count),
  suggestedEnd,
});
