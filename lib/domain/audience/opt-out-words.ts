/**
 * What a reply asks for when it contains nothing but one of the words below. To add a word for
 * opting out, add it to the list.
 */
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
 * Cyrillic letters and the Latin letters that look like them: a phone may change its keyboard in
 * the middle of a word.
 */
const [CYRILLIC, LATIN] = ["АВЕЗКМНОРСТУХІЈЅ", "ABE3KMHOPCTYXIJS"];
const lookalikes = new Map([...CYRILLIC].map((letter, i) => [letter, LATIN[i]!]));

/** Removes from a text what does not matter: case, spaces, punctuation and alphabet. */
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

/** @returns null when the text is not one of the words */
export const keywordOf = (text: string): InboundKeyword | null => keywords.get(folded(text)) ?? null;
