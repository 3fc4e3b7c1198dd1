import { z } from "zod";
import { textBy } from "@/lib/contract/text";
import { newPasswordSchema } from "./user";

/** Where somebody is signed in. */
export const sessionSchema = z.object({
  id: z.uuid(),
  /** The one that asks. */
  is_current: z.boolean(),
  user_agent: z.string().nullable(),
  address: z.string().nullable(),
  created_at: z.iso.datetime(),
  /** When a page was last opened or something changed, to the minute. */
  last_seen_at: z.iso.datetime(),
});
export type Session = z.output<typeof sessionSchema>;

export const passwordChangeSchema = z.strictObject({
  current_password: textBy({ min: 1, max: 1_000 }),
  new_password: newPasswordSchema,
});
export type PasswordChange = z.output<typeof passwordChangeSchema>;
