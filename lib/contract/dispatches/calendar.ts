import { z } from "zod";
import { dispatchStatuses } from "@/lib/domain/lifecycle";
import { boardLimit, dispatchFilters } from "./dispatch";

const { from: _from, to: _to, ...filters } = dispatchFilters;

/** What the calendar is asked for; the filters narrow its dispatches, not the load. */
export const calendarQuerySchema = z.strictObject({
  /** A month, or a day of it, as `timezone` has them; the month of today when it is left out. */
  date: z
    .string({ error: "calendar_date" })
    .regex(/^(19|20)\d\d-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?$/, "calendar_date")
    .optional(),
  /** How many dispatches a day shows at most. */
  limit: boardLimit.default(3),
  ...filters,
});
export type CalendarQuery = z.output<typeof calendarQuerySchema>;

const instant = z.iso.datetime();
const count = z.int().min(0);

export const calendarItemSchema = z.object({
  id: z.uuid(),
  name: z.string().nullable(),
  /** Its beginning. */
  message_text: z.string(),
  status: z.enum(dispatchStatuses),
  start_datetime: instant,
  /** When it ended, or when its window does. */
  until: instant,
  /** null until the audience has been counted. */
  audience: count.nullable(),
  /** It started on a day before. */
  goes_on: z.boolean(),
  /** How many recipients it would not reach before its end, at today's rates. */
  not_sent: count,
});
export type CalendarItem = z.output<typeof calendarItemSchema>;

export const calendarSchema = z.object({
  /** When the first day begins, and when the last one ends. */
  since: instant,
  until: instant,
  days: z.array(
    z.object({
      day: z.iso.date(),
      since: instant,
      /** How many dispatches start on it, and how many go on from days before. */
      starts: count,
      goes_on: count,
      /** The first of them: those that start, then those that go on. */
      items: z.array(calendarItemSchema),
    }),
  ),
  /** Operators with a rate: how full it is, in percent, in each hour from `since` on. */
  load: z.array(
    z.object({
      id: z.uuid(),
      code: z.string(),
      name: z.string(),
      rate_per_second: z.number(),
      percents: z.array(z.int().min(0).max(100)),
    }),
  ),
  /** False: so much is planned that what starts last is not in the load. */
  is_load_whole: z.boolean(),
});
export type Calendar = z.output<typeof calendarSchema>;
export type CalendarDay = Calendar["days"][number];
