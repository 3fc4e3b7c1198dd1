import { z } from "zod";

/** The paging of every list. */
export const pageQuerySchema = z.strictObject({
  limit: z.coerce.number({ error: "limit" }).int("limit").min(1, "limit").max(200, "limit").default(50),
  cursor: z
    .string()
    .regex(/^n\d{1,11}$/, "cursor")
    .optional(),
});

/** One page: what the list holds, and where the next begins. */
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), next_cursor: z.string().nullable() });
