/** What the status page says of each part. */
export const statusTexts = {
  "status.api_ok": "Answers.",
  "status.database_ok": "Answers.",
  "status.database_down": "Does not answer. Nothing is sent and nothing is lost; it goes on by itself when the database is back.",
  "status.engine_ok": "Answers.",
  "status.engine_down": "Does not answer: {fault}. Workers go on by their own timer, a little later than planned.",
  "status.sweep_ok": "Last sweep {seconds} s ago.",
  "status.sweep_late": "Last sweep {seconds} s ago: no worker is alive.",
  "status.sweep_never": "There was no sweep yet: no worker has started.",
  "status.sending_ok": "On.",
  "status.sending_stopped": "Stopped by hand: {reason}",
  "status.sending_waits": "Work has been due for {seconds} s and nobody does it.",
  "status.gateway_ok": "Takes messages.",
  "status.gateway_refuses": "Refuses: {reason}. Its lanes wait and try again.",
  "status.operator_ok": "No work is held up.",
  "status.operator_waits": "Waits for its gateway.",
} as const satisfies Record<string, string>;
