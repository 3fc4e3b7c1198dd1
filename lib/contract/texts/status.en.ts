/** What the status page says of each part. */
export const statusTexts = {
  unknown_part: "There is no such part.",
  "status.api_ok": "Answers.",
  "status.api_down": "Does not answer: {fault}.",
  "status.database_ok": "Answers.",
  "status.database_down":
    "Does not answer. Nothing is sent, and nothing is lost. Sending continues by itself when the database is back.",
  "status.engine_ok": "Answers.",
  "status.engine_down":
    "Does not answer: {fault}. Workers continue by their own timer, a little later than planned.",
  "status.engine_unreachable":
    "A worker can't reach it: {fault}. Workers continue by their own timer, a little later than planned.",
  "status.engine_idle":
    "Answers, but its timer has not fired for {seconds} s. Workers continue by their own.",
  "status.sweep_ok": "Last recovery check {seconds} s ago.",
  "status.sweep_late": "Last recovery check {seconds} s ago: no worker is running.",
  "status.sweep_never": "No recovery check yet: no worker has started.",
  "status.sweep_no_worker":
    "No worker is running: the last one reported {seconds} s ago. Nothing is sent until one starts.",
  "status.sweep_outdated":
    "Last recovery check {seconds} s ago: the running workers are older than the database's schema and leave the check to newer ones.",
  "status.sending_ok": "On.",
  "status.sending_stopped": "Stopped by hand.",
  "status.sending_outdated":
    "The database's schema is newer than the workers (version {versions}). They claim nothing until they are upgraded.",
  "status.sending_outdated_some":
    "The database's schema is newer than some of the workers (version {versions}). They claim nothing until they are upgraded. The others continue.",
  "status.sending_waits": "Work has been due for {seconds} s, and no worker does it.",
  "status.gateway_ok": "Accepts messages.",
  "status.gateway_refuses": "Rejects messages: {reason}. Messages are held and retried.",
  "status.gateway_refuses_some": "Rejects messages to {operators}: {reason}. It accepts the others.",
  "status.gateway_idle": "It got no messages just now.",
  "status.operator_ok": "Nothing is being sent.",
  "status.operator_used": "In use: {used} of {rate} segments a second.",
  "status.operator_used_unlimited": "In use: {used} segments a second, without a limit.",
  "status.operator_retries": "Waits before it retries messages.",
  "status.operator_clock": "Waits: a worker cannot tell the database's time well enough to keep the rate.",
  "status.operator_waits": "Waits for its gateway, which rejects messages: {reason}.",
} as const satisfies Record<string, string>;
