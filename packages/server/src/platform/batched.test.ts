import { expect, test } from "vitest";
import { batched } from "./batched.ts";

test("what is asked in one turn is answered together, at most so many at once, each with its own answer", async () => {
  const asked: (readonly number[])[] = [];
  const double = batched<number, number>(3, (all) => {
    asked.push(all);
    return Promise.resolve(all.map((one) => one * 2));
  });
  expect(await Promise.all([1, 2, 3, 4].map(double))).toEqual([2, 4, 6, 8]);
  expect(await double(5)).toBe(10);
  expect(asked).toEqual([[1, 2, 3], [4], [5]]);
});

test("what cannot be answered is thrown to all who asked, and to nobody else", async () => {
  const fails = batched<number, number>(2, (all) => (all.includes(1) ? Promise.reject(new Error("away")) : Promise.resolve(all)));
  const answers = await Promise.allSettled([1, 2, 3].map(fails));
  expect(answers.map(({ status }) => status)).toEqual(["rejected", "rejected", "fulfilled"]);
});
