import { expect, test } from "vitest";
import { createUnderWay, type Run } from "./under-way.ts";

const LINE = { key: "slow", atOnce: 2 };

function recording() {
  const seen = { begun: 0, dropped: 0, open: [] as (() => void)[] };
  const one: Run = {
    run: () => {
      seen.begun += 1;
      return new Promise((resolve) => seen.open.push(resolve));
    },
    drop: () => {
      seen.dropped += 1;
      return Promise.resolve();
    },
  };
  return { seen, one };
}
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const noFault = (error: unknown): void => {
  throw error;
};

test("a provider gets as many at once as it takes, and the next when one is over", async () => {
  const underWay = createUnderWay(noFault);
  const { seen, one } = recording();
  for (let n = 0; n < 5; n += 1) underWay.begin(LINE, one);
  expect(seen.begun).toBe(2);
  seen.open.shift()?.();
  await turn();
  expect(seen.begun).toBe(3);
});

test("what was not begun is let go at a stop, which waits for nothing but what was begun", async () => {
  const underWay = createUnderWay(noFault);
  const { seen, one } = recording();
  for (let n = 0; n < 1_000; n += 1) underWay.begin(LINE, one);
  const stopped = underWay.stop();
  await turn();
  expect([seen.begun, seen.dropped]).toEqual([2, 998]);
  for (const end of seen.open) end();
  await stopped;
  expect(seen.begun).toBe(2);
});

test("the process has a limit of its own, and providers take turns at it", async () => {
  const underWay = createUnderWay(noFault);
  const [many, few] = [recording(), recording()];
  for (let n = 0; n < 600; n += 1) underWay.begin({ key: "many", atOnce: 600 }, many.one);
  for (let n = 0; n < 5; n += 1) underWay.begin({ key: "few", atOnce: 5 }, few.one);
  expect([many.seen.begun, few.seen.begun]).toEqual([512, 0]);
  for (const end of many.seen.open.splice(0, 20)) end();
  await turn();
  expect(few.seen.begun).toBe(5);
});

test("however many go through it, it keeps none of them", async () => {
  const underWay = createUnderWay(noFault);
  let most = 0;
  for (let n = 0; n < 20_000; n += 1) {
    underWay.begin({ key: "quick", atOnce: 2 }, { run: turn, drop: turn });
    if (underWay.room({ key: "quick", atOnce: 2 }) === 0) await turn();
    most = Math.max(most, 1_500 - underWay.room({ key: "quick", atOnce: 2 }));
  }
  expect(most).toBeLessThanOrEqual(1_500);
  await underWay.stop();
  expect(underWay.room({ key: "quick", atOnce: 2 })).toBeGreaterThan(0);
});
