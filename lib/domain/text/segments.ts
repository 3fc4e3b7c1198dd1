/** Characters that one text may have. */
export const messageTextMax = 1_600;
/**
 * Segments that it may have: of the characters that take two UCS-2 units each 1,600 fill 49, since
 * a character is not cut.
 */
export const segmentsMax = 49;

export interface Segments {
  encoding: "GSM-7" | "UCS-2";
  /** What the operator's rate counts and what is paid for. */
  segments: number;
  /** Characters as people count them. */
  characters: number;
  /**
   * Characters that have no place in GSM-7, each once, in order of appearance: they are why the
   * text is UCS-2.
   */
  forcesUcs2: string[];
}

/** The default alphabet of GSM-7 (3GPP TS 23.038, 6.2.1): one septet each. */
const ALPHABET = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
/** Its extension table (6.2.1.1): an escape and a septet each. */
const EXTENSION = new Set("\f^{}\\[~]|€");
const inGsm7 = (character: string) => ALPHABET.has(character) || EXTENSION.has(character);
/** Of ASCII, what the alphabet has: most texts need not be looked at character by character. */
const PLAIN_ASCII = /^[ -Z_a-z\n\r]*$/;
const SURROGATE = /[\ud800-\udfff]/;

/**
 * How many units (septets, or the 16 bits of UCS-2) fit into a lone segment, and into each of
 * several (3GPP TS 23.040, 9.2.3.24).
 */
const CAPACITY = { "GSM-7": [160, 153], "UCS-2": [70, 67] } as const;

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/**
 * How a text travels. Counts what is encoded, not what is seen: a letter under a hundred accents is
 * 101 units.
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

/** The number of segments alone, where thousands of texts are counted. */
export const segmentCount = (text: string): number => countSegments(text, encodingOf(text));

/** Characters as the limit of a text counts them. */
export function lengthOf(text: string): number {
  let length = 0;
  for (const _ of text) length++;
  return length;
}

/** Has the text a character that makes it UCS-2? */
export const needsUcs2 = (text: string): boolean => encodingOf(text) === "UCS-2";

function encodingOf(text: string): Segments["encoding"] {
  if (PLAIN_ASCII.test(text)) return "GSM-7";
  for (const character of text) if (!inGsm7(character)) return "UCS-2";
  return "GSM-7";
}

const seen = (text: string) => Array.from(graphemes.segment(text), ({ segment }) => segment);

/**
 * An escape stays with its septet and a surrogate with its other half: what does not fit whole
 * begins the next segment.
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
