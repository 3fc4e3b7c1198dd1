import type { Terms } from "@/db/audience/terms";
import type { Tx } from "@/db/client";
import { type DispatchValues, hasAudience } from "@/db/dispatches/dispatches";
import { type AudienceSize, measureAudience } from "@/db/dispatches/measure";
import { readQuietHours } from "@/db/sending/quiet-hours";
import { readDispatchCreate, type WarningCode } from "@/lib/contract/dispatches/dispatch";
import { ValidationError } from "@/lib/domain/errors";
import { foreignPlaceholder } from "@/lib/domain/text/foreign-placeholder";
import { segmentsOf } from "@/lib/domain/text/segments";
import type { Window } from "@/lib/domain/window";
import type { Context } from "@/lib/services/context";
import { resolveFilters } from "./audience/resolve-filters";
import { senderErrors } from "./check-sender";
import { rangesOf } from "./forecast-load";
import { checkText } from "./personal/check-text";
import { foreseeTexts } from "./personal/foresee-texts";
import { willFit } from "./will-fit";

/** What a dispatch that is changed has. */
export interface Kept {
  id: string;
  /** Its sender is no choice of this change: it may have left the settings since. */
  isSenderKept: boolean;
  /** What its audience asks for, when that is not changed. */
  terms: Terms | null;
  /** Its text, if that is sent as it stands: without a change it goes on so. */
  literal: string | null;
}

/** So many people say how many segments a forecast expects. */
const SAMPLE = 1_000;

/**
 * Makes the values of a dispatch's row from a body, and holds its operator and tag against deletion
 * until the transaction ends.
 * @param kept of the dispatch that is changed; null for a new one
 * @throws ValidationError with every broken rule at once: of the fields, of the window, and filters
 * that name nothing; ConflictError for an audience that nobody can know
 */
export async function checkDispatch(
  ctx: Context,
  tx: Tx,
  body: unknown,
  kept: Kept | null = null,
): Promise<Omit<DispatchValues, "id">> {
  const now = ctx.now();
  const { errors, input, window, ...named } = readDispatchCreate(body, now);
  const resolved = await resolveFilters(tx, named, true);
  errors.push(...resolved.errors);
  const filters = kept?.terms ? { ...resolved.filters, terms: kept.terms } : resolved.filters;
  const segmentsMax = input?.max_segments ?? null;
  const text = await checkText(tx, named.text, kept?.literal ?? null, segmentsMax);
  errors.push(...text.errors);
  if (input && resolved.errors.length === 0 && !kept?.isSenderKept)
    errors.push(...(await senderErrors(ctx, tx, input.sender, filters)));
  if (errors.length > 0 || !input || !window) throw new ValidationError(errors);
  const { operatorNo, tagNo, terms } = filters;

  const segments = text.read
    ? (await foreseeTexts(tx, text.read, { filters, segmentsMax, limit: SAMPLE })).expectedSegments
    : segmentsOf(input.message_text).segments;
  const { enabled, hours } = await readQuietHours(tx);
  const size = terms && (await measureAudience(tx, filters));
  const expected = size && expectedOf(size);
  const slot = {
    ...filters,
    expected,
    segments,
    startMs: +window.start,
    endMs: +window.end,
    timezone: input.timezone,
    localTime: input.local_time ?? null,
    quietHours: enabled && !input.ignore_quiet_hours ? hours : null,
  };
  // Sent together: the answers come in one round trip.
  const [isAudience, fits] = await Promise.all([
    size ? size.isEstimate || Object.keys(expected!).length > 0 : hasAudience(tx, operatorNo, tagNo),
    window.end <= now || willFit(ctx, tx, slot, kept?.id ?? null),
  ]);
  // As the forecast of what is scheduled does, this takes all to be in the dispatch's zone.
  const isOutsideHours = rangesOf(slot, slot.timezone, +now)?.length === 0;
  const warnings = dispatchWarnings({
    window,
    now,
    isEveryone: operatorNo === null && tagNo === null && terms === null,
    isEmpty: !isAudience,
    text: input.message_text,
    fits: fits || isOutsideHours,
    isOutsideHours: isAudience && isOutsideHours,
  });
  return {
    timezone: input.timezone,
    startAt: window.start.toISOString(),
    endAt: window.end.toISOString(),
    startInput: input.start_datetime,
    endInput: input.end_datetime,
    name: input.name ?? null,
    messageText: input.message_text,
    personal: text.read !== null,
    maxSegments: text.read ? segmentsMax : null,
    sender: input.sender ?? null,
    segments,
    operatorNo,
    tagNo,
    terms,
    expected,
    localTime: input.local_time ?? null,
    ignoreQuietHours: input.ignore_quiet_hours ?? false,
    warnings,
  };
}

/** How many recipients of each operator a forecast expects. */
function expectedOf({ parts }: AudienceSize): Record<string, number> {
  const expected: Record<string, number> = {};
  for (const { operatorNo, count } of parts)
    if (count > 0) expected[operatorNo] = (expected[operatorNo] ?? 0) + count;
  return expected;
}

/** Warnings, in the order in which the answer lists them. None of them is an error. */
export function dispatchWarnings(found: {
  window: Window | undefined;
  now: Date;
  isEveryone: boolean;
  isEmpty: boolean;
  text: string | undefined;
  /** Does the rate reach all whom hours leave time? */
  fits: boolean;
  /** Do hours alone leave some people no time? */
  isOutsideHours: boolean;
}): WarningCode[] {
  const { window, now } = found;
  const isClosed = window !== undefined && window.end <= now;
  const warnings: WarningCode[] = [];
  if (isClosed) warnings.push("window_closed");
  else if (window && window.start <= now) warnings.push("starts_immediately");
  if (found.isEveryone) warnings.push("audience_is_everyone");
  if (found.isEmpty) warnings.push("audience_empty");
  if (window?.moved) warnings.push("wall_time_moved");
  if (window?.repeated) warnings.push("wall_time_repeated");
  if (found.text !== undefined && foreignPlaceholder(found.text) !== null)
    warnings.push("foreign_placeholder");
  // The warning about a closed window says it already.
  if (isClosed) return warnings;
  if (found.isOutsideHours) warnings.push("hours_never");
  if (!found.fits) warnings.push("will_not_fit");
  return warnings;
}
