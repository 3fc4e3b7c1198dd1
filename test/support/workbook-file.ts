import { crc32, deflateRawSync } from "node:zlib";

/**
 * A zip file of parts. @param lie what the file says of a part's size once unpacked, instead of
 * what it is
 */
export function zipped(parts: Record<string, string | Buffer>, lie?: number): Buffer {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(parts)) {
    const bytes = Buffer.from(content as string);
    const packed = deflateRawSync(bytes);
    const about = Buffer.alloc(26);
    about.writeUInt16LE(20, 0);
    about.writeUInt16LE(0x0800, 2);
    about.writeUInt16LE(8, 4);
    about.writeUInt32LE(crc32(bytes), 10);
    about.writeUInt32LE(packed.length, 14);
    about.writeUInt32LE(lie ?? bytes.length, 18);
    about.writeUInt16LE(Buffer.byteLength(name), 22);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    const file = Buffer.concat([Buffer.from("PK\x03\x04"), about, Buffer.from(name), packed]);
    files.push(file);
    directory.push(Buffer.from("PK\x01\x02\x14\x00", "latin1"), about, place, Buffer.from(name));
    offset += file.length;
  }
  const entries = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(files.length, 4);
  end.writeUInt16LE(files.length, 6);
  end.writeUInt32LE(entries.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...files, entries, Buffer.from("PK\x05\x06"), end]);
}

const types = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const rels = (list: [id: string, type: string, target: string][]) =>
  `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${list
    .map(([id, type, target]) => `<Relationship Id="${id}" Type="${types}/${type}" Target="${target}"/>`)
    .join("")}</Relationships>`;

/**
 * The parts of a workbook, of what stands inside `<sheetData>` of each sheet. Styles: 1 a date, 2 a
 * date with time, 3 a number with zeros before it.
 */
export function workbookParts(
  sheets: Record<string, string>,
  { texts = [], hidden = [], pr = "" }: { texts?: string[]; hidden?: string[]; pr?: string } = {},
): Record<string, string | Buffer> {
  const names = Object.keys(sheets);
  return {
    "_rels/.rels": rels([["r1", "officeDocument", "xl/workbook.xml"]]),
    "xl/workbook.xml": `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><workbook xmlns:r="${types}">${pr}<sheets>${names
      .map(
        (name, i) =>
          `<sheet name="${name}" sheetId="${i + 1}" ${hidden.includes(name) ? 'state="hidden" ' : ""}r:id="s${i}"/>`,
      )
      .join("")}</sheets></workbook>`,
    "xl/_rels/workbook.xml.rels": rels([
      ...names.map((_, i): [string, string, string] => [
        `s${i}`,
        "worksheet",
        i % 2 === 0 ? `worksheets/sheet${i}.xml` : `/xl/worksheets/sheet${i}.xml`,
      ]),
      ["t", "sharedStrings", "sharedStrings.xml"],
      ["y", "styles", "styles.xml"],
    ]),
    "xl/styles.xml":
      '<styleSheet><numFmts><numFmt numFmtId="164" formatCode="dd\\.mm\\.yyyy&quot; г.&quot;\\ hh:mm"/><numFmt numFmtId="165" formatCode="[Red]0000&quot;days&quot;"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/></cellXfs></styleSheet>',
    "xl/sharedStrings.xml": `<sst>${texts.map((text) => `<si>${text.startsWith("<") ? text : `<t xml:space="preserve">${text}</t>`}</si>`).join("")}</sst>`,
    ...Object.fromEntries(
      names.map((name, i) => [
        `xl/worksheets/sheet${i}.xml`,
        `<worksheet><sheetData>${sheets[name]}</sheetData></worksheet>`,
      ]),
    ),
  };
}

export const workbookOf = (...of: Parameters<typeof workbookParts>): Buffer => zipped(workbookParts(...of));
