import type { dispatchTexts as en } from "./dispatch.en";

/** The texts of dispatch.en.ts in Russian. */
export const dispatchTexts: Record<keyof typeof en, string> = {
  datetime: "Это не дата и время в формате ISO 8601, например 2024-01-21T15:26:34.459Z, или такой даты нет.",
  datetime_incomplete: "Укажите дату и время полностью.",
  date_without_time: "Не хватает времени: напишите, например, 2024-01-21T15:26.",
  too_early: "Это раньше 1970 года.",
  start_too_far: "До начала больше 10 лет.",
  end_before_start: "Конец раньше начала.",
  window_too_long: "Окно длиннее 366 дней.",
  blank: "Текст пуст.",
  message_too_long: "Текст длиннее 1600 символов.",
  placeholder:
    "Это не подстановка: {value}. В двойных фигурных скобках стоит имя из букв, цифр и _, после него может быть запасной текст: {example}. Чтобы скобки остались в тексте, напишите: {escaped}.",
  unknown_attribute:
    "Ни у кого из получателей нет атрибута «{value}». Исправьте имя или сначала добавьте атрибут получателям. Известны: {names}.",
  max_segments: "Нужно целое число от 1 до 49.",
  missing_value:
    "У этого получателя нет значения: {names}. Заполните атрибут или задайте запасной текст: {example}.",
  too_many_segments: "В тексте больше сегментов, чем разрешает max_segments: {max}.",
  "skipped.missing_value": "Нет значения, которое стоит в тексте, и запасной текст не задан.",
  "skipped.message_too_long": "С данными получателя текст длиннее 1600 символов.",
  "skipped.too_many_segments": "С данными получателя в тексте больше сегментов, чем разрешено рассылке.",
  status: "Статус — одно из scheduled, running, paused, completed, expired, cancelled.",
  time: "Это не время суток вроде 09:00.",
  weekdays: "Назовите хотя бы один день: mon, tue, wed, thu, fri, sat или sun.",
  unknown_zone_rule: "Здесь может быть dispatch или skip.",
  outside_hours: "Сейчас этому человеку писать нельзя: у него тихие часы. Можно будет с {at}.",
  no_hours: "Времени, когда этому человеку можно писать, не предвидится.",
  unknown_zone: "Часовой пояс этого человека неизвестен, а таким людям не пишут.",
  sending_state: "Состояние — on или stopped.",
  idempotency_key: "Idempotency-Key — от 1 до 255 печатных символов ASCII.",
  idempotency_key_reused:
    "Этот Idempotency-Key уже был с другим телом. Для нового запроса возьмите новый ключ.",
  content_too_long: "В черновике не больше 16 384 символов.",
  view_name_taken: "Вид {name} уже есть.",
  template_name_taken: "Шаблон {name} уже есть.",
  id_taken: "Идентификатор {id} занят.",
  draft_gone: "Черновика больше нет: его запланировали или удалили.",
  dispatch_state: "Состояние рассылки ({status}) этого не позволяет: {action}.",
  starts_immediately: "Начало в прошлом: отправка начнётся сразу.",
  window_closed: "Окно уже закрыто: ничего не будет отправлено.",
  audience_is_everyone: "Фильтров нет: сообщение получат все.",
  audience_empty: "Сейчас фильтрам никто не соответствует.",
  wall_time_moved: "Из-за перевода часов такого времени в этот день нет: оно сдвинуто вперёд.",
  wall_time_repeated: "Из-за перевода часов это время наступит дважды: берётся первое.",
  foreign_placeholder:
    "«{value}» — не подстановка, получатели увидят её как есть. Подстановка пишется так: {example}.",
  hours_never:
    "Часы отправки или тихие часы не оставляют части получателей времени в окне: они ничего не получат.",
  will_not_fit: "При текущей скорости до конца окна сообщение получат не все.",
  "attention.sending_stopped": "Вся отправка остановлена.",
  "attention.sending_stopped_reason": "Вся отправка остановлена: {reason}",
  "attention.will_not_fit": "При текущей скорости до конца окна не получат сообщение: {count}.",
  "attention.unknown_outcomes":
    "Результат неизвестен: {count}. Узнать его можно только из отчёта о доставке: повторно такие сообщения Carillon не отправляет.",
  "attention.gateway_refuses":
    "Шлюз {gateway} отклоняет сообщения ({reason}). Рассылок: {dispatches}, операторов: {operators}, ждут: {waiting}.",
  "attention.sweep_late": "Проверка зависших не запускалась больше двух минут: работает ли обработчик?",
};
