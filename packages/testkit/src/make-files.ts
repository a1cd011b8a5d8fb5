import { crc32, deflateRawSync } from "node:zlib";

let gbkBytes: ReadonlyMap<string, readonly [number, number]> | undefined;

/** Text as GBK, which Node reads but does not write. */
export function encodeGbk(text: string): Buffer {
  gbkBytes ??= gbkTable();
  const table = gbkBytes;
  return Buffer.from(
    [...text].flatMap((char): readonly number[] => {
      if (char.charCodeAt(0) < 0x80) return [char.charCodeAt(0)];
      const bytes = table.get(char);
      if (bytes === undefined) throw new Error(`${char} is not in GBK`);
      return bytes;
    }),
  );
}

function gbkTable(): ReadonlyMap<string, readonly [number, number]> {
  const decoder = new TextDecoder("gbk");
  const table = new Map<string, readonly [number, number]>();
  for (let high = 0x81; high <= 0xfe; high += 1)
    for (let low = 0x40; low <= 0xfe; low += 1) {
      const char = decoder.decode(Uint8Array.of(high, low));
      if (char.length === 1 && char !== "\ufffd") table.set(char, [high, low]);
    }
  return table;
}

/** A zip archive of these parts. */
export function makeZip(parts: Readonly<Record<string, string>>): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, text] of Object.entries(parts)) {
    const raw = Buffer.from(text);
    const packed = deflateRawSync(raw);
    const title = Buffer.from(name);
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(20, 0);
    shared.writeUInt16LE(8, 4);
    shared.writeUInt32LE(crc32(raw), 10);
    shared.writeUInt32LE(packed.length, 14);
    shared.writeUInt32LE(raw.length, 18);
    shared.writeUInt16LE(title.length, 22);
    const local = Buffer.concat([Buffer.from("PK\u0003\u0004", "latin1"), shared, title, packed]);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from("PK\u0001\u0002\u0014\u0000", "latin1"), shared, place, title]));
    bodies.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(directory.length, 4);
  end.writeUInt16LE(directory.length, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...bodies, central, Buffer.from("PK\u0005\u0006", "latin1"), end]);
}

/** A cell of a workbook: text (shared), a number, or a day and time as the serial number spreadsheets use. */
export type MadeCell = string | number | { readonly serial: number } | null;

/** A workbook as spreadsheets write it: shared texts, dates as styled numbers, empty cells left out. */
export function makeXlsx(sheets: Readonly<Record<string, readonly (readonly MadeCell[])[]>>): Buffer {
  const texts: string[] = [];
  const names = Object.keys(sheets);
  const cellXml = (cell: MadeCell, row: number, column: number): string => {
    if (cell === null) return "";
    const at = `r="${columnName(column)}${row + 1}"`;
    if (typeof cell === "number") return `<c ${at}><v>${cell}</v></c>`;
    if (typeof cell === "object") return `<c ${at} s="1"><v>${cell.serial}</v></c>`;
    texts.push(cell);
    return `<c ${at} t="s"><v>${texts.length - 1}</v></c>`;
  };
  const parts = Object.fromEntries(
    Object.values(sheets).map((rows, index) => [
      `xl/worksheets/sheet${index + 1}.xml`,
      `<?xml version="1.0"?><worksheet xmlns="x"><sheetData>${rows.map((row, at) => `<row r="${at + 1}">${row.map((cell, column) => cellXml(cell, at, column)).join("")}</row>`).join("")}</sheetData></worksheet>`,
    ]),
  );
  return makeZip({
    "xl/workbook.xml": `<workbook xmlns="x" xmlns:r="r"><sheets>${names.map((name, index) => `<sheet name="${escapeXml(name)}" sheetId="${index + 1}" r:id="rId${index + 1}"/>`).join("")}</sheets></workbook>`,
    "xl/_rels/workbook.xml.rels": `<Relationships>${names.map((_, index) => `<Relationship Id="rId${index + 1}" Target="worksheets/sheet${index + 1}.xml"/>`).join("")}</Relationships>`,
    "xl/styles.xml": `<styleSheet><numFmts><numFmt numFmtId="176" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot; hh:mm"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="176"/></cellXfs></styleSheet>`,
    ...parts,
    "xl/sharedStrings.xml": `<sst>${texts.map((text) => `<si><t>${escapeXml(text)}</t></si>`).join("")}</sst>`,
  });
}

function columnName(column: number): string {
  return column < 26 ? String.fromCharCode(65 + column) : `${columnName(Math.floor(column / 26) - 1)}${columnName(column % 26)}`;
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
