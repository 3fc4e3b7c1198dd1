import type { FileHandle } from "node:fs/promises";

/**
 * Gives the bytes of a file. We read a file more than once, and a workbook not from its beginning.
 */
export interface ListSource {
  size: number;
  /** @param end the byte after the last one; without it, the end of the file */
  read(start: number, end?: number): AsyncIterable<Uint8Array>;
}

const PIECE = 262_144;

export function bytesSource(bytes: Uint8Array, piece = PIECE): ListSource {
  return {
    size: bytes.length,
    async *read(start, end = bytes.length) {
      for (let at = start; at < end; at += piece) yield bytes.subarray(at, Math.min(at + piece, end));
    },
  };
}

/** Reads from an open file, which the caller closes. */
export function fileSource(file: FileHandle, size: number): ListSource {
  return {
    size,
    async *read(start, end = size) {
      for (let at = start; at < end; ) {
        const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(Math.min(PIECE, end - at)), {
          position: at,
        });
        if (bytesRead === 0) return;
        at += bytesRead;
        yield buffer.subarray(0, bytesRead);
      }
    },
  };
}
