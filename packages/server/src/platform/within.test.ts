import { setTimeout as wait } from "node:timers/promises";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { within } from "./within.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("the answer is handed on, and no timer is left behind", async () => {
  expect(await within(1_000, Promise.resolve("done"))).toBe("done");
  expect(vi.getTimerCount()).toBe(0);
});

test("the work's own failure is handed on, and no timer is left behind", async () => {
  await expect(within(1_000, Promise.reject(new Error("no such table")))).rejects.toThrow("no such table");
  expect(vi.getTimerCount()).toBe(0);
});

test("work is given up after its time, not before", async () => {
  const outcome = vi.fn();
  const given = within(1_500, new Promise(() => undefined)).catch((error: unknown) => outcome(String(error)));
  await vi.advanceTimersByTimeAsync(1_499);
  expect(outcome).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  await given;
  expect(outcome).toHaveBeenCalledExactlyOnceWith("Error: no answer within 1.5 s");
});

test("work that fails after it was given up troubles nobody", async () => {
  const unhandled = vi.fn();
  process.on("unhandledRejection", unhandled);
  let fail: (error: Error) => void = () => undefined;
  const given = expect(within(10, new Promise((_, reject) => (fail = reject)))).rejects.toThrow("no answer");
  await vi.advanceTimersByTimeAsync(10);
  await given;
  fail(new Error("too late"));
  vi.useRealTimers();
  await wait(1);
  process.off("unhandledRejection", unhandled);
  expect(unhandled).not.toHaveBeenCalled();
});
