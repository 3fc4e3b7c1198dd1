import type { statusTexts as en } from "./status.en";

/** The texts of status.en.ts in Russian. */
export const statusTexts: Record<keyof typeof en, string> = {
  unknown_part: "Такой части нет.",
  "status.api_ok": "Отвечает.",
  "status.api_down": "Не отвечает: {fault}.",
  "status.database_ok": "Отвечает.",
  "status.database_down":
    "Не отвечает. Ничего не отправляется и ничего не теряется; когда база вернётся, всё продолжится само.",
  "status.engine_ok": "Отвечает.",
  "status.engine_down": "Не отвечает: {fault}. Обработчики продолжают по своему таймеру, чуть позже плана.",
  "status.engine_unreachable":
    "Обработчик не может с ним связаться: {fault}. Обработчики продолжают по своему таймеру, чуть позже плана.",
  "status.engine_idle":
    "Отвечает, но его таймер не срабатывал {seconds} с. Обработчики продолжают по своему.",
  "status.sweep_ok": "Последняя проверка {seconds} с назад.",
  "status.sweep_late": "Последняя проверка {seconds} с назад: ни один обработчик не отвечает.",
  "status.sweep_never": "Проверки ещё не было: ни один обработчик не запускался.",
  "status.sweep_no_worker":
    "Ни один обработчик не работает: последний выходил на связь {seconds} с назад. Пока не запустится новый, ничего не отправляется.",
  "status.sweep_outdated":
    "Последняя проверка {seconds} с назад: работающие обработчики старше схемы базы данных и оставляют проверку более новым.",
  "status.sending_ok": "Включена.",
  "status.sending_stopped": "Остановлена вручную.",
  "status.sending_outdated":
    "Схема базы данных новее обработчиков (версия {versions}). Пока их не обновят, они ничего не отправляют.",
  "status.sending_outdated_some":
    "Схема базы данных новее части обработчиков (версия {versions}). Пока их не обновят, они ничего не отправляют; остальные продолжают.",
  "status.sending_waits": "Работа ждёт уже {seconds} с, и ни один обработчик её не делает.",
  "status.gateway_ok": "Принимает сообщения.",
  "status.gateway_refuses": "Отклоняет сообщения: {reason}. Сообщения ждут повтора.",
  "status.gateway_refuses_some": "Отклоняет сообщения через {operators}: {reason}. Остальные принимает.",
  "status.gateway_idle": "Сейчас ему ничего не передаётся.",
  "status.operator_ok": "Сейчас ничего не отправляется.",
  "status.operator_used": "Занято {used} из {rate} сегментов в секунду.",
  "status.operator_used_unlimited": "Занято {used} сегментов в секунду, ограничения нет.",
  "status.operator_retries": "Ждёт следующей попытки для сообщений, которые надо повторить.",
  "status.operator_clock": "Ждёт: обработчик не знает точного времени базы и не может выдержать скорость.",
  "status.operator_waits": "Ждёт свой шлюз, который отклоняет сообщения: {reason}.",
};
