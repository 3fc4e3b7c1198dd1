/** What an answer to a message asks for when it is nothing but such a word. */
export type InboundKeyword = "stop" | "start";
export const inboundKeywords = ["stop", "start"] as const satisfies readonly InboundKeyword[];

const words: Record<InboundKeyword, readonly string[]> = {
  stop: [
    ...["STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "OPTOUT", "REVOKE"],
    ...[
      "СТОП",
      "ОТПИСАТЬСЯ",
      "ОТПИСАТЬ",
      "ОТПИСКА",
      "ОТПИШИТЕ",
      "ОТПИШИТЕ МЕНЯ",
      "ОТКАЗ",
      "ОТКАЗАТЬСЯ",
      "ОТМЕНА",
      "НЕ ПИСАТЬ",
      "НЕ ПИШИТЕ",
    ],
  ],
  start: ["START", "UNSTOP", "СТАРТ", "ПОДПИСАТЬСЯ"],
};

/**
 * Cyrillic letters, and the Latin ones that look like them: a phone changes its keyboard in the
 * middle of a word.
 */
const [CYRILLIC, LATIN] = ["АВЕЗКМНОРСТУХІЈЅ", "ABE3KMHOPCTYXIJS"];
const lookalikes = new Map([...CYRILLIC].map((letter, i) => [letter, LATIN[i]!]));

/** What is left of a text when case, spaces, punctuation and alphabet do not matter. */
const folded = (text: string): string =>
  [
    ...text
      .normalize("NFKC")
      .toUpperCase()
      .replaceAll("Ё", "Е")
      .replace(/[^\p{L}\p{N}]/gu, ""),
  ]
    .map((letter) => lookalikes.get(letter) ?? letter)
    .join("");

const keywords = new Map(
  inboundKeywords.flatMap((keyword) => words[keyword].map((word) => [folded(word), keyword] as const)),
);

/** @returns null when the text is anything but one of the words */
export const keywordOf = (text: string): InboundKeyword | null => keywords.get(folded(text)) ?? null;
