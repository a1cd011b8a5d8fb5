import { expect, test } from "vitest";
import { unlessAborted } from "./unless-aborted.ts";

test("whoever waits gets what is found, unless their signal comes first", async () => {
  const controller = new AbortController();
  expect(await unlessAborted(Promise.resolve(1), controller.signal)).toBe(1);
  expect(await unlessAborted(Promise.resolve(2), undefined)).toBe(2);
  const waiting = unlessAborted(new Promise(() => undefined), controller.signal);
  controller.abort(new Error("enough"));
  await expect(waiting).rejects.toThrow("enough");
  await expect(unlessAborted(Promise.resolve(3), controller.signal)).rejects.toThrow("enough");
  await expect(unlessAborted(Promise.reject(new Error("gone")), new AbortController().signal)).rejects.toThrow("gone");
});
