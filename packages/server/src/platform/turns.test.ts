import pino from "pino";
import { expect, test } from "vitest";
import { createTurns } from "./turns.ts";

const log = pino({ level: "silent" });

test("one that fails rests, longer each time up to a minute, while the others have their turns; once it works it fails anew from the beginning", async () => {
  const clock = { ms: 0 };
  const turns = createTurns<number>({ log, monotonicMs: () => clock.ms }, "test");
  let isBroken = true;
  const tried: number[] = [];
  const work = (key: number): Promise<boolean> => {
    if (key === 1) tried.push(clock.ms);
    return key === 1 && isBroken ? Promise.reject(new Error("broken")) : Promise.resolve(key === 2);
  };
  for (; clock.ms <= 200_000; clock.ms += 250) expect(await turns([1, 2, 3], work)).toBe(true);
  expect(tried).toEqual([0, 500, 1_500, 3_500, 7_500, 15_500, 31_500, 63_500, 123_500, 183_500]);
  expect(await turns([1, 3], work)).toBe(false);

  isBroken = false;
  clock.ms = 300_000;
  await turns([1], work);
  isBroken = true;
  await turns([1], work);
  tried.length = 0;
  clock.ms += 500;
  await turns([1], work);
  expect(tried).toEqual([300_500]);
});

test("one that is there no more is forgotten, and a failure while being stopped ends the round", async () => {
  const turns = createTurns<string>({ log, monotonicMs: () => 0 }, "test");
  const fail = (): Promise<boolean> => Promise.reject(new Error("broken"));
  expect(await turns(["a"], fail)).toBe(false);
  expect(await turns([], fail)).toBe(false);
  expect(await turns(["a"], () => Promise.resolve(true))).toBe(true);

  const stopping = new AbortController();
  stopping.abort();
  await expect(turns(["b"], fail, stopping.signal)).rejects.toThrow("broken");
});
