/** Typographic characters and what stands for them in GSM-7 (3GPP TS 23.038). Letters are left alone: they are what is said. */
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

/** The text with typographic quotation marks, dashes and spaces made plain, which may make it fit GSM-7. */
export function plainText(text: string): string {
  return [...text].map((character) => plain[character] ?? character).join("");
}
