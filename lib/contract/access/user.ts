import { z } from "zod";
import { idText, nameText } from "@/lib/contract/audience/audience";
import { textBy } from "@/lib/contract/text";
import { type Role, roles } from "@/lib/domain/rights";

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

export const userUpdateSchema = z.strictObject({
  role: role.optional(),
  disabled: z.boolean({ error: "boolean" }).optional(),
});
export type UserUpdate = z.output<typeof userUpdateSchema>;

/** Anchors and all; white space around an address is dropped. */
const email = textBy({
  max: 254,
  pattern: new RegExp(`^\\s*(?:${z.regexes.email.source.slice(1, -1)})\\s*$`, "u"),
  wrong: () => "email",
})
  .trim()
  .toLowerCase();

/**
 * A link for somebody new, with the address and the role they will have, or for somebody to set a
 * new password: exactly one of the two.
 */
export const invitationCreateSchema = z
  .strictObject({ role: role.optional(), email: email.optional(), user: idText.optional() })
  .refine(
    ({ role, email, user }) =>
      user === undefined
        ? role !== undefined && email !== undefined
        : role === undefined && email === undefined,
    "role_or_user",
  )
  .meta({
    oneOf: [
      { required: ["role", "email"], properties: { user: false } },
      { required: ["user"], properties: { role: false, email: false } },
    ],
  });
export type InvitationCreate = z.output<typeof invitationCreateSchema>;

export const invitationSchema = z.object({
  id: z.uuid(),
  role: z.enum(roles),
  /** Whose it is; null: the first administrator's, who says so. */
  email: z.string().nullable(),
  /** Whose password it sets; null: it makes a new user. */
  user: z.uuid().nullable(),
  created_by: z.string(),
  created_at: z.iso.datetime(),
  expires_at: z.iso.datetime(),
});
export type Invitation = z.output<typeof invitationSchema>;

/** `path` is the address of the link on this server; it is told once. */
export const newInvitationSchema = invitationSchema.extend({ path: z.string() });
export type NewInvitation = z.output<typeof newInvitationSchema>;

export const newPasswordSchema = textBy({ min: passwordMin, max: passwordMax, tooShort: "password_short" });
const token = textBy({ min: 1, max: 200 });

/**
 * `name` is that of somebody new, and so is `email` where the invitation has none; who sets a new
 * password has both.
 */
export const invitationAcceptSchema = z.strictObject({
  token,
  name: nameText(100, { uuidAllowed: true }).optional(),
  email: email.optional(),
  password: newPasswordSchema,
});
export type InvitationAccept = z.output<typeof invitationAcceptSchema>;

/** Asks what a link is for. */
export const invitationAskSchema = z.strictObject({ token });

/**
 * What a link is for: to join, or to set a new password. `email` is null where whoever has it says
 * their own.
 */
export interface InvitationPurpose {
  isNew: boolean;
  role: Role;
  email: string | null;
}

/** With whose address one signs in now. */
export const invitationAcceptedSchema = z.object({ email: z.string() });
export type InvitationAccepted = z.output<typeof invitationAcceptedSchema>;

export const signInSchema = z.strictObject({ email, password: textBy({ min: 1, max: 1_000 }) });
export type SignIn = z.output<typeof signInSchema>;
