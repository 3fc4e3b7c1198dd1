/** Texts of who may call: users, keys, invitations. `{name}` is filled from the error's params. */
export const accessTexts = {
  "title.unauthenticated": "Sign in first",
  "detail.unauthenticated": "Send an API key as `Authorization: Bearer <key>`, or sign in.",
  "detail.wrong_key": "The API key is wrong, has expired or was revoked.",
  "title.forbidden": "Not allowed",
  "detail.forbidden": "You don't have the right to do this.",
  "detail.forbidden.missing_right": "This requires the right {right}.",
  "detail.not-found.api_key": "There is no API key {id}.",
  "detail.not-found.webhook": "There is no webhook {id}.",
  "detail.not-found.webhook_delivery": "There is no delivery {id}.",
  webhook_url:
    "Enter an address that begins with http:// or https:// and has at most 2,000 characters, such as https://example.com/carillon.",
  webhook_https: "The address must begin with https://.",
  webhook_link_local:
    "Carillon never calls link-local addresses, nor those where a cloud keeps a machine's keys.",
  webhook_private:
    "The address is not on the public Internet. The setting WEBHOOK_PRIVATE=on allows addresses of your own network.",
  webhook_credentials: "The address must not contain a name and a password. The signature shows who sends.",
  webhook_event:
    "There is no such event. The events are dispatch.opened, paused, resumed, reopened, completed, expired, cancelled, messages.failed, message.received, and recipient.opted_out.",
  webhook_events_empty: "Choose at least one event.",
  scope:
    "There is no such scope. The scopes are read, metrics, audience:read, audience:export, audience:write, dispatches:write, sending:stop, operators:write and quiet_hours:ignore.",
  scopes_empty: "Choose at least one scope.",
  expires_at: "Enter a date and time with its offset, such as 2030-01-31T12:00:00Z.",
  expires_in_past: "This time has passed.",
  daily_recipients: "Enter a whole number from 0 to 4,294,967,295, or null.",
  "detail.wrong_password": "The e-mail address or the password is wrong.",
  "title.too-many-requests": "Too many requests",
  "detail.too-many-requests": "This key may make {limit} requests a minute. Try again in {seconds} s.",
  "title.too-many-attempts": "Too many attempts",
  "detail.too-many-attempts": "Too many attempts to sign in. Try again in {minutes} min.",
  "detail.not-found.user": "There is no user {id}.",
  "detail.not-found.invitation":
    "The link does not work: it was used or withdrawn, has expired, or a newer one replaced it.",
  "detail.forbidden.daily_recipients":
    "The dispatch has {asked} recipients, and {used} of {max} a day are used. The count starts anew at {resets}.",
  email_taken: "A user with the address {email} already exists.",
  email_invited: "The invitation is for {email}.",
  last_administrator: "This is the last administrator.",
  role: "The role must be viewer, marketer or admin.",
  role_or_user: "Give an e-mail address and a role for a new user, or a user for a new password.",
  email: "This is not an e-mail address.",
  "detail.not-found.session": "You have no session {id}.",
  "detail.forbidden.no_account": "Only a signed-in user has an account.",
  wrong_current_password: "This is not your current password.",
  password_common:
    "This password is easy to guess: it is common, or made of your name. Use a few words in a row.",
  password_changed: "Somebody has just changed the password elsewhere.",
  password_short: "A password needs at least 10 characters.",
  boolean: "Use true or false.",
} as const satisfies Record<string, string>;
