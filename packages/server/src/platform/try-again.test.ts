import { expect, test } from "vitest";
import { tryAgain } from "./try-again.ts";

test("a work that fails is done again as often as there are pauses, and its last failure is thrown", async () => {
  let done = 0;
  const failing = (times: number) => () => {
    done += 1;
    return done <= times ? Promise.reject(new Error(`failed ${done}`)) : Promise.resolve(done);
  };
  expect(await tryAgain(failing(0), [0, 0])).toBe(1);
  done = 0;
  expect(await tryAgain(failing(2), [0, 0])).toBe(3);
  done = 0;
  await expect(tryAgain(failing(3), [0, 0])).rejects.toThrow("failed 3");
});
