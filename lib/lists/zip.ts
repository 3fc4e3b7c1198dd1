import { Readable } from "node:stream";
import yauzl from "yauzl";
import { ValidationError } from "@/lib/domain/errors";
import type { ListSource } from "./source";

export interface ZipBounds {
  /** The most unpacked bytes of all parts together. */
  unpackedBytesMax: number;
  /** The most unpacked bytes for each packed byte. A list has some 10; Deflate allows 1,032. */
  ratioMax: number;
}

export const ZIP_BOUNDS: ZipBounds = { unpackedBytesMax: 2 ** 31, ratioMax: 200 };

/** We do not limit the ratio of smaller parts: a small part may be one letter, many times. */
const RATIO_FREE_BYTES = 4_194_304;
const ENTRIES_MAX = 10_000;

/**
 * The parts of a zip file. We trust its directory for names and positions only, and count the bytes
 * while we unpack them.
 */
export interface Zip {
  has(name: string): boolean;
  /** @throws ValidationError `workbook_broken`, `workbook_too_large` */
  read(name: string): AsyncGenerator<Buffer>;
}

class SourceReader extends yauzl.RandomAccessReader {
  constructor(private readonly source: ListSource) {
    super();
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(this.source.read(start, end), { objectMode: false });
  }
}

export const workbookBroken = () => new ValidationError([{ pointer: "", code: "workbook_broken" }]);
export const workbookTooLarge = () => new ValidationError([{ pointer: "", code: "workbook_too_large" }]);

/** @throws ValidationError */
export async function openZip(source: ListSource, bounds: ZipBounds = ZIP_BOUNDS): Promise<Zip> {
  const options = { lazyEntries: true, autoClose: false, validateEntrySizes: true } as const;
  const zip = await new Promise<yauzl.ZipFile>((resolve, reject) =>
    yauzl.fromRandomAccessReader(new SourceReader(source), source.size, options, (error, file) =>
      error ? reject(workbookBroken()) : resolve(file),
    ),
  );
  const entries = await entriesOf(zip);
  let unpacked = 0;
  return {
    has: (name) => entries.has(name.toLowerCase()),
    async *read(name) {
      const entry = entries.get(name.toLowerCase());
      if (!entry) throw workbookBroken();
      const stream = await new Promise<Readable>((resolve, reject) =>
        zip.openReadStream(entry, (error, opened) => (error ? reject(workbookBroken()) : resolve(opened))),
      );
      let bytes = 0;
      try {
        for await (const piece of stream as AsyncIterable<Buffer>) {
          bytes += piece.length;
          unpacked += piece.length;
          if (unpacked > bounds.unpackedBytesMax) throw workbookTooLarge();
          if (bytes > RATIO_FREE_BYTES && bytes > entry.compressedSize * bounds.ratioMax)
            throw workbookTooLarge();
          yield piece;
        }
      } catch (error) {
        throw error instanceof ValidationError ? error : workbookBroken();
      } finally {
        stream.destroy();
      }
    },
  };
}

/** We ignore case in names: the format forbids names that differ in case only. */
function entriesOf(zip: yauzl.ZipFile): Promise<Map<string, yauzl.Entry>> {
  if (zip.entryCount > ENTRIES_MAX) throw workbookTooLarge();
  const entries = new Map<string, yauzl.Entry>();
  return new Promise((resolve, reject) => {
    zip.on("entry", (entry: yauzl.Entry) => {
      entries.set(entry.fileName.toLowerCase(), entry);
      zip.readEntry();
    });
    zip.on("end", () => resolve(entries));
    zip.on("error", () => reject(workbookBroken()));
    zip.readEntry();
  });
}
