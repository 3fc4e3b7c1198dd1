import { z } from "zod";
import { unknownZoneRules, weekdays } from "@/lib/domain/daily-hours";

const time = z.string({ error: "string" }).regex(/^([01]\d|2[0-3]):[0-5]\d$/, "time");
const endTime = z.string({ error: "string" }).regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, "time");

/**
 * Hours by the clock on each person's wall. Where `to` is not later than `from`, it is of the next
 * day; `days` are those that they begin on.
 */
export const hoursSchema = z.strictObject({
  from: time,
  to: endTime,
  days: z
    .array(z.enum(weekdays, { error: "weekdays" }), { error: "weekdays" })
    .min(1, "weekdays")
    .max(7, "weekdays")
    .default([...weekdays]),
  /** Of whom nobody knows the time zone: they have the dispatch's, or get nothing. */
  unknown_zone: z.enum(unknownZoneRules, { error: "unknown_zone_rule" }).default("dispatch"),
});

/** The body of `PUT /api/v1/settings/quiet-hours/`. */
export const quietHoursPutSchema = hoursSchema.extend({ enabled: z.boolean({ error: "boolean" }) });
export type QuietHoursPut = z.output<typeof quietHoursPutSchema>;

export const hoursAnswerSchema = z.object({
  from: z.string(),
  to: z.string(),
  days: z.array(z.enum(weekdays)),
  unknown_zone: z.enum(unknownZoneRules),
});

export const quietHoursSchema = hoursAnswerSchema.extend({
  enabled: z.boolean(),
  changed_at: z.iso.datetime(),
  changed_by: z.string(),
});
export type QuietHoursAnswer = z.output<typeof quietHoursSchema>;
