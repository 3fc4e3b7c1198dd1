import { ValidationError } from "@/lib/domain/errors";
import type { Survey } from "./survey";

export interface EncodingCandidate {
  encoding: string;
  /** 0 … 1 among the candidates. */
  confidence: number;
  /** Three cells of the file as they read in this encoding. */
  samples: string[];
}

export interface EncodingVerdict {
  encoding: string;
  /** False: somebody should look at the samples before anything is written. */
  isSure: boolean;
  /** The likeliest first; the encoding itself is among them. */
  candidates: EncodingCandidate[];
}

const SAMPLES = 3;
/** UTF-8 with a few broken bytes is UTF-8: each of them rejects its row. */
const VALID_PER_INVALID = 10;
/** So many letters beyond ASCII decide; of fewer no statistics can be sure. */
const SURE_LETTERS = 16;
const SURE_CONFIDENCE = 0.98;
/**
 * The mean logarithm of a letter below which a text may be in some other language. Russian has 0.6.
 */
const SURE_MEAN = 0.3;
const CANDIDATES_SHOWN = 5;

/**
 * Encodings of one byte a letter that are told apart by how likely their letters are, and how rare
 * each is: the logarithm of its share.
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
 * What an encoding is called here: any label of the WHATWG's, and the names that people use.
 * @returns null for none
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
 * The encoding of a file: what its byte order mark says; else UTF-8, if nearly all that is beyond
 * ASCII is; else the likeliest.
 * @param explicit what somebody said: it is believed
 * @throws ValidationError for what is no text at all, and for an encoding that nobody knows
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
 * In UTF-16 the digits and delimiters of a list have every second byte NUL, and all on the same
 * side.
 */
function utf16Of({ size, nulEven, nulOdd }: Survey): "utf-16le" | "utf-16be" | null {
  if (nulOdd * 8 > size && nulEven * 50 < nulOdd) return "utf-16le";
  return nulEven * 8 > size && nulOdd * 50 < nulEven ? "utf-16be" : null;
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
  // Those that show the most; in the order of the file.
  const telling = [...cells].sort((x, y) => beyondAscii(y) - beyondAscii(x)).slice(0, SAMPLES);
  return cells.filter((cell) => telling.includes(cell));
}

const beyondAscii = (text: string) => text.replace(/[\0-\x7f]/g, "").length;

function likeliest(survey: Survey): EncodingVerdict {
  const read = new Map<
    string,
    { encoding: string; sum: number; letters: number; mean: number; isCyrillic: boolean }
  >();
  for (const encoding in singleByte) {
    const { text, ...reading } = judgePairs(survey.pairs, encoding);
    // Two encodings in which the file is the same text are one candidate.
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
  // Readings in other scripts never are: too many encodings, some of them not among these, differ
  // in a few accents only.
  const isSure =
    best.letters >= SURE_LETTERS &&
    candidates[0]!.confidence >= SURE_CONFIDENCE &&
    best.mean >= SURE_MEAN &&
    best.isCyrillic;
  return { encoding: best.encoding, isSure, candidates };
}

/** How often each letter stands in Russian texts, of a thousand. */
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

/** The logarithm of how likely a character is, against one letter of an alphabet of 33. */
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

/** What the second of two letters says about the reading, given the first. */
function pairWeight(first: string, second: string): number {
  const [before, kind] = [kindOf(first), kindOf(second)];
  if (kind === "other") return before === "other" ? 0 : -0.5;
  if (before === "other")
    return kind !== "cyrillic" ? 0 : /[ьъы]/i.test(second) ? -3 : isUpper(second) ? 0.3 : 0;
  if (before !== kind) return -4;
  if (!isUpper(first) && isUpper(second)) return -3;
  // Accents stand among plain letters; Cyrillic ones among their own, in the order of syllables.
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
 * @returns the logarithm of how likely the reading is, how many letters it has and what their mean
 * is, and what tells it from others. What is there a hundred times is hardly surer than what is
 * there once: it may be one tag.
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
