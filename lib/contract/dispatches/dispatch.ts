import { z } from "zod";
import { idText, reference } from "@/lib/contract/audience/audience";
import { type AudienceInput, audienceInput, wholeExpressionSchema } from "@/lib/contract/audience/expression";
import { gatewayName } from "@/lib/contract/audience/operator";
import { pageQuerySchema } from "@/lib/contract/page";
import { phoneSchema } from "@/lib/contract/phone";
import { fieldErrors } from "@/lib/contract/problem";
import { hoursAnswerSchema, hoursSchema } from "@/lib/contract/sending/quiet-hours";
import { cleanText, lineText, messageText, printableText } from "@/lib/contract/text";
import { timeZoneSchema } from "@/lib/contract/time-zone";
import type { FieldError } from "@/lib/domain/errors";
import { type DispatchStatus, dispatchOrders, dispatchStatuses } from "@/lib/domain/lifecycle";
import { dayPattern } from "@/lib/domain/period";
import { messageTextMax, segmentsMax } from "@/lib/domain/text/segments";
import { datetimeIssue, datetimePattern, resolveWindow, type Window } from "@/lib/domain/window";

/** With an offset, or meant in the dispatch's zone. */
const datetime = z
  .string({ error: "string" })
  .superRefine((text, ctx) => {
    const code = datetimeIssue(text);
    if (code) ctx.addIssue({ code: "custom", message: code });
  })
  .meta({ pattern: datetimePattern.source });
const message = messageText(messageTextMax);
export const dispatchNameMax = 100;
/** One of those that the gateways list; null or left out: the first of each. */
const sender = lineText(64).nullable().optional();
const filter = reference.nullable().optional();
export const maxSegments = z
  .number({ error: "max_segments" })
  .int("max_segments")
  .min(1, "max_segments")
  .max(segmentsMax, "max_segments");

/**
 * The body of `POST /api/v1/dispatches/`. What the fields mean together is checked by {@link
 * readDispatchCreate}.
 */
export const dispatchCreateSchema = z.strictObject({
  timezone: timeZoneSchema,
  start_datetime: datetime,
  end_datetime: datetime,
  /** What its makers call it; recipients never see it. */
  name: lineText(dispatchNameMax).nullable().optional(),
  message_text: message,
  filter_mobile_operator_code: filter,
  filter_tag: filter,
  sender,
  /** The draft that it is made of, in the version that was seen: it goes. */
  draft: z.strictObject({ id: z.uuid(), version: z.int().min(1).max(2_147_483_647) }).optional(),
  audience: audienceInput.nullable().optional(),
  /** Each recipient is written to in these hours of their own day alone. */
  local_time: hoursSchema.nullable().optional(),
  /** Send in the installation's quiet hours, too. It needs a right of its own. */
  ignore_quiet_hours: z.boolean({ error: "boolean" }).optional(),
  /**
   * Of a text with placeholders: who would get more segments is skipped. A text without them is
   * refused if it has more.
   */
  max_segments: maxSegments.nullable().optional(),
});
export type DispatchCreate = z.output<typeof dispatchCreateSchema>;

/** The body of `PATCH`: what is left out stays as it is. */
export const dispatchPatchSchema = dispatchCreateSchema
  .omit({ draft: true })
  .partial()
  .meta({ dependentRequired: { timezone: ["start_datetime", "end_datetime"] } });
export type DispatchPatch = z.output<typeof dispatchPatchSchema>;

/** The body of `POST /api/v1/dispatches/test/`. */
export const testSendSchema = z.strictObject({
  /** Of a recipient. */
  phone: phoneSchema,
  message_text: message,
  sender,
  /**
   * To test this gateway, whatever the operator's is: it is tried once. It needs a right of its
   * own.
   */
  gateway: gatewayName.nullable().optional(),
});
export type TestSend = z.output<typeof testSendSchema>;

export interface ReadDispatch {
  /** Every broken rule at once; only when there is none may the rest be used. */
  errors: FieldError[];
  input: DispatchCreate | undefined;
  window: Window | undefined;
  /**
   * Filters that are well formed, also when other fields are wrong, so that unknown ids can be told
   * together with the rest.
   */
  filters: { operator: string | null; tag: string | null };
  /** The same of the audience; null: it has none. */
  audience: AudienceInput | null;
  /** The text, when it is well formed; its placeholders are not read yet. */
  text: string | null;
}

/**
 * Reads a dispatch from whatever was sent, by the rules of the fields and of the window they make
 * together.
 */
export function readDispatchCreate(body: unknown, now: Date): ReadDispatch {
  const read = dispatchCreateSchema.safeParse(body);
  const errors = read.success ? [] : fieldErrors(read.error, body);
  const fields = (typeof body === "object" && body !== null ? body : {}) as Record<string, unknown>;
  const { shape } = dispatchCreateSchema;
  const zone = shape.timezone.safeParse(fields.timezone);
  const start = shape.start_datetime.safeParse(fields.start_datetime);
  const end = shape.end_datetime.safeParse(fields.end_datetime);
  let window: Window | undefined;
  if (zone.success && start.success && end.success) {
    const resolved = resolveWindow(zone.data, start.data, end.data, now);
    if ("window" in resolved) window = resolved.window;
    else errors.push(...resolved.errors);
  }
  const filterOf = (value: unknown) => filter.safeParse(value).data ?? null;
  const filters = {
    operator: filterOf(fields.filter_mobile_operator_code),
    tag: filterOf(fields.filter_tag),
  };
  const audience = shape.audience.safeParse(fields.audience).data ?? null;
  if (audience !== null && (filters.operator !== null || filters.tag !== null))
    errors.push({ pointer: "/audience", code: "audience_beside_filter" });
  const text = shape.message_text.safeParse(fields.message_text).data ?? null;
  return { errors, input: read.data, window, filters, audience, text };
}

export const warningCodes = [
  "starts_immediately",
  "window_closed",
  "audience_is_everyone",
  "audience_empty",
  "wall_time_moved",
  "wall_time_repeated",
  "foreign_placeholder",
  "hours_never",
  "will_not_fit",
] as const;
export type WarningCode = (typeof warningCodes)[number];

/** Why nothing of a dispatch goes out at the moment, though it is not over. */
export const waitCodes = [
  "stopped",
  "paused",
  "daily_limit",
  "excluded_unfinished",
  "excluded_dropped",
  "outside_window",
  "outdated",
  "breaker",
  "counting",
  "retries",
  "quiet_hours",
  "waiting_for_engine",
  "clock",
  "paced",
] as const;
export type WaitCode = (typeof waitCodes)[number];

export const waitsSchema = z.array(
  z.object({ code: z.enum(waitCodes), detail: z.string(), until: z.iso.datetime().nullable() }),
);

const count = z.int().min(0);

/**
 * From `remaining` to `cancelled` the counters are disjoint and sum to `audience`, which is null
 * until the audience has been counted.
 */
export const progressSchema = z.object({
  audience: count.nullable(),
  remaining: count,
  sending: count,
  deferred: count,
  sent: count,
  delivered: count,
  undelivered: count,
  failed: count,
  unknown: count,
  expired: count,
  skipped: count,
  cancelled: count,
  /** sent + delivered + undelivered: all that a gateway took. */
  accepted: count,
});
export type Progress = z.output<typeof progressSchema>;

const instant = z.iso.datetime();

export const dispatchSchema = z.object({
  id: z.uuid(),
  status: z.enum(dispatchStatuses),
  start_datetime: instant,
  end_datetime: instant,
  message_text: z.string(),
  filter_mobile_operator_code: z.uuid().nullable(),
  filter_tag: z.uuid().nullable(),
  /** null: it has none; its text tells them apart. */
  name: z.string().nullable(),
  /** Whom it is from; null: the first sender of each gateway. */
  sender: z.string().nullable(),
  /** What it was confirmed with, when it has no plain filters. */
  audience: wholeExpressionSchema.nullable(),
  timezone: z.string(),
  local_time: hoursAnswerSchema.nullable(),
  ignore_quiet_hours: z.boolean(),
  /**
   * How often a message was written to somebody in hours of theirs, and how often `outside` them;
   * null: hours have not mattered. A write whose process died is in neither.
   */
  hours: z.object({ written: count, outside: count }).nullable(),
  /** Its text has placeholders; one from before there were any is sent as it stands. */
  personal: z.boolean(),
  /** null: any number of segments, or no placeholders. */
  max_segments: z.int().nullable(),
  version: z.int(),
  /** Who made it; null: nobody knows any more. */
  author: z.string().nullable(),
  created_at: instant,
  updated_at: instant,
  started_at: instant.nullable(),
  finished_at: instant.nullable(),
  /** When its message rows were deleted for their age; the counters stay. */
  messages_dropped_at: instant.nullable(),
  warnings: z.array(z.object({ code: z.enum(warningCodes), detail: z.string() })),
  /**
   * What holds it up now, the most general first; nothing while it is sent, before its start and
   * when it is over. `until`: when it goes on, where that is known.
   */
  waits: waitsSchema,
  progress: progressSchema,
});
export type Dispatch = z.output<typeof dispatchSchema>;

/** What `retry-failed` answers. */
export const dispatchRetriedSchema = dispatchSchema.extend({
  /** How many messages are due again. */
  retried: z.int(),
  /** How many stay failed, by what the gateway said, and why. */
  left: z.array(z.object({ code: z.string(), count: z.int(), detail: z.string() })),
});
export type DispatchRetried = z.output<typeof dispatchRetriedSchema>;

/** Part of the name or of the text, or the beginning of an id. */
const search = printableText(200).optional();

/** A day of a calendar, such as `2026-11-27`. */
const day = z.string({ error: "date" }).regex(dayPattern, "date").optional();

/** Which of them a list, the board or the calendar shows; what is left out asks nothing. */
export const dispatchFilters = {
  q: search,
  /** Those that start on this day or later, and on that day or earlier, as `timezone` has them. */
  from: day,
  to: day,
  timezone: timeZoneSchema.optional(),
  /** A tag that they ask for, by name or id. */
  tag: reference.optional(),
  /** A saved audience, by id: those that ask for what it asks for now. */
  audience: idText.optional(),
  /** Who made them. */
  author: cleanText(200, { min: 1 }).optional(),
};
export type DispatchFilterQuery = z.output<z.ZodObject<typeof dispatchFilters>>;

const sorts = dispatchOrders.flatMap((order) => [order, `-${order}`] as const);
export type DispatchSort = (typeof sorts)[number];
const anyStatus = `(${dispatchStatuses.join("|")})`;

/** One status, or several with commas. */
export const dispatchStatusText = z
  .string({ error: "status" })
  .regex(new RegExp(`^${anyStatus}(,${anyStatus})*$`), "status");
/** An order, with a minus for the largest first. */
export const dispatchSortText = z.enum(sorts, { error: "sort" });

export const dispatchListQuerySchema = pageQuerySchema.extend({
  status: dispatchStatusText.transform((text) => text.split(",") as DispatchStatus[]).optional(),
  ...dispatchFilters,
  /** What they are sorted by; `-created` when it is left out. */
  sort: dispatchSortText.optional(),
});
export type DispatchListQuery = z.output<typeof dispatchListQuerySchema>;

/** An empty one would be read as nought. */
export const boardLimit = z.preprocess(
  (value) => (value === "" ? Number.NaN : value),
  z.coerce.number({ error: "board_limit" }).int("board_limit").min(0, "board_limit").max(50, "board_limit"),
);

/** `limit`: how many cards a column shows at most; none for the counts alone. */
export const boardQuerySchema = z.strictObject({
  limit: boardLimit.default(20),
  ...dispatchFilters,
});
export type BoardQuery = z.output<typeof boardQuerySchema>;

/** Counts and cards of one reading. */
export const boardSchema = z.object({
  /** Of all that match, by status. */
  counts: z.record(z.enum(dispatchStatuses), count),
  /** Those that start first come first. */
  scheduled: z.array(dispatchSchema),
  /** The newest first. */
  running: z.array(dispatchSchema),
  paused: z.array(dispatchSchema),
  /** Completed, expired and cancelled, those that ended last coming first. */
  finished: z.array(dispatchSchema),
});
export type Board = z.output<typeof boardSchema>;

export const authorsSchema = z.object({ items: z.array(z.string()) });
