/** What the status page says of each part. */
export const statusTexts = {
  "status.api_ok": "Answers.",
  "status.api_down": "Does not answer: {fault}.",
  "status.database_ok": "Answers.",
  "status.database_down": "Does not answer. Nothing is sent and nothing is lost; it goes on by itself when the database is back.",
  "status.engine_ok": "Answers.",
  "status.engine_down": "Does not answer: {fault}. Workers go on by their own timer, a little later than planned.",
  "status.engine_unreachable": "A worker does not reach it: {fault}. Workers go on by their own timer, a little later than planned.",
  "status.engine_idle": "Answers, but its timer has not fired for {seconds} s. Workers go on by their own.",
  "status.sweep_ok": "Last recovery check {seconds} s ago.",
  "status.sweep_late": "Last recovery check {seconds} s ago: no worker is alive.",
  "status.sweep_never": "There was no recovery check yet: no worker has started.",
  "status.sweep_no_worker": "No worker is alive: the last was heard of {seconds} s ago. Nothing is sent until one starts.",
  "status.sweep_outdated":
    "Last recovery check {seconds} s ago: the workers that are alive are older than the database's schema, and leave it to newer ones.",
  "status.sending_ok": "On.",
  "status.sending_stopped": "Stopped by hand: {reason}",
  "status.sending_outdated":
    "The database's schema is newer than the workers (version {versions}). They claim nothing until they are upgraded.",
  "status.sending_outdated_some":
    "The database's schema is newer than some of the workers (version {versions}). They claim nothing until they are upgraded; the others go on.",
  "status.sending_waits": "Work has been due for {seconds} s and nobody does it.",
  "status.gateway_ok": "Takes messages.",
  "status.gateway_refuses": "Refuses: {reason}. Its lanes wait and try again.",
  "status.gateway_refuses_some": "Refuses what goes to {operators}: {reason}. It takes what goes to others.",
  "status.gateway_idle": "Nothing was given to it just now.",
  "status.operator_ok": "Nothing is being sent.",
  "status.operator_used": "In use: {used} of {rate} segments a second.",
  "status.operator_used_unlimited": "In use: {used} segments a second, without a limit.",
  "status.operator_retries": "Waits until the next try of messages that are to be repeated.",
  "status.operator_clock": "Waits: a worker cannot tell the database's time well enough to keep the rate.",
  "status.operator_waits": "Waits for its gateway, which refuses: {reason}.",
} as const satisfies Record<string, string>;
