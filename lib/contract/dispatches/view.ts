import { z } from "zod";
import { nameText } from "@/lib/contract/audience/audience";
import { pageQuerySchema } from "@/lib/contract/page";
import { dayPattern, periods } from "@/lib/domain/period";
import { dispatchFilters, dispatchSortText, dispatchStatusText } from "./dispatch";

export const viewNameMax = 100;
const day = `(${dayPattern.source.slice(1, -1)})?`;
const { from: _from, to: _to, timezone: _timezone, ...filters } = dispatchFilters;

/** What the list's address has. Periods that have a name move with today. */
const filterSchema = z.strictObject({
  view: z.enum(["table", "calendar"], { error: "view" }).optional(),
  status: dispatchStatusText.optional(),
  sort: dispatchSortText.optional(),
  /** A name, or `<from>..<to>`, either of which may be missing. */
  period: z
    .string({ error: "period" })
    .regex(new RegExp(`^(${periods.join("|")}|${day}\\.\\.${day})$`), "period")
    .optional(),
  ...filters,
});
export type DispatchViewFilter = z.output<typeof filterSchema>;

export const dispatchViewCreateSchema = z.strictObject({ name: nameText(viewNameMax), filter: filterSchema });
export type DispatchViewCreate = z.output<typeof dispatchViewCreateSchema>;

/** Another filter is another view. */
export const dispatchViewUpdateSchema = dispatchViewCreateSchema.pick({ name: true });
export type DispatchViewUpdate = z.output<typeof dispatchViewUpdateSchema>;

export const dispatchViewSchema = z.object({
  id: z.uuid(),
  name: z.string(),
  filter: filterSchema,
  /** Who saved it. */
  author: z.string(),
  created_at: z.iso.datetime(),
});
export type DispatchView = z.output<typeof dispatchViewSchema>;

export const dispatchViewListQuerySchema = pageQuerySchema;
export type DispatchViewListQuery = z.output<typeof dispatchViewListQuerySchema>;
