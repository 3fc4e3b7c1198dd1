import { isAscii } from "node:buffer";

/** The counts of all bytes of a file, taken before we decode it. */
export interface Survey {
  size: number;
  head: Uint8Array;
  /** Valid UTF-8 sequences of more than one byte, and bytes that belong to none. */
  validSequences: number;
  invalidBytes: number;
  /** NUL bytes at even and at odd offsets. */
  nulEven: number;
  nulOdd: number;
  /** Bytes 4, which in UTF-16 begin or end a Cyrillic letter, at even and at odd offsets. */
  fourEven: number;
  fourOdd: number;
  /** How often each byte beyond ASCII follows each byte: `pairs[before << 8 | byte]`. */
  pairs: Uint32Array;
  /** Cells with bytes beyond ASCII, not decoded. */
  cells: Uint8Array[];
}

export interface SurveyTaker {
  write(bytes: Uint8Array): void;
  end(): Survey;
}

const HEAD_BYTES = 4_096;
const CELLS_MAX = 40;
/** We look at this many cells to find different ones. */
const CELLS_TRIED = 2_000;
const CELL_BYTES_MAX = 64;
const [LF, CR, TAB] = [10, 13, 9];
const isMark = (byte: number) =>
  byte === 44 || byte === 59 || byte === LF || byte === CR || byte === TAB || byte === 34 || byte === 124;

export function takeSurvey(): SurveyTaker {
  const head = new Uint8Array(HEAD_BYTES);
  const survey: Survey = {
    size: 0,
    head,
    validSequences: 0,
    invalidBytes: 0,
    nulEven: 0,
    nulOdd: 0,
    fourEven: 0,
    fourOdd: 0,
    pairs: new Uint32Array(65_536),
    cells: [],
  };
  const sequences = utf8Counter(survey);
  const cells = cellGatherer();
  let before = 0;

  return {
    write(bytes) {
      if (survey.size < HEAD_BYTES) head.set(bytes.subarray(0, HEAD_BYTES - survey.size), survey.size);
      // Most files are plain ASCII: this test is a hundred times as fast as looking at each byte.
      if (sequences.isBetween() && isAscii(bytes) && !bytes.includes(0) && !bytes.includes(4))
        cells.pass(bytes);
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
  const four = [0, 0];
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    if (byte > 0x7f) pairs[(last << 8) | byte]!++;
    else if (byte === 0) nul[(size + i) & 1]!++;
    else if (byte === 4) four[(size + i) & 1]!++;
    last = byte;
  }
  survey.nulEven += nul[0]!;
  survey.nulOdd += nul[1]!;
  survey.fourEven += four[0]!;
  survey.fourOdd += four[1]!;
}

/** Counts sequences by the standard: no overlong forms, no surrogates, no code beyond Unicode. */
function utf8Counter(survey: Survey) {
  /**
   * The sequence that is being read: how many bytes are missing, how many were seen, and the bounds
   * of the next one.
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

/** Gathers different cells that have bytes beyond ASCII; of a long cell only the beginning. */
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
     * Takes a piece that is all ASCII. Only its first cell, which goes on from the piece before,
     * and its last one, which may go on in the next piece, can be of use.
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
