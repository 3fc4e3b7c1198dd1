import { expect, test } from "vitest";
import { keywordOf } from "./opt-out-words";

test.each([
  "STOP",
  " stop! ",
  "S.T.O.P.",
  "Stop all",
  "opt-out",
  "ＳＴＯＰ",
  "st\u00adop\u200b",
  "SТОР",
  "CTOП",
  "«Стоп»",
  "СТОП",
  "отпишите",
  "не пишите!",
  "Отказ",
  "стоп\n",
])("%j opts out", (text) => expect(keywordOf(text)).toBe("stop"));

test.each(["START", "старт", "un-stop", "Подписаться", "CTAPT"])("%j takes it back", (text) =>
  expect(keywordOf(text)).toBe("start"),
);

test.each(["", "…", "stop it", "Не стоп", "стопка", "ок", "STOP STOP", "endless"])(
  "%j is an answer like any other",
  (text) => expect(keywordOf(text)).toBeNull(),
);
