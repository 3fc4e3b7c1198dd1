/** Тексты о том, кому что можно: пользователи, ключи, приглашения. `{name}` берётся из параметров ошибки. */
export const accessTexts = {
  "title.unauthenticated": "Сначала войдите",
  "detail.unauthenticated": "Передайте ключ API в заголовке `Authorization: Bearer <ключ>` или войдите в систему.",
  "detail.wrong_key": "Ключ API неверен, просрочен или отозван.",
  "title.forbidden": "Недостаточно прав",
  "detail.forbidden": "Это действие вам недоступно.",
  "detail.forbidden.missing_right": "Для этого нужно право {right}.",
  "detail.not-found.api_key": "Ключа API {id} нет.",
  scope: "Такой области доступа нет. Есть read, dispatches:write, audience:write, sending:stop и operators:write.",
  scopes_empty: "Выберите хотя бы одну область доступа.",
  expires_at: "Нужен момент времени со смещением, например 2030-01-31T12:00:00Z.",
  expires_in_past: "Этот момент уже прошёл.",
  daily_recipients: "Нужно целое число от 0 до 4 294 967 295 или null.",
} as const satisfies Record<string, string>;
