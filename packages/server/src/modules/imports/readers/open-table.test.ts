import { encodeGbk, makeXlsx, makeZip } from "@terrace/testkit/make-files";
import type { FileRule } from "@terrace/domain/imports/mapping";
import { parquetWriteBuffer } from "hyparquet-writer";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { FileUnreadable, type ByteSource } from "./byte-source.ts";
import { detectFile } from "./detect-file.ts";
import { openTable, type Table } from "./open-table.ts";
import { sheetNames } from "./xlsx-table.ts";
import { isDateFormat } from "./xlsx-workbook.ts";

const PIECE = 1000;
/** Bytes in memory, handed out in pieces that cut characters and records. */
function sourceOf(bytes: Uint8Array): ByteSource {
  return {
    name: "file",
    sizeBytes: bytes.length,
    read: async function* ({ from = 0, to = bytes.length } = {}) {
      for (let at = from; at < Math.min(to, bytes.length); at += PIECE) {
        await Promise.resolve();
        yield bytes.subarray(at, Math.min(at + PIECE, to, bytes.length));
      }
    },
  };
}

const ANY: FileRule = { format: undefined, delimiter: undefined, encoding: undefined, columns: undefined, sheet: undefined, headerRow: 1 };
const open = (bytes: Uint8Array, rule: Partial<FileRule> = {}, wanted: readonly string[] = []): Promise<Table> =>
  openTable(sourceOf(bytes), { ...ANY, ...rule }, wanted);

async function rowsOf(table: Table, fromRow = 1): Promise<readonly (readonly string[])[]> {
  const rows: (readonly string[])[] = [];
  for await (const batch of table.rows(fromRow)) rows.push(...batch);
  return rows;
}

const utf16 = (text: string): Buffer => Buffer.from(text, "utf16le");

describe("text", () => {
  const text = `订单号,金额\n${Array.from({ length: 3000 }, (_, index) => `单${index},${index}`).join("\n")}\n`;
  test.each([
    ["UTF-8", Buffer.from(text), "utf-8"],
    ["UTF-8 with a mark", Buffer.from(`\ufeff${text}`), "utf-8"],
    ["GBK", encodeGbk(text), "gb18030"],
    ["UTF-16 with a mark", utf16(`\ufeff${text}`), "utf-16le"],
    ["UTF-16 without a mark", utf16(text.replaceAll(/[单号订金额]/gu, "x")), "utf-16le"],
    ["UTF-16, big end first", utf16(`\ufeff${text}`).swap16(), "utf-16be"],
    ["GBK in gzip", gzipSync(encodeGbk(text)), "gb18030"],
  ] as const)("%s is known as such and read to the last row", async (_, bytes, encoding) => {
    const table = await open(bytes);
    expect(table).toMatchObject({ format: "csv", encoding, delimiter: "," });
    const rows = await rowsOf(table);
    expect(rows).toHaveLength(3000);
    expect(rows[2999]?.[1]).toBe("2999");
    expect(await rowsOf(table, 2999)).toEqual(rows.slice(2998));
  });

  test("GBK that begins with thousands of plain rows is still known as GBK", async () => {
    const late = `id,name\n${"1,a\n".repeat(100_000)}2,王\n`;
    expect((await detectFile(sourceOf(encodeGbk(late)))).encoding).toBe("gb18030");
  });

  test.each([
    ["\t", "a\tb,c\n1\t2,3\n"],
    [";", "a;b\n1,5;2\n3,5;4\n"],
    ["|", "a|b|c\n1|2|3\n"],
    [",", "one\ntwo\n"],
  ])("the delimiter %j is found", async (delimiter, text) => {
    expect((await detectFile(sourceOf(Buffer.from(text)))).delimiter).toBe(delimiter);
  });

  test("a title above the header is passed over; empty cells behind the last column are none; a short row stays short", async () => {
    const table = await open(Buffer.from("报表\n导出于 2026\n号,额,额\n1,2,3,,\n4,5\n"), { headerRow: 3 });
    expect(table.columns).toEqual(["号", "额", "额 (2)"]);
    expect(await rowsOf(table)).toEqual([
      ["1", "2", "3"],
      ["4", "5"],
    ]);
    expect(await rowsOf(table, 2)).toEqual([["4", "5"]]);
  });

  test("JSON lines are known by their first character", async () => {
    const table = await open(Buffer.from('{"a":1,"b":{"c":"x"}}\n{"a":2}\n'), {}, ["a", "b.c"]);
    expect(table.format).toBe("jsonl");
    expect(await rowsOf(table)).toEqual([
      ["1", "x"],
      ["2", ""],
    ]);
  });
});

describe("Excel", () => {
  const book = makeXlsx({
    "订单 & 明细": [
      ["订单号", "时间", "金额", "备注", "长号"],
      ["A1", { serial: 46204.3368055556 }, 12.5, null, 123456789012345678],
      [null, { serial: 46204 }, 0.1 + 0.2, "a<b", null],
      ...Array.from({ length: 2000 }, (_, index) => [`B${index}`, null, index, null, null]),
    ],
    第二页: [["x"], ["y"]],
  });

  test("the first sheet is read: shared texts, dates by their style, numbers as the spreadsheet shows them, empty cells", async () => {
    const table = await open(book);
    expect(table).toMatchObject({ format: "xlsx", columns: ["订单号", "时间", "金额", "备注", "长号"] });
    const rows = await rowsOf(table);
    expect(rows.slice(0, 2)).toEqual([
      ["A1", "2026-07-01 08:05:00", "12.5", "", "1.2345678901234568e+17"],
      ["", "2026-07-01", "0.3", "a<b", ""],
    ]);
    expect(rows).toHaveLength(2002);
    expect(await rowsOf(table, 2001)).toEqual(rows.slice(2000));
  });

  test("a sheet is chosen by its name; one that is missing is told with those there are", async () => {
    expect(await sheetNames(sourceOf(book))).toEqual(["订单 & 明细", "第二页"]);
    expect((await open(book, { sheet: "第二页" })).columns).toEqual(["x"]);
    await expect(open(book, { sheet: "nope" })).rejects.toThrow("订单 & 明细, 第二页");
  });

  test.each([
    ["yyyy-mm-dd", true],
    ['[$-804]yyyy"年"m"月"', true],
    ["h:mm:ss", true],
    ["[h]:mm", true],
    ["0.00", false],
    ["General", false],
    ["[Red]0.00", false],
    ['0"days"', false],
    ["#,##0_);\\(#,##0\\)", false],
  ])("the number format %s shows a date: %s", (format, isDate) => {
    expect(isDateFormat(format)).toBe(isDate);
  });
});

describe("Parquet", () => {
  const count = 5000;
  const file = (codec: "SNAPPY" | "UNCOMPRESSED"): Buffer =>
    Buffer.from(
      parquetWriteBuffer({
        codec,
        rowGroupSize: 2000,
        columnData: [
          { name: "id", data: Array.from({ length: count }, (_, index) => `u${index}`), type: "STRING" },
          {
            name: "at",
            data: Array.from({ length: count }, (_, index) => new Date(Date.UTC(2026, 6, 1) + index * 1000)),
            type: "TIMESTAMP",
          },
          { name: "n", data: Array.from({ length: count }, (_, index) => BigInt(index) * 10_000_000_000n), type: "INT64" },
          { name: "x", data: Array.from({ length: count }, (_, index) => (index % 3 === 0 ? null : index / 4)), type: "DOUBLE" },
          { name: "ok", data: Array.from({ length: count }, (_, index) => index % 2 === 0), type: "BOOLEAN" },
        ],
      }),
    );

  test.each(["SNAPPY", "UNCOMPRESSED"] as const)("%s, group by group, from any row on", async (codec) => {
    const table = await open(file(codec));
    expect(table).toMatchObject({ format: "parquet", columns: ["id", "at", "n", "x", "ok"] });
    const rows = await rowsOf(table);
    expect(rows).toHaveLength(count);
    expect(rows[4999]).toEqual(["u4999", "2026-07-01T01:23:19.000Z", "49990000000000", "1249.75", "false"]);
    expect(rows[3]).toEqual(["u3", "2026-07-01T00:00:03.000Z", "30000000000", "", "false"]);
    expect(await rowsOf(table, 4000)).toEqual(rows.slice(3999));
  });

  test("one that is cut off is told as unreadable", async () => {
    await expect(open(file("SNAPPY").subarray(0, 3000))).rejects.toThrow(FileUnreadable);
  });
});

test.each([
  ["an old Excel file", Buffer.from("d0cf11e0a1b11ae1", "hex"), ".xlsx"],
  ["a web page named .xls", Buffer.from("<html><table></table>"), "web page"],
  ["a PDF", Buffer.from("%PDF-1.7"), ".xlsx or .csv"],
  ["an archive that is no workbook", makeZip({ "a.txt": "a" }), "not an Excel workbook"],
  ["a workbook cut off", makeXlsx({ a: [["x"]] }).subarray(0, 200), "damaged"],
  ["nothing", Buffer.alloc(0), "empty"],
])("%s is refused with the way out", async (_, bytes, words) => {
  await expect(open(bytes)).rejects.toThrow(words);
});

describe("files that people upload by mistake, or to do harm", () => {
  const noise = Buffer.from(Array.from({ length: 4000 }, (_, index) => (index * 7919 + index * index) % 256));
  test.each([
    ["a picture under the name of a table", Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), noise]), "not_a_table"],
    ["a photograph", Buffer.concat([Buffer.from("ffd8ffe000104a464946", "hex"), noise]), "not_a_table"],
    ["noise", noise, "not_a_table"],
    ["an archive of a table", makeZip({ "a.csv": "a,b\n1,2\n" }), "not_a_table"],
    ["a JSON list", Buffer.from('[\n  {"phone": "1"}\n]'), "json_list"],
    ["nothing", Buffer.alloc(0), "empty"],
    ["Latin-1", Buffer.from("name,city\nJos\u00e9,M\u00e1laga\n", "latin1"), "encoding"],
    ["gzip that swells without end", gzipSync(Buffer.concat([Buffer.from("a,b\n"), Buffer.alloc(300 * 1024 * 1024, "0")])), "swells"],
    [
      "a workbook whose cell swells without end",
      makeZip({
        "xl/workbook.xml": '<workbook xmlns:r="r"><sheets><sheet name="a" r:id="1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": '<Relationships><Relationship Id="1" Target="s.xml"/></Relationships>',
        "xl/s.xml": `<worksheet><sheetData><row><c t="str"><v>${"a".repeat(8 * 1024 * 1024)}</v></c></row></sheetData></worksheet>`,
      }),
      "swells",
    ],
  ] as const)("%s is refused with the reason", async (_, bytes, reason) => {
    const reading = open(bytes).then(rowsOf);
    await expect(reading).rejects.toBeInstanceOf(FileUnreadable);
    await expect(reading).rejects.toMatchObject({ reason });
  });

  test("line ends of three systems in one file each end a line, but not inside of quotes", async () => {
    const text = 'phone,name\r\n1,a\r2,b\n3,"two\r\nlines"\r4,d';
    expect(await rowsOf(await open(Buffer.from(text)))).toEqual([
      ["1", "a"],
      ["2", "b"],
      ["3", "two\r\nlines"],
      ["4", "d"],
    ]);
  });

  test("a line without an end is one rejected row, and the lines behind it are read", async () => {
    const text = `a,b\n1,2\n${"x".repeat(3 * 1024 * 1024)}\n3,4\n`;
    const rows = await rowsOf(await open(Buffer.from(text)));
    expect(rows.map((row) => (row.length === 2 ? row.join() : "broken"))).toEqual(["1,2", "broken", "3,4"]);
  });
});
