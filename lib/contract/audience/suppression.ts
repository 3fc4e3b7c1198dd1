import { z } from "zod";
import { exportFormat } from "@/lib/contract/export";
import { pageQuerySchema } from "@/lib/contract/page";
import { phoneSchema } from "@/lib/contract/phone";
import { suppressionReasons } from "@/lib/domain/audience/suppression";
import { phoneFragment } from "./recipient";

/** One number and reason: who is there for several has an entry for each. */
export const suppressionSchema = z.object({
  phone: z.string(),
  reason: z.enum(suppressionReasons),
  /**
   * Who or what it comes from: a name of the audit log, `import <id>`, `message <id>`, `inbound
   * <id>`; `inbound unkept` of a STOP whose message could not be kept.
   */
  source: z.string(),
  at: z.iso.datetime(),
});
export type Suppression = z.output<typeof suppressionSchema>;

export const suppressionCreateSchema = z.strictObject({ phone: phoneSchema });

const suppressionFilterSchema = z.strictObject({
  /** A piece of a phone, in any way of writing. */
  phone: phoneFragment.optional(),
  reason: z.enum(suppressionReasons, { error: "suppression_reason" }).optional(),
});
export type SuppressionFilterQuery = z.output<typeof suppressionFilterSchema>;

export const suppressionListQuerySchema = pageQuerySchema.extend(suppressionFilterSchema.shape);
export const suppressionExportQuerySchema = suppressionFilterSchema.extend(exportFormat);
export type SuppressionExportQuery = z.output<typeof suppressionExportQuerySchema>;
