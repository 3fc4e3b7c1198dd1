import type { Tx } from "@/db/client";
import { type DispatchValues, hasAudience, holdFilters } from "@/db/dispatches/dispatches";
import { readDispatchCreate, type WarningCode } from "@/lib/contract/dispatches/dispatch";
import { ValidationError } from "@/lib/domain/errors";
import { segmentsOf } from "@/lib/domain/segments";
import type { Window } from "@/lib/domain/window";
import type { Context } from "@/lib/services/context";
import { senderErrors } from "./check-sender";
import { willFit } from "./will-fit";

/**
 * Makes the values of a dispatch's row from a body, and holds its operator and tag against deletion
 * until the transaction ends.
 * @param id of the dispatch that is changed; null for a new one
 * @param isSenderKept its sender is no choice of this change: it may have left the settings since
 * @throws ValidationError with every broken rule at once: of the fields, of the window, and filters
 * that name nothing
 */
export async function checkDispatch(
  ctx: Context,
  tx: Tx,
  body: unknown,
  id: string | null = null,
  isSenderKept = false,
): Promise<Omit<DispatchValues, "id">> {
  const now = ctx.now();
  const { errors, input, window, filters } = readDispatchCreate(body, now);
  const { operatorNo, tagNo } = await holdFilters(tx, filters.operator, filters.tag);
  if (operatorNo === undefined)
    errors.push({
      pointer: "/filter_mobile_operator_code",
      code: "unknown_operator",
      params: { value: filters.operator! },
    });
  if (tagNo === undefined)
    errors.push({ pointer: "/filter_tag", code: "unknown_tag", params: { value: filters.tag! } });
  if (input && operatorNo !== undefined && !isSenderKept)
    errors.push(...(await senderErrors(ctx, tx, input.sender, operatorNo)));
  if (errors.length > 0 || !input || !window || operatorNo === undefined || tagNo === undefined)
    throw new ValidationError(errors);

  const { segments } = segmentsOf(input.message_text);
  // Sent together: the answers come in one round trip.
  const [isAudience, fits] = await Promise.all([
    hasAudience(tx, operatorNo, tagNo),
    window.end <= now ||
      willFit(ctx, tx, { operatorNo, tagNo, segments, startMs: +window.start, endMs: +window.end }, id),
  ]);
  const warnings = dispatchWarnings({
    window,
    now,
    isEveryone: operatorNo === null && tagNo === null,
    isEmpty: !isAudience,
    fits,
  });
  return {
    timezone: input.timezone,
    startAt: window.start.toISOString(),
    endAt: window.end.toISOString(),
    startInput: input.start_datetime,
    endInput: input.end_datetime,
    messageText: input.message_text,
    sender: input.sender ?? null,
    segments,
    operatorNo,
    tagNo,
    warnings,
  };
}

/** Warnings, in the order in which the answer lists them. None of them is an error. */
export function dispatchWarnings(found: {
  window: Window | undefined;
  now: Date;
  isEveryone: boolean;
  isEmpty: boolean;
  fits: boolean;
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
  // The warning about a closed window says it already.
  if (!found.fits && !isClosed) warnings.push("will_not_fit");
  return warnings;
}
