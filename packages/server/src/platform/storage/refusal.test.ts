import { ClickHouseError } from "@clickhouse/client";
import { expect, test } from "vitest";
import { isRefusal } from "./refusal.ts";

const going = new AbortController().signal;
const withCode = (code: string, syscall?: string): Error =>
  Object.assign(new Error(code), { code, ...(syscall === undefined ? {} : { syscall }) });

test.each<[string, unknown, boolean]>([
  ["a no of the engine", new ClickHouseError({ message: "too much", code: "241", type: "MEMORY_LIMIT_EXCEEDED" }), true],
  ["silence", new Error("Timeout error."), true],
  ["an answer that broke off", withCode("ECONNRESET", "read"), true],
  ["no engine to ask", withCode("ECONNREFUSED", "connect"), false],
  ["an engine that closes the door", withCode("ECONNRESET", "connect"), false],
  ["a fault of ours", new TypeError("x is not a function"), false],
  ["text that cannot be opened", new Error("Unsupported state or unable to authenticate data"), false],
])("%s", (_, error, isOne) => {
  expect(isRefusal(error, going)).toBe(isOne);
});

test("what was given up was not refused", () => {
  expect(isRefusal(new Error("Timeout error."), AbortSignal.abort())).toBe(false);
});
