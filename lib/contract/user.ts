import { z } from "zod";
import { roles } from "@/lib/domain/rights";
import { isUuid, nameText } from "./audience";

export const passwordMin = 10;
const passwordMax = 128;

export const userSchema = z.object({
  id: z.uuid(),
  name: z.string(),
  email: z.string(),
  role: z.enum(roles),
  disabled_at: z.iso.datetime().nullable(),
  created_at: z.iso.datetime(),
  last_sign_in_at: z.iso.datetime().nullable(),
});
export type User = z.output<typeof userSchema>;

const role = z.enum(roles, { error: "role" });

export const userUpdateSchema = z.strictObject({ role: role.optional(), disabled: z.boolean({ error: "boolean" }).optional() });
export type UserUpdate = z.output<typeof userUpdateSchema>;

/** A link for somebody new, with the role they will have, or for somebody to set a new password: exactly one of the two. */
export const invitationCreateSchema = z
  .strictObject({ role: role.optional(), user: z.string({ error: "string" }).refine(isUuid, "id").optional() })
  .refine(({ role, user }) => (role === undefined) !== (user === undefined), "role_or_user");
export type InvitationCreate = z.output<typeof invitationCreateSchema>;

export const invitationSchema = z.object({
  /** The address of the link on this server; it is told once. */
  path: z.string(),
  expires_at: z.iso.datetime(),
});
export type Invitation = z.output<typeof invitationSchema>;

const password = z.string({ error: "string" }).min(passwordMin, "password_short").max(passwordMax, "too_long");
const email = z
  .string({ error: "string" })
  .trim()
  .toLowerCase()
  .pipe(z.email({ error: "email" }))
  .refine((text) => text.length <= 254, "too_long");

/** `name` and `email` are those of somebody new; who sets a new password has them. */
export const invitationAcceptSchema = z.strictObject({
  token: z.string({ error: "string" }).min(1, "empty").max(200, "too_long"),
  name: nameText(100, { uuidAllowed: true }).optional(),
  email: email.optional(),
  password,
});
export type InvitationAccept = z.output<typeof invitationAcceptSchema>;

/** With whose address one signs in now. */
export const invitationAcceptedSchema = z.object({ email: z.string() });
export type InvitationAccepted = z.output<typeof invitationAcceptedSchema>;

export const signInSchema = z.strictObject({ email, password: z.string({ error: "string" }).min(1, "empty").max(1_000, "too_long") });
export type SignIn = z.output<typeof signInSchema>;
