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
  placeholder:
    "This is no placeholder: {value}. It has letters, digits and _ between two pairs of braces, and may have a fallback: {example}. For braces as they are, write: {escaped}.",
  unknown_attribute:
    "No recipient has an attribute “{value}”. Correct the name, or give it to recipients first. These are known: {names}.",
  max_segments: "This must be a whole number from 1 to 49.",
  missing_value:
    "This person lacks a value of the text: {names}. Fill it in, or write a fallback: {example}.",
  too_many_segments: "The text has more segments than max_segments allows: {max}.",
  "skipped.missing_value": "A value that the text names is not known, and there is no fallback.",
  "skipped.message_too_long": "With the recipient's values the text is longer than 1,600 characters.",
  "skipped.too_many_segments":
    "With the recipient's values the text has more segments than the dispatch allows.",
  status: "The status must be scheduled, running, paused, completed, expired or cancelled.",
  time: "This is no time of the day such as 09:00.",
  weekdays: "Name at least one of mon, tue, wed, thu, fri, sat and sun.",
  unknown_zone_rule: "This must be dispatch or skip.",
  outside_hours: "These are hours in which this person is not written to. It is possible from {at}.",
  no_hours: "No hours in which this person may be written to are to come.",
  unknown_zone: "Nobody knows this person's time zone, and such people are not written to.",
  sending_state: "The state must be on or stopped.",
  idempotency_key: "An Idempotency-Key has 1 to 255 printable ASCII characters.",
  idempotency_key_reused: "This Idempotency-Key was used with another body. Use a new key for a new request.",
  content_too_long: "A draft holds at most 16,384 characters.",
  view_name_taken: "A view {name} already exists.",
  template_name_taken: "A template {name} already exists.",
  id_taken: "The id {id} belongs to something else.",
  draft_gone: "The draft is gone: somebody has scheduled or deleted it.",
  dispatch_state: "A dispatch that is {status} does not allow this: {action}.",
  starts_immediately: "The start is in the past, so sending begins at once.",
  window_closed: "The window is over: nothing will be sent.",
  audience_is_everyone: "There is no filter: every recipient gets it.",
  audience_empty: "No recipients match the filters now.",
  wall_time_moved: "The clocks skip this local time, so Carillon moved it forward.",
  wall_time_repeated: "The clocks go back, so this local time comes twice. Carillon takes the earlier one.",
  foreign_placeholder:
    "“{value}” is not a placeholder and goes out as it stands. A placeholder is written {example}.",
  hours_never:
    "The hours of sending or the quiet hours leave some recipients no time in the window: they will get nothing.",
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
