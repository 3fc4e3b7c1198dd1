import type { statusTexts as en } from "./status.en";

/** The texts of status.en.ts in Russian. */
export const statusTexts: Record<keyof typeof en, string> = {
  "status.api_ok": "Отвечает.",
  "status.database_ok": "Отвечает.",
  "status.database_down": "Не отвечает. Ничего не отправляется и ничего не теряется; когда база вернётся, всё продолжится само.",
  "status.engine_ok": "Отвечает.",
  "status.engine_down": "Не отвечает: {fault}. Рабочие процессы продолжают по своему таймеру, чуть позже плана.",
  "status.sweep_ok": "Последний обход {seconds} с назад.",
  "status.sweep_late": "Последний обход {seconds} с назад: ни один рабочий процесс не жив.",
  "status.sweep_never": "Обхода ещё не было: ни один рабочий процесс не запускался.",
  "status.sending_ok": "Включена.",
  "status.sending_stopped": "Остановлена вручную: {reason}",
  "status.sending_waits": "Работа ждёт уже {seconds} с, и никто её не делает.",
  "status.gateway_ok": "Принимает сообщения.",
  "status.gateway_refuses": "Отказывает: {reason}. Его очереди ждут и пробуют снова.",
  "status.operator_ok": "Ничто не задерживается.",
  "status.operator_waits": "Ждёт свой шлюз.",
};
