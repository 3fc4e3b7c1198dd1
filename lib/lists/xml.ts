import { SaxesParser } from "saxes";
import { ValidationError } from "@/lib/domain/errors";
import { workbookBroken, workbookTooLarge } from "./zip";

export interface XmlHandler {
  /** @param name without its namespace prefix, as the names of the attributes */
  open(name: string, attributes: Record<string, string>): void;
  text?(text: string): void;
  close?(name: string): void;
}

/** The most characters of one tag, comment or text. */
const TOKEN_MAX = 4_194_304;

const bare = (name: string) => name.slice(name.indexOf(":") + 1);

/**
 * Reads XML while its bytes arrive, and yields after each piece, so that the caller can take what
 * the handler found. The parser knows only XML's own entities and fetches none.
 */
export async function* readXml(bytes: AsyncIterable<Buffer>, handler: XmlHandler): AsyncGenerator<void> {
  const parser = new SaxesParser();
  // The parser keeps a token until its end: without a limit, one token could be the whole file.
  let gathered = 0;
  parser.on("opentag", ({ name, attributes }) => {
    gathered = 0;
    const named: Record<string, string> = {};
    for (const key in attributes) named[bare(key)] = attributes[key]!;
    handler.open(bare(name), named);
  });
  parser.on("text", (text) => handler.text?.(text));
  parser.on("cdata", (text) => handler.text?.(text));
  parser.on("closetag", ({ name }) => {
    gathered = 0;
    handler.close?.(bare(name));
  });
  parser.on("error", () => {
    throw workbookBroken();
  });
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const write = (text: string) => {
    gathered += text.length;
    parser.write(text);
    if (gathered > TOKEN_MAX) throw workbookTooLarge();
  };
  try {
    for await (const piece of bytes) {
      write(decoder.decode(piece, { stream: true }));
      yield;
    }
    write(decoder.decode());
    parser.close();
    yield;
  } catch (error) {
    throw error instanceof ValidationError ? error : workbookBroken();
  }
}

/** Reads a small part at once. */
export async function readSmallXml(bytes: AsyncIterable<Buffer>, handler: XmlHandler): Promise<void> {
  for await (const _ of readXml(bytes, handler));
}
