import { expect, test } from "vitest";
import { ClickHouseError, readEngineError, statusOfErrorCode } from "./clickhouse-error.ts";

test("the engine's text is cut to where its code begins", () => {
  const error = new Error("Query failed: Code: 60. DB::Exception: Table x does not exist. (UNKNOWN_TABLE)");
  expect(readEngineError(error)).toEqual({ code: 60, text: "Code: 60. DB::Exception: Table x does not exist. (UNKNOWN_TABLE)" });
});

test("own errors read like the engine's", () => {
  expect(readEngineError(new ClickHouseError(202, "TOO_MANY_SIMULTANEOUS_QUERIES", "Busy"))).toEqual({
    code: 202,
    text: "Code: 202. DB::Exception: Busy (TOO_MANY_SIMULTANEOUS_QUERIES)",
  });
});

test("an error without a code is a standard exception", () => {
  expect(readEngineError(new Error("boom"))).toEqual({ code: 1001, text: "Code: 1001. DB::Exception: boom (STD_EXCEPTION)" });
});

test.each([
  [60, 404],
  [62, 400],
  [202, 503],
  [236, 503],
  [307, 413],
  [48, 501],
  [159, 408],
  [241, 500],
  [1001, 500],
])("code %i is status %i", (code, status) => {
  expect(statusOfErrorCode(code)).toBe(status);
});
