/** Texts of who may call: users, keys, invitations. `{name}` is filled from the error's params. */
export const accessTexts = {
  "title.unauthenticated": "Sign in first",
  "detail.unauthenticated": "Send an API key as `Authorization: Bearer <key>`, or sign in.",
  "detail.wrong_key": "The API key is wrong, has expired or was revoked.",
  "title.forbidden": "Not allowed",
  "detail.forbidden": "You may not do this.",
  "detail.forbidden.missing_right": "This needs the right {right}.",
  "detail.not-found.api_key": "There is no API key {id}.",
  scope: "It is not a scope. There are read, dispatches:write, audience:write, sending:stop and operators:write.",
  scopes_empty: "Choose at least one scope.",
  expires_at: "It is not an instant with its offset, such as 2030-01-31T12:00:00Z.",
  expires_in_past: "It is over already.",
  daily_recipients: "A whole number from 0 to 4,294,967,295 is expected, or null.",
} as const satisfies Record<string, string>;
