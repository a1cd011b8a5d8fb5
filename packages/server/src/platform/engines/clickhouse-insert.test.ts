import fc from "fast-check";
import { expect, test } from "vitest";
import { quoteText, readStatement, renderInsertFromFile } from "./clickhouse-insert.ts";

test.each([
  ["INSERT INTO t FORMAT JSONEachRow\n", { target: "INSERT INTO t", settings: "", format: "JSONEachRow", inlineData: "" }],
  [
    "insert into a.b (x, `y (`) settings z = 'FORMAT' format TSV",
    { target: "insert into a.b (x, `y (`)", settings: "settings z = 'FORMAT'", format: "TSV", inlineData: "" },
  ],
  [
    "/* FORMAT x */ INSERT INTO `format` (`values`) VALUES (1)",
    { target: "/* FORMAT x */ INSERT INTO `format` (`values`)", settings: "", format: "Values", inlineData: "(1)" },
  ],
  [
    "INSERT INTO t (* EXCEPT(settings)) -- SELECT\nFORMAT CSV\n1,2\n",
    { target: "INSERT INTO t (* EXCEPT(settings)) -- SELECT", settings: "", format: "CSV", inlineData: "1,2\n" },
  ],
])("an INSERT with data is taken apart: %s", (text, insert) => {
  expect(readStatement(text)).toEqual({ kind: "insert", insert });
});

test.each([
  "SELECT 1",
  "INSERT INTO t SELECT 1",
  "INSERT INTO t WITH 1 AS x SELECT x",
  "INSERT INTO t FROM INFILE 'x' FORMAT CSV",
  "",
  "ALTER TABLE t DELETE WHERE 1",
  "(SELECT 'INSERT INTO t FORMAT CSV')",
])("everything else is a query: %s", (text) => {
  expect(readStatement(text)).toEqual({ kind: "query" });
});

test("an INSERT that reads its data through input() is told apart", () => {
  expect(readStatement("INSERT INTO t SELECT x FROM input('x UInt8') FORMAT CSV")).toEqual({ kind: "insert-input" });
  expect(readStatement("INSERT INTO t SELECT input FROM inputs")).toEqual({ kind: "query" });
});

test("data never changes how the statement is read", () => {
  fc.assert(
    fc.property(fc.string(), (data) => {
      const statement = readStatement(`INSERT INTO t FORMAT JSONEachRow\n${data}`);
      expect(statement).toEqual({
        kind: "insert",
        insert: { target: "INSERT INTO t", settings: "", format: "JSONEachRow", inlineData: data },
      });
    }),
  );
});

test("any text is read without failing", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(readStatement(`INSERT ${text}`).kind).toBeTypeOf("string");
    }),
  );
});

test("the file is named before the settings", () => {
  const statement = { target: "INSERT INTO t (a)", settings: "SETTINGS x = 1", format: "CSV", inlineData: "" };
  expect(renderInsertFromFile(statement, "/it's/x.rows")).toBe(
    "INSERT INTO t (a) FROM INFILE '/it\\'s/x.rows' COMPRESSION 'none' SETTINGS x = 1 FORMAT CSV",
  );
});

test("a quoted text ends where it was closed", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const inner = quoteText(text).slice(1, -1);
      expect(inner.replaceAll(/\\[\s\S]/g, "")).not.toMatch(/['\\]/);
      expect(inner.replaceAll(/\\([\s\S])/g, "$1")).toBe(text);
    }),
  );
});
