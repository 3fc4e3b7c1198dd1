/**
 * Typographic characters, and their replacements in GSM-7 (3GPP TS 23.038). We do not replace
 * letters, which carry the meaning.
 */
const plain: Record<string, string> = {
  "«": '"',
  "»": '"',
  "„": '"',
  "“": '"',
  "”": '"',
  "‘": "'",
  "’": "'",
  "‚": "'",
  "′": "'",
  "—": "-",
  "–": "-",
  "‑": "-",
  "−": "-",
  "…": "...",
  "•": "*",
  "·": "*",
  "№": "No.",
  "×": "x",
  "°": " ",
  "\u00a0": " ",
  "\u2009": " ",
  "\u202f": " ",
  "\u200b": "",
  "\u00ad": "",
  "\ufeff": "",
};

/** Replaces typographic quotation marks, dashes and spaces, so that the text may fit GSM-7. */
export function plainText(text: string): string {
  return [...text].map((character) => plain[character] ?? character).join("");
}

/**
 * Invisible characters by name, and their replacements. People paste them unknowingly. They cost
 * segments and break words.
 */
const invisible: Record<string, { name: string; instead: string }> = {
  "\t": { name: "tab", instead: " " },
  "\u00ad": { name: "soft_hyphen", instead: "" },
  "\u2028": { name: "line_separator", instead: "\n" },
  "\u2029": { name: "paragraph_separator", instead: "\n" },
  "\u2060": { name: "word_joiner", instead: "" },
  "\ufeff": { name: "zero_width_no_break_space", instead: "" },
  "\u200b": { name: "zero_width_space", instead: "" },
  "\u200c": { name: "zero_width_non_joiner", instead: "" },
  "\u200d": { name: "zero_width_joiner", instead: "" },
};
for (const mark of "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
  invisible[mark] = { name: "direction_mark", instead: "" };

/**
 * A joiner between two emoji makes them one, so we keep it. A joiner anywhere else is invisible.
 */
const seen =
  /(?<=\p{Extended_Pictographic}[\ufe0f\u{1f3fb}-\u{1f3ff}]?)\u200d(?=\p{Extended_Pictographic})/gu;
const joined = "\ue000";

/** The invisible characters of a text: the name of each, and how often it occurs. */
export function invisibleIn(text: string): { name: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const character of text.replace(seen, "")) {
    const name = invisible[character]?.name;
    if (name) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].map(([name, count]) => ({ name, count }));
}

/** Removes invisible characters: a tab becomes a blank, and a line separator a line break. */
export function visibleText(text: string): string {
  const kept = [...text.replace(seen, joined)].map((character) => invisible[character]?.instead ?? character);
  return kept.join("").replaceAll(joined, "\u200d");
}
