/**
 * Тексты о том, кому что можно: пользователи, ключи, приглашения. `{name}` берётся из параметров
 * ошибки.
 */
export const accessTexts = {
  "title.unauthenticated": "Сначала войдите",
  "detail.unauthenticated":
    "Передайте ключ API в заголовке `Authorization: Bearer <ключ>` или войдите в систему.",
  "detail.wrong_key": "Ключ API неверен, просрочен или отозван.",
  "title.forbidden": "Недостаточно прав",
  "detail.forbidden": "Это действие вам недоступно.",
  "detail.forbidden.missing_right": "Для этого нужно право {right}.",
  "detail.not-found.api_key": "Ключа API {id} нет.",
  "detail.not-found.webhook": "Вебхука {id} нет.",
  "detail.not-found.webhook_delivery": "Доставки {id} нет.",
  webhook_url:
    "Нужен адрес с http или https не длиннее 2000 символов, например https://example.com/carillon.",
  webhook_https: "Адрес должен начинаться с https://.",
  webhook_link_local:
    "На локальные адреса канала и на адреса метаданных облака вебхуки не отправляются никогда.",
  webhook_private:
    "Адрес не из публичного интернета. Адреса своей сети разрешает настройка WEBHOOK_PRIVATE=on.",
  webhook_credentials: "Адрес с именем и паролем не принимается: отправителя подтверждает подпись.",
  webhook_event:
    "Такого события нет. Есть dispatch.opened, paused, resumed, reopened, completed, expired, cancelled, messages.failed, message.received и recipient.opted_out.",
  webhook_events_empty: "Выберите хотя бы одно событие.",
  scope:
    "Такой области доступа нет. Есть read, metrics, audience:read, audience:export, audience:write, dispatches:write, sending:stop, operators:write и quiet_hours:ignore.",
  scopes_empty: "Выберите хотя бы одну область доступа.",
  expires_at: "Нужен момент времени со смещением, например 2030-01-31T12:00:00Z.",
  expires_in_past: "Этот момент уже прошёл.",
  daily_recipients: "Нужно целое число от 0 до 4 294 967 295 или null.",
  "detail.wrong_password": "Неверный адрес почты или пароль.",
  "title.too-many-requests": "Слишком много запросов",
  "detail.too-many-requests": "Этому ключу можно {limit} запросов в минуту. Повторите через {seconds} с.",
  "title.too-many-attempts": "Слишком много попыток",
  "detail.too-many-attempts": "Слишком много попыток входа. Повторите через {minutes} мин.",
  "detail.not-found.user": "Пользователя {id} нет.",
  "detail.not-found.invitation":
    "Ссылка не действует: она использована, отозвана, просрочена или заменена новой.",
  "detail.forbidden.daily_recipients":
    "В рассылке получателей: {asked}; из {max} в день израсходовано {used}. Счёт начнётся заново {resets}.",
  email_taken: "Пользователь с адресом {email} уже есть.",
  email_invited: "Приглашение выписано на {email}.",
  last_administrator: "Это последний администратор.",
  role: "Роль — viewer, marketer или admin.",
  role_or_user: "Укажите адрес и роль нового пользователя или пользователя, которому нужен новый пароль.",
  email: "Это не адрес электронной почты.",
  "detail.not-found.session": "Сеанса {id} у вас нет.",
  "detail.forbidden.no_account": "Учётная запись есть только у того, кто вошёл в систему.",
  wrong_current_password: "Это не ваш текущий пароль.",
  password_common:
    "Такой пароль легко подобрать: он распространён или состоит из вашего имени. Используйте несколько слов подряд.",
  password_changed: "Пароль только что изменили в другом месте.",
  password_short: "В пароле должно быть не меньше 10 символов.",
  boolean: "Нужно true или false.",
} as const satisfies Record<string, string>;
