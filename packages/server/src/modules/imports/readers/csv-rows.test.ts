import { brokenReason } from "@terrace/domain/imports/broken-row";
import { parse as parseAll } from "csv-parse/sync";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { csvRecords, jsonRecords, type RecordReader } from "./csv-rows.ts";

function readAll(reader: RecordReader, text: string, piece: number): readonly (readonly string[])[] {
  const records: (readonly string[])[] = [];
  for (let at = 0; at < text.length; at += piece) records.push(...reader.write(text.slice(at, at + piece)));
  return [...records, ...reader.end()];
}

const quoted = (cell: string): string => `"${cell.replaceAll('"', '""')}"`;
const cell = fc.string({ unit: fc.constantFrom("a", "ü", "中", " ", ",", '"', "\n", "\r\n", ";", "0"), maxLength: 6 });

describe("CSV", () => {
  test("what was written is what is read, wherever the pieces end", () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { maxLength: 8 }),
        fc.integer({ min: 1, max: 9 }),
        fc.constantFrom("\n", "\r\n"),
        (rows, piece, newline) => {
          const text = rows.map((row) => row.map(quoted).join(",")).join(newline);
          expect(readAll(csvRecords(","), text, piece)).toEqual(rows);
        },
      ),
    );
  });

  test("any text is read as csv-parse reads it, and never throws", () => {
    const soup = fc.string({ unit: fc.constantFrom("a", "b", ",", '"', "\n", "\r\n", " ", "中"), maxLength: 60 });
    fc.assert(
      fc.property(soup, fc.integer({ min: 1, max: 7 }), (text, piece) => {
        const records = readAll(csvRecords(","), text, piece);
        let oracle: string[][];
        try {
          oracle = parseAll(text, {
            relax_column_count: true,
            relax_quotes: true,
            skip_empty_lines: true,
            record_delimiter: ["\r\n", "\n"],
          });
        } catch {
          return;
        }
        expect(records).toEqual(oracle);
      }),
      { numRuns: 3000 },
    );
  });

  test("a record that grows without end is given up, and reading goes on behind it", () => {
    const text = `a,b\n1,"${"x\n".repeat(600_000)}2,3\n4,5\n`;
    const records = readAll(csvRecords(","), text, 65_536);
    expect(brokenReason(records[1] ?? [])).toBe("A quote that opens in line 2 of the file is never closed");
    expect(records.at(-1)).toEqual(["4", "5"]);
  });

  test("a line without end is told as what it is, and lines are counted on behind it", () => {
    const text = `a,b\n${"x".repeat(1_200_000)}\n4,5\n6,"7\n`;
    const records = readAll(csvRecords(","), text, 65_536);
    expect(records.map((record) => brokenReason(record) ?? record.join())).toContain(
      "The row that begins in line 2 of the file is longer than 1 MB",
    );
    expect(brokenReason(records.at(-1) ?? [])).toBe("A quote that opens in line 4 of the file is never closed");
  });

  test("a quote that is never closed is one broken record that names the line of the quote, wherever the pieces end", () => {
    const text = 'a,b\n"1\n1",2\n\n"3\n",4\nx,"y\nz\n"" z';
    for (const piece of [1, 2, 3, 5, 100]) {
      const records = readAll(csvRecords(","), text, piece);
      expect(records.slice(0, -1)).toEqual([
        ["a", "b"],
        ["1\n1", "2"],
        ["3\n", "4"],
      ]);
      expect(brokenReason(records.at(-1) ?? [])).toBe("A quote that opens in line 7 of the file is never closed");
    }
    // The quote opens in another line than the row begins in.
    expect(brokenReason(readAll(csvRecords(","), 'a,b\n"1\n1","2', 100).at(-1) ?? [])).toContain("opens in line 3 of");
  });

  test("a broken record has more cells than any header", () => {
    const records = readAll(csvRecords("\t"), 'a\tb\n1\t2\n3\t"4\n5\t6\n', 4);
    expect(records.slice(0, 2)).toEqual([
      ["a", "b"],
      ["1", "2"],
    ]);
    expect(records).toHaveLength(3);
    expect(records[2]?.length).toBeGreaterThan(2_000);
  });
});

describe("JSON lines", () => {
  test("nested values by path, a dotted key before a path, objects as JSON, blank lines left out", () => {
    const text = '{"a":{"b":1},"c":[1,{"d":null}],"e":null}\n  \n{"a.b":"x","c":""}\n[1]\nnope';
    expect(readAll(jsonRecords(["a.b", "c", "e"]), text, 5)).toEqual([
      ["1", '[1,{"d":null}]', ""],
      ["x", "", ""],
      ["", "", "", "(not a JSON object)"],
      ["", "", "", "(not a JSON object)"],
    ]);
  });
});
