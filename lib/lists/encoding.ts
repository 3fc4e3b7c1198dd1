import { ValidationError } from "@/lib/domain/errors";
import { storable } from "./copied";
import type { Survey } from "./survey";

export interface EncodingCandidate {
  encoding: string;
  /** From 0 to 1; all candidates together make 1. */
  confidence: number;
  /** Three cells of the file, decoded by this encoding. */
  samples: string[];
}

export interface EncodingVerdict {
  encoding: string;
  /** When false, a person must look at the samples before we write anything. */
  isSure: boolean;
  /** The likeliest first. The chosen encoding is one of them. */
  candidates: EncodingCandidate[];
}

const SAMPLES = 3;
/**
 * The fewest valid sequences for each broken byte that still make a file UTF-8. A broken byte
 * rejects its row.
 */
const VALID_PER_INVALID = 10;
/** The fewest letters beyond ASCII. With fewer, statistics cannot be sure. */
const SURE_LETTERS = 16;
const SURE_CONFIDENCE = 0.98;
/**
 * Below this mean logarithm of a letter's probability, the text may be in another language. Russian
 * texts have 0.6.
 */
const SURE_MEAN = 0.3;
const CANDIDATES_SHOWN = 5;

/**
 * Single-byte encodings, each with the logarithm of its share among files. We tell them apart by
 * how probable the decoded letters are.
 */
const singleByte: Record<string, number> = {
  "windows-1251": 0,
  "windows-1252": -1,
  ibm866: -1,
  "koi8-r": -1.5,
  "windows-1250": -1.5,
  "windows-1254": -2.5,
  "iso-8859-5": -3,
  "x-mac-cyrillic": -3,
  "windows-1253": -3,
  "windows-1255": -3,
  macintosh: -4,
};

/**
 * Finds an encoding by any WHATWG label, or by a name that people use.
 * @returns null for an unknown name
 */
export function encodingOf(label: string): string | null {
  const named = label
    .trim()
    .toLowerCase()
    .replace(/^(?:cp|ibm|dos)-?866$/, "ibm866")
    .replace(/^cp-?(125\d)$/, "windows-$1")
    .replace(/^utf16/, "utf-16");
  try {
    const { encoding } = new TextDecoder(named === "utf-16" ? "utf-16le" : named);
    return encoding === "replacement" || encoding === "x-user-defined" ? null : encoding;
  } catch {
    return null;
  }
}

/**
 * Chooses the encoding: the one of the byte order mark; else UTF-8, if nearly all bytes beyond
 * ASCII are valid UTF-8; else the likeliest single-byte encoding.
 * @param explicit the encoding that somebody named: we trust it
 * @throws ValidationError when the file is not text, or nobody knows the named encoding
 */
export function judgeEncoding(survey: Survey, explicit?: string): EncodingVerdict {
  if (explicit !== undefined) {
    const encoding = encodingOf(explicit);
    if (!encoding)
      throw new ValidationError([
        { pointer: "", code: "unknown_encoding", params: { value: explicit.slice(0, 40) } },
      ]);
    return certain(survey, encoding);
  }
  const [a, b, c] = survey.head;
  if (a === 0xef && b === 0xbb && c === 0xbf) return certain(survey, "utf-8");
  if (a === 0xff && b === 0xfe) return certain(survey, "utf-16le");
  if (a === 0xfe && b === 0xff) return certain(survey, "utf-16be");
  const wide = utf16Of(survey);
  if (wide) return certain(survey, wide);
  if ((survey.nulEven + survey.nulOdd) * 20 > survey.size)
    throw new ValidationError([{ pointer: "", code: "not_a_list" }]);
  if (survey.validSequences >= survey.invalidBytes * VALID_PER_INVALID) return certain(survey, "utf-8");
  return likeliest(survey);
}

const certain = (survey: Survey, encoding: string): EncodingVerdict => ({
  encoding,
  isSure: true,
  candidates: [{ encoding, confidence: 1, samples: samplesIn(survey, encoding) }],
});

/**
 * In UTF-16 every second byte of digits and delimiters is NUL, and that of Cyrillic letters is 4:
 * always the even ones, or always the odd ones.
 */
function utf16Of({ size, nulEven, nulOdd, fourEven, fourOdd }: Survey): "utf-16le" | "utf-16be" | null {
  const isWide = (nuls: number, fours: number, otherNuls: number) =>
    (nuls * 8 > size || (nuls > 0 && (nuls + fours) * 2 > size * 0.9)) && otherNuls * 50 < nuls + fours;
  if (isWide(nulOdd, fourOdd, nulEven)) return "utf-16le";
  return isWide(nulEven, fourEven, nulOdd) ? "utf-16be" : null;
}

function samplesIn(survey: Survey, encoding: string): string[] {
  const decoder = new TextDecoder(encoding);
  const isWide = encoding.startsWith("utf-16");
  const texts = isWide
    ? decoder
        .decode(survey.head.subarray(0, survey.head.length & ~1))
        .split(/[\r\n\t,;|"]+/)
        .filter((cell) => /[^\0-\x7f]/.test(cell))
    : survey.cells.map((cell) => decoder.decode(cell));
  const cells = [...new Set(texts.map((text) => text.trim()).filter((text) => text !== ""))];
  // The cells with the most letters beyond ASCII, in the order of the file.
  const telling = [...cells].sort((x, y) => beyondAscii(y) - beyondAscii(x)).slice(0, SAMPLES);
  return cells.filter((cell) => telling.includes(cell)).map(storable);
}

const beyondAscii = (text: string) => text.replace(/[\0-\x7f]/g, "").length;

function likeliest(survey: Survey): EncodingVerdict {
  const read = new Map<
    string,
    { encoding: string; sum: number; letters: number; mean: number; isCyrillic: boolean }
  >();
  for (const encoding in singleByte) {
    const { text, ...reading } = judgePairs(survey.pairs, encoding);
    // Encodings that decode the file to the same text are one candidate.
    if (!read.has(text)) read.set(text, { ...reading, encoding, sum: reading.sum + singleByte[encoding]! });
  }
  const judged = [...read.values()].sort((x, y) => y.sum - x.sum);
  const best = judged[0]!;
  const total = judged.reduce((all, { sum }) => all + Math.exp(sum - best.sum), 0);
  const candidates = judged
    .map(({ encoding, sum }) => ({
      encoding,
      confidence: Math.round((Math.exp(sum - best.sum) / total) * 1_000) / 1_000,
    }))
    .slice(0, CANDIDATES_SHOWN)
    .map((candidate) => ({ ...candidate, samples: samplesIn(survey, candidate.encoding) }));
  if (survey.validSequences > survey.invalidBytes)
    candidates.push({ encoding: "utf-8", confidence: 0, samples: samplesIn(survey, "utf-8") });
  // We are sure of Cyrillic only. Encodings of other scripts often differ in a few accents, and
  // some of them are not in our table.
  const isSure =
    best.letters >= SURE_LETTERS &&
    candidates[0]!.confidence >= SURE_CONFIDENCE &&
    best.mean >= SURE_MEAN &&
    best.isCyrillic;
  return { encoding: best.encoding, isSure, candidates };
}

/** How often each letter occurs in a thousand letters of Russian. */
const russian: Record<string, number> = {
  о: 110,
  е: 85,
  а: 80,
  и: 74,
  н: 67,
  т: 63,
  с: 55,
  р: 47,
  в: 45,
  л: 44,
  к: 35,
  м: 32,
  д: 30,
  п: 28,
  у: 26,
  я: 20,
  ы: 19,
  ь: 17,
  г: 17,
  з: 16,
  б: 16,
  ч: 14,
  й: 12,
  х: 10,
  ж: 9,
  ш: 7,
  ю: 6,
  ц: 5,
  щ: 4,
  э: 3,
  ф: 3,
  ъ: 0.4,
  ё: 2,
}; // prettier-ignore

/** The logarithm of a character's probability, relative to an even chance of 1 in 33 letters. */
function weightOf(char: string): number {
  const frequency = russian[char.toLowerCase()];
  if (frequency !== undefined) return Math.log((frequency / 1_000) * 33) / 2;
  if (/[іїєґўәғқңөұүһђјљњћџѓќѕ]/iu.test(char)) return -1.5;
  if (/\p{Script=Cyrillic}/u.test(char)) return -3;
  if (/[\p{Script=Hebrew}\p{Script=Greek}]/u.test(char)) return /\p{L}/u.test(char) ? 0.1 : -3.5;
  if (/[äöüßéèêëàâçñáíóúåøæœîïôûùìòãõ]/iu.test(char)) return -0.6;
  if (/[łżźćśńęąšžčřěůőű]/iu.test(char)) return -1;
  if (/\p{Script=Latin}/u.test(char)) return -2.5;
  if (/[«»—–№…„“”’‘\u00a0•°§©®™€·]/u.test(char)) return -0.7;
  return /[\p{Cc}\p{Co}\ufffd\p{So}\p{Sm}]/u.test(char) ? -5 : -3.5;
}

const scripts = {
  cyrillic: /\p{Script=Cyrillic}/u,
  latin: /\p{Script=Latin}/u,
  greek: /\p{Script=Greek}/u,
  hebrew: /\p{Script=Hebrew}/u,
};
type Kind = keyof typeof scripts | "other";
const kindOf = (char: string): Kind =>
  (Object.keys(scripts) as (keyof typeof scripts)[]).find((name) => scripts[name].test(char)) ?? "other";
const isUpper = (char: string) => char !== char.toLowerCase();

/** How much a letter after another letter speaks for the encoding. */
function pairWeight(first: string, second: string): number {
  const [before, kind] = [kindOf(first), kindOf(second)];
  if (kind === "other") return before === "other" ? 0 : -0.5;
  if (before === "other")
    return kind !== "cyrillic" ? 0 : /[ьъы]/i.test(second) ? -3 : isUpper(second) ? 0.3 : 0;
  if (before !== kind) return -4;
  if (!isUpper(first) && isUpper(second)) return -3;
  // In Latin texts plain letters surround an accented one. In Cyrillic texts the letters form
  // syllables.
  if (kind === "latin") return first > "\x7f" ? -0.8 : 1.2;
  return kind !== "cyrillic" ? 0.4 : syllableWeight(first.toLowerCase(), second.toLowerCase());
}

const vowels = "аеёиоуыэюя";
function syllableWeight(first: string, second: string): number {
  const isVowel = vowels.includes(first);
  if ("ьъ".includes(second)) return isVowel || "ьъй".includes(first) ? -3 : 0.4;
  if (second === "й") return isVowel ? 0.6 : -2.5;
  if (second === "ы" && "гкхжшщчй".includes(first)) return -2.5;
  return vowels.includes(second) ? (isVowel ? -0.5 : 0.7) : isVowel ? 0.5 : -0.1;
}

/**
 * Rates an encoding by its pairs of letters. A pair that occurs a hundred times weighs little more
 * than one that occurs once: it may come from a single tag.
 * @returns `sum`, the logarithm of the probability; the number of letters and their mean; and
 *   `text`, the decoded bytes: encodings with the same text are equal here
 */
function judgePairs(pairs: Uint32Array, encoding: string) {
  const decoder = new TextDecoder(encoding);
  const chars = Array.from({ length: 256 }, (_, byte) => decoder.decode(Uint8Array.of(byte)));
  const weights = chars.map(weightOf);
  const kinds = chars.map(kindOf);
  let [sum, letters, ofLetters, cyrillic] = [0, 0, 0, 0];
  const used = new Set<number>();
  for (let first = 0; first < 256; first++)
    for (let second = 0x80; second < 256; second++) {
      const count = pairs[(first << 8) | second]!;
      if (count === 0) continue;
      used.add(second);
      const share = Math.log2(1 + count);
      const weight = share * (weights[second]! + pairWeight(chars[first]!, chars[second]!));
      sum += weight;
      if (kinds[second] === "other") continue;
      if (kinds[second] === "cyrillic") cyrillic += share;
      letters += share;
      ofLetters += weight;
    }
  return {
    text: [...used].map((byte) => chars[byte]).join(""),
    sum,
    letters,
    mean: ofLetters / Math.max(1, letters),
    isCyrillic: cyrillic >= letters * 0.9,
  };
}
