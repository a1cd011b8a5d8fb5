import { isUtf8 } from "node:buffer";
import { FileUnreadable, unpacked, type ByteSource } from "./byte-source.ts";

export type FileFormat = "csv" | "jsonl" | "xlsx" | "parquet";
export type FileEncoding = "utf-8" | "gb18030" | "utf-16le" | "utf-16be";

/** What a file looks like. `encoding` and `delimiter` matter for text only. */
export type DetectedFile = { readonly format: FileFormat; readonly encoding: FileEncoding; readonly delimiter: string };

/** Enough to see the shape of the rows. */
const HEAD_BYTES = 64 * 1024;
/** A file may be plain ASCII for long before the first Chinese name: so much is looked through for it. */
const ENCODING_BYTES = 8 * 1024 * 1024;
const DELIMITERS = [",", "\t", ";", "|"] as const;
const LINES_LOOKED_AT = 20;

/** Looks at the beginning of a file and says what it is. Throws `FileUnreadable` for what Terrace cannot read, with the way out. */
export async function detectFile(source: ByteSource): Promise<DetectedFile> {
  const { head, isWhole } = await headOf(source);
  if (head.length === 0) throw new FileUnreadable("The file is empty", "empty");
  const format = binaryFormat(head);
  if (format !== undefined) return { format, encoding: "utf-8", delimiter: "," };
  const encoding = encodingOf(head, isWhole);
  if ((encoding === "utf-8" || encoding === "gb18030") && head.subarray(0, HEAD_BYTES).includes(0))
    throw new FileUnreadable("This is not a table: it holds bytes that no text has. Export the table as .xlsx or .csv", "not_a_table");
  const text = decodeHead(head.subarray(0, HEAD_BYTES), encoding);
  const start = text.trimStart();
  if (/^<(?:!doctype html|html|table|\?xml)/iu.test(start))
    throw new FileUnreadable(
      "This is a web page or XML under the name of a table. Open it in a spreadsheet program and save it as .xlsx or .csv",
      "web_page",
    );
  if (/^\[\s*\{/u.test(start))
    throw new FileUnreadable("This is a JSON list. Save it as JSON lines: one object a line, without brackets around them", "json_list");
  const isJson = start.startsWith("{");
  return { format: isJson ? "jsonl" : "csv", encoding, delimiter: isJson ? "," : delimiterOf(text) };
}

async function headOf(source: ByteSource): Promise<{ readonly head: Buffer; readonly isWhole: boolean }> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  let isAscii = true;
  for await (const piece of unpacked(source)) {
    pieces.push(piece);
    size += piece.length;
    isAscii &&= piece.every((byte) => byte < 0x80);
    if (size >= ENCODING_BYTES || (!isAscii && size >= HEAD_BYTES)) return { head: Buffer.concat(pieces), isWhole: false };
  }
  return { head: Buffer.concat(pieces), isWhole: true };
}

function binaryFormat(head: Buffer): FileFormat | undefined {
  const mark = head.subarray(0, 4).toString("latin1");
  if (mark === "PAR1") return "parquet";
  if (mark === "PK\u0003\u0004") return "xlsx";
  if (mark === "\u00d0\u00cf\u0011\u00e0")
    throw new FileUnreadable(
      "This is an old Excel file (.xls), or one with a password. Open it in Excel or WPS and save it as .xlsx without a password",
      "old_excel",
    );
  if (mark === "%PDF") throw new FileUnreadable("This is a PDF. Export the table as .xlsx or .csv", "pdf");
  const kind = OTHER_FILES.find(([begin]) => head.subarray(0, begin.length).toString("latin1") === begin)?.[1];
  if (kind !== undefined)
    throw new FileUnreadable(`This is ${kind}, not a table, whatever its name says. Export the table as .xlsx or .csv`, "not_a_table");
  return undefined;
}

/** How files begin that are taken for tables because somebody renamed them. */
const OTHER_FILES: readonly (readonly [string, string])[] = [
  ["\u0089PNG", "a picture"],
  ["\u00ff\u00d8\u00ff", "a picture"],
  ["GIF8", "a picture"],
  ["RIFF", "a picture or a recording"],
  ["BM\u0000", "a picture"],
  ["Rar!", "a RAR archive"],
  ["7z\u00bc\u00af", "a 7-Zip archive"],
  ["SQLite format 3", "a database"],
  ["\u007fELF", "a program"],
  ["MZ\u0090", "a program"],
];

/** By byte order mark, by zero bytes, by being valid UTF-8; what remains of Chinese files is GBK, of which GB18030 is the whole. */
function encodingOf(head: Buffer, isWhole: boolean): FileEncoding {
  if (head[0] === 0xff && head[1] === 0xfe) return "utf-16le";
  if (head[0] === 0xfe && head[1] === 0xff) return "utf-16be";
  const sample = head.subarray(0, 4096);
  const zeros = (from: number): number => sample.filter((byte, index) => byte === 0 && index % 2 === from).length;
  const [even, odd] = [zeros(0), zeros(1)];
  if (Math.max(even, odd) > sample.length / 8) return odd > even ? "utf-16le" : "utf-16be";
  // A head that was cut may end inside a character.
  const whole = isWhole ? head : head.subarray(0, head.length - cutCharacter(head));
  return isUtf8(whole) ? "utf-8" : "gb18030";
}

/** Bytes of a UTF-8 character that the end of the head cuts off. */
function cutCharacter(head: Buffer): number {
  for (let count = 1; count <= 3; count += 1) {
    const byte = head[head.length - count] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return length > count ? count : 0;
  }
  return 0;
}

function decodeHead(head: Buffer, encoding: FileEncoding): string {
  return new TextDecoder(encoding).decode(head, { stream: true });
}

/** The character that cuts most lines into equally many, and more than one, cells. */
function delimiterOf(text: string): string {
  const lines = text
    .replaceAll(/"[^"]*"/gu, "")
    .split(/[\r\n]+/u)
    .filter((line) => line.trim() !== "")
    .slice(0, LINES_LOOKED_AT);
  const score = (delimiter: string): number => {
    const counts = lines.map((line) => line.split(delimiter).length - 1);
    const usual = counts.toSorted((a, b) => a - b)[Math.floor(counts.length / 2)] ?? 0;
    return usual === 0 ? 0 : counts.filter((count) => count === usual).length * 1000 + usual;
  };
  // Commas stand inside of cells too: of equals the other one is it.
  return DELIMITERS.reduce<string>((best, delimiter) => (score(delimiter) > 0 && score(delimiter) >= score(best) ? delimiter : best), ",");
}
