import { isAscii } from "node:buffer";

/** What all bytes of a file tell, before any is read as a letter. */
export interface Survey {
  size: number;
  /** The first bytes. */
  head: Uint8Array;
  /** Whole UTF-8 sequences of more than one byte, and bytes that belong to none. */
  validSequences: number;
  invalidBytes: number;
  /** NUL bytes at even and at odd places. */
  nulEven: number;
  nulOdd: number;
  /** How often each byte beyond ASCII follows each byte: `pairs[before << 8 | byte]`. */
  pairs: Uint32Array;
  /** Cells with bytes beyond ASCII, as they are. */
  cells: Uint8Array[];
}

export interface SurveyTaker {
  write(bytes: Uint8Array): void;
  end(): Survey;
}

const HEAD_BYTES = 4_096;
const CELLS_MAX = 40;
/** So many cells are looked at for different ones. */
const CELLS_TRIED = 2_000;
const CELL_BYTES_MAX = 64;
const [LF, CR, TAB] = [10, 13, 9];
const isMark = (byte: number) =>
  byte === 44 || byte === 59 || byte === LF || byte === CR || byte === TAB || byte === 34 || byte === 124;

/** Takes a survey of bytes as they arrive. */
export function takeSurvey(): SurveyTaker {
  const head = new Uint8Array(HEAD_BYTES);
  const survey: Survey = {
    size: 0,
    head,
    validSequences: 0,
    invalidBytes: 0,
    nulEven: 0,
    nulOdd: 0,
    pairs: new Uint32Array(65_536),
    cells: [],
  };
  const sequences = utf8Counter(survey);
  const cells = cellGatherer();
  let before = 0;

  return {
    write(bytes) {
      if (survey.size < HEAD_BYTES) head.set(bytes.subarray(0, HEAD_BYTES - survey.size), survey.size);
      // Most files of numbers have hardly a letter: this is a hundred times as fast as looking at
      // each byte.
      if (sequences.isBetween() && isAscii(bytes) && !bytes.includes(0)) cells.pass(bytes);
      else {
        countPairs(bytes, before, survey);
        sequences.count(bytes);
        cells.gather(bytes);
      }
      survey.size += bytes.length;
      before = bytes.at(-1) ?? before;
    },
    end() {
      sequences.end();
      return { ...survey, head: head.subarray(0, Math.min(HEAD_BYTES, survey.size)), cells: cells.end() };
    },
  };
}

function countPairs(bytes: Uint8Array, before: number, survey: Survey): void {
  const { pairs, size } = survey;
  let last = before;
  const nul = [0, 0];
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    if (byte > 0x7f) pairs[(last << 8) | byte]!++;
    else if (byte === 0) nul[(size + i) & 1]!++;
    last = byte;
  }
  survey.nulEven += nul[0]!;
  survey.nulOdd += nul[1]!;
}

/**
 * Counts sequences as the standard has them: no overlong forms, no surrogates, nothing beyond
 * Unicode.
 */
function utf8Counter(survey: Survey) {
  /**
   * Of the sequence that is open: how many bytes are still to come, how many have, and what the
   * next one may be.
   */
  let [openMissing, openSeen, openLow, openHigh] = [0, 0, 0x80, 0xbf];

  return {
    isBetween: () => openMissing === 0,
    count(bytes: Uint8Array) {
      let [missing, seen, low, high] = [openMissing, openSeen, openLow, openHigh];
      let [valid, invalid] = [0, 0];
      for (let i = 0; i < bytes.length; i++) {
        const byte = bytes[i]!;
        if (missing > 0) {
          if (byte >= low && byte <= high) {
            low = 0x80;
            high = 0xbf;
            seen++;
            if (--missing === 0) valid++;
            continue;
          }
          invalid += seen;
          missing = 0;
        }
        if (byte < 0x80) continue;
        missing = byte < 0xc2 || byte > 0xf4 ? 0 : byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
        if (missing === 0) invalid++;
        seen = 1;
        low = byte === 0xe0 ? 0xa0 : byte === 0xf0 ? 0x90 : 0x80;
        high = byte === 0xed ? 0x9f : byte === 0xf4 ? 0x8f : 0xbf;
      }
      survey.validSequences += valid;
      survey.invalidBytes += invalid;
      [openMissing, openSeen, openLow, openHigh] = [missing, seen, low, high];
    },
    end() {
      if (openMissing > 0) survey.invalidBytes += openSeen;
      openMissing = 0;
    },
  };
}

/** Gathers different cells that have bytes beyond ASCII, or their beginnings. */
function cellGatherer() {
  const cells = new Map<string, Uint8Array>();
  let tried = 0;
  let cell: number[] = [];
  let isHigh = false;
  const isFull = () => cells.size >= CELLS_MAX || tried >= CELLS_TRIED;
  const endCell = () => {
    if (isHigh && !isFull()) {
      tried++;
      const bytes = Uint8Array.from(cell);
      cells.set(Buffer.from(bytes).toString("latin1"), bytes);
    }
    cell = [];
    isHigh = false;
  };
  const gather = (bytes: Uint8Array) => {
    for (let i = 0; i < bytes.length && !isFull(); i++) {
      const byte = bytes[i]!;
      if (isMark(byte)) endCell();
      else if (cell.length < CELL_BYTES_MAX) {
        cell.push(byte);
        if (byte > 0x7f) isHigh = true;
      }
    }
  };
  return {
    gather,
    /**
     * What comes has no such bytes: only the cell that its beginning ends, and the one that its end
     * begins, can be of use.
     */
    pass(bytes: Uint8Array) {
      if (bytes.length <= CELL_BYTES_MAX * 2) return gather(bytes);
      gather(bytes.subarray(0, CELL_BYTES_MAX));
      endCell();
      gather(bytes.subarray(-CELL_BYTES_MAX));
    },
    end() {
      endCell();
      return [...cells.values()];
    },
  };
}
