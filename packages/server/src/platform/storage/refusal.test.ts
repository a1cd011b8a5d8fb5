import { expect, test } from "vitest";
import { isRefusal } from "./refusal.ts";

test("whatever an engine that was reached fails with is its refusal, unless the question was given up", () => {
  const { signal } = new AbortController();
  const errorOf = (message: string, part: object = {}): Error => Object.assign(new Error(message), part);
  expect(isRefusal(errorOf("Timeout error."), signal)).toBe(true);
  expect(isRefusal(errorOf("socket hang up", { code: "ECONNRESET" }), signal)).toBe(true);
  expect(isRefusal(errorOf("read ECONNRESET", { code: "ECONNRESET", syscall: "read" }), signal)).toBe(true);
  expect(isRefusal("anything", signal)).toBe(true);
  expect(isRefusal(errorOf("connect ECONNREFUSED", { code: "ECONNREFUSED", syscall: "connect" }), signal)).toBe(false);
  expect(isRefusal(errorOf("getaddrinfo ENOTFOUND", { code: "ENOTFOUND", syscall: "getaddrinfo" }), signal)).toBe(false);
  expect(isRefusal(errorOf("The user aborted a request."), AbortSignal.abort())).toBe(false);
});
