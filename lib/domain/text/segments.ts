/** The most characters of a text. */
export const messageTextMax = 1_600;
/**
 * The most segments of a text: 1,600 characters of two UCS-2 units each fill 49, because no
 * character is split.
 */
export const segmentsMax = 49;

export interface Segments {
  encoding: "GSM-7" | "UCS-2";
  /** The segments, which the operator's rate counts and the customer pays. */
  segments: number;
  /** Characters as people count them. */
  characters: number;
  /**
   * The characters that GSM-7 lacks, each once, in order of appearance. They make the text UCS-2.
   */
  forcesUcs2: string[];
}

/** The default alphabet of GSM-7 (3GPP TS 23.038, 6.2.1): one septet each. */
const ALPHABET = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
/** Its extension table (6.2.1.1): two septets each, an escape and a character. */
const EXTENSION = new Set("\f^{}\\[~]|€");
const inGsm7 = (character: string) => ALPHABET.has(character) || EXTENSION.has(character);
/**
 * The ASCII characters of the alphabet. With this test we need not look at each character of most
 * texts.
 */
const PLAIN_ASCII = /^[ -Z_a-z\n\r]*$/;
const SURROGATE = /[\ud800-\udfff]/;

/**
 * How many units (septets, or 16-bit units of UCS-2) fit into a single segment, and into each of
 * several (3GPP TS 23.040, 9.2.3.24).
 */
const CAPACITY = { "GSM-7": [160, 153], "UCS-2": [70, 67] } as const;

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/**
 * How a text travels. It counts encoded units, not visible letters: a letter with a hundred accents
 * is 101 units.
 */
export function segmentsOf(text: string): Segments {
  const encoding = encodingOf(text);
  return {
    encoding,
    segments: countSegments(text, encoding),
    characters: lengthOf(text),
    forcesUcs2:
      encoding === "GSM-7" ? [] : [...new Set(seen(text).filter((grapheme) => ![...grapheme].every(inGsm7)))],
  };
}

/** Only the number of segments, for counting thousands of texts. */
export const segmentCount = (text: string): number => countSegments(text, encodingOf(text));

/** The length of a text, as its limit counts it. */
export function lengthOf(text: string): number {
  let length = 0;
  for (const _ of text) length++;
  return length;
}

/** Does the text contain a character that makes it UCS-2? */
export const needsUcs2 = (text: string): boolean => encodingOf(text) === "UCS-2";

function encodingOf(text: string): Segments["encoding"] {
  if (PLAIN_ASCII.test(text)) return "GSM-7";
  for (const character of text) if (!inGsm7(character)) return "UCS-2";
  return "GSM-7";
}

const seen = (text: string) => Array.from(graphemes.segment(text), ({ segment }) => segment);

/**
 * Counts segments. An escape stays with its septet, and a surrogate with its other half: what does
 * not fit whole begins the next segment.
 */
function countSegments(text: string, encoding: Segments["encoding"]): number {
  const [alone, each] = CAPACITY[encoding];
  // Each character takes one unit.
  const isEven = encoding === "UCS-2" ? !SURROGATE.test(text) : PLAIN_ASCII.test(text);
  if (isEven) return text.length <= alone ? 1 : Math.ceil(text.length / each);
  let [total, segments, used] = [0, 1, 0];
  for (const character of text) {
    const units = encoding === "UCS-2" ? character.length : ALPHABET.has(character) ? 1 : 2;
    total += units;
    used += units;
    if (used > each) {
      segments++;
      used = units;
    }
  }
  return total <= alone ? 1 : segments;
}
