import { createPartParser, parsePart, type XlsxArchive } from "./xlsx-archive.ts";
import { FileUnreadable } from "./byte-source.ts";

/** What of a workbook its sheets need: names and places of the sheets, shared texts, which styles are dates. */
export type Workbook = {
  readonly sheets: readonly { readonly name: string; readonly path: string }[];
  readonly texts: readonly string[];
  readonly dateStyles: ReadonlySet<number>;
  /** Days are counted from 1904 instead of 1900. */
  readonly from1904: boolean;
};

/** Shared texts are kept in memory, all of them: so many UTF-16 code units at most. */
const TEXTS_LENGTH_MAX = 64 * 1024 * 1024;
/** Number formats that every program knows as dates or times. */
const DATE_FORMATS: readonly (readonly [number, number])[] = [
  [14, 22],
  [27, 36],
  [45, 47],
  [50, 58],
];

/** Reads the parts that all sheets share. `withTexts` = also the shared texts, which can be large. */
export async function readWorkbook(archive: XlsxArchive, withTexts: boolean): Promise<Workbook> {
  const { sheets, from1904 } = await readSheets(archive);
  return { sheets, from1904, dateStyles: await readDateStyles(archive), texts: withTexts ? await readTexts(archive) : [] };
}

async function readSheets(archive: XlsxArchive): Promise<Pick<Workbook, "sheets" | "from1904">> {
  const targets = new Map<string, string>();
  await parsePart(archive, "xl/_rels/workbook.xml.rels", {
    open: (name, { Id = "", Target = "" }) => {
      if (name === "Relationship") targets.set(Id, Target.startsWith("/") ? Target.slice(1) : `xl/${Target}`);
    },
  });
  const sheets: { name: string; path: string }[] = [];
  let from1904 = false;
  await parsePart(archive, "xl/workbook.xml", {
    open: (name, attributes) => {
      if (name === "workbookPr") from1904 = attributes["date1904"] === "1" || attributes["date1904"] === "true";
      if (name !== "sheet" || attributes["state"] === "veryHidden") return;
      const path = targets.get(attributes["r:id"] ?? Object.entries(attributes).find(([key]) => key.endsWith(":id"))?.[1] ?? "");
      if (path !== undefined) sheets.push({ name: attributes["name"] ?? "", path });
    },
  });
  return { sheets, from1904 };
}

async function readDateStyles(archive: XlsxArchive): Promise<ReadonlySet<number>> {
  const custom = new Set<number>();
  const dates = new Set<number>();
  let inCells = false;
  let style = 0;
  await parsePart(archive, "xl/styles.xml", {
    open: (name, attributes) => {
      if (name === "numFmt" && isDateFormat(attributes["formatCode"] ?? "")) custom.add(Number(attributes["numFmtId"]));
      if (name === "cellXfs") inCells = true;
      if (name !== "xf" || !inCells) return;
      const format = Number(attributes["numFmtId"] ?? 0);
      if (custom.has(format) || DATE_FORMATS.some(([from, to]) => format >= from && format <= to)) dates.add(style);
      style += 1;
    },
    close: (name) => {
      if (name === "cellXfs") inCells = false;
    },
  });
  return dates;
}

/** Whether a number format shows a date or time: it has their letters outside of quoted text and of brackets (colours, languages). */
export function isDateFormat(code: string): boolean {
  const bare = code.replaceAll(/"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]/giu, "");
  return /[ymdhs年月日时]/iu.test(bare) && !/general/iu.test(bare);
}

async function readTexts(archive: XlsxArchive): Promise<readonly string[]> {
  const texts: string[] = [];
  let current = "";
  let inText = false;
  let phonetic = false;
  let length = 0;
  const pieces = await archive.open("xl/sharedStrings.xml");
  if (pieces === undefined) return texts;
  const parser = createPartParser({
    open: (name) => {
      if (name === "si") current = "";
      else if (name === "rPh") phonetic = true;
      else if (name === "t") inText = !phonetic;
    },
    text: (text) => {
      if (inText) current += text;
    },
    close: (name) => {
      if (name === "t") inText = false;
      else if (name === "rPh") phonetic = false;
      else if (name === "si") {
        length += current.length;
        if (length > TEXTS_LENGTH_MAX)
          throw new FileUnreadable("The workbook holds too much text. Save the sheet as CSV (UTF-8) and import that", "too_large");
        texts.push(current);
      }
    },
  });
  for await (const piece of pieces) parser.write(piece);
  return texts;
}
