/** Texts of the error and warning codes of dispatches. */
export const dispatchTexts = {
  datetime:
    "This is not a date and time in ISO 8601, such as 2024-01-21T15:26:34.459Z, or there is no such date.",
  datetime_incomplete: "Fill in the date and the time.",
  date_without_time: "The time is missing: write 2024-01-21T15:26, for example.",
  too_early: "This is before 1970.",
  start_too_far: "The start is more than 10 years ahead.",
  end_before_start: "The end is before the start.",
  window_too_long: "The window is longer than 366 days.",
  blank: "The text is empty.",
  message_too_long: "The text is longer than 1,600 characters.",
  status: "The status must be scheduled, running, paused, completed, expired or cancelled.",
  sending_state: "The state must be on or stopped.",
  idempotency_key: "An Idempotency-Key has 1 to 255 printable ASCII characters.",
  idempotency_key_reused: "This Idempotency-Key was used with another body. Use a new key for a new request.",
  dispatch_state: "A dispatch that is {status} does not allow this: {action}.",
  starts_immediately: "The start is in the past, so sending begins at once.",
  window_closed: "The window is over: nothing will be sent.",
  audience_is_everyone: "There is no filter: every recipient gets it.",
  audience_empty: "No recipients match the filters now.",
  wall_time_moved: "The clocks skip this local time, so Carillon moved it forward.",
  wall_time_repeated: "The clocks go back, so this local time comes twice. Carillon takes the earlier one.",
  will_not_fit: "At today's rates, not everyone will get it before the end.",
  "attention.sending_stopped": "All sending is stopped.",
  "attention.sending_stopped_reason": "All sending is stopped: {reason}",
  "attention.will_not_fit": "Recipients who won't get it before the end at today's rates: {count}.",
  "attention.unknown_outcomes":
    "Messages with an unknown outcome: {count}. Only a receipt can tell it: Carillon never sends such a message again.",
  "attention.gateway_refuses":
    "Gateway {gateway} rejects messages ({reason}). Dispatches: {dispatches}, operators: {operators}, waiting: {waiting}.",
  "attention.sweep_late": "The recovery check has not run for more than two minutes. Is a worker running?",
} as const satisfies Record<string, string>;
