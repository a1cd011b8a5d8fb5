import { startStateEngine, type TestStateEngine } from "@terrace/testkit/state-engine";
import { afterAll, beforeAll, expect, test } from "vitest";
import { dailyJob } from "./daily-job.ts";

const START_MS = Date.UTC(2026, 10, 23);
const HOUR_MS = 3_600_000;

let engine: TestStateEngine;
beforeAll(async () => {
  engine = await startStateEngine();
}, 120_000);
afterAll(() => engine.stop());

test("a daily job is done by the first process that looks, and again a day later, whatever is restarted or fails meanwhile", async () => {
  let nowMs = START_MS;
  let [done, isBroken] = [0, false];
  const work = () => {
    if (isBroken) return Promise.reject(new Error("not now"));
    done += 1;
    return Promise.resolve();
  };
  /** A process that was started just now. */
  const look = () => dailyJob({ db: engine.db, nowMs: () => nowMs }, { name: "test.daily", run: work }).run();
  await look();
  for (let hour = 1; hour < 24; hour += 1) {
    nowMs = START_MS + hour * HOUR_MS;
    await look();
  }
  expect(done).toBe(1);
  [nowMs, isBroken] = [START_MS + 24 * HOUR_MS, true];
  await expect(look()).rejects.toThrow("not now");
  isBroken = false;
  await look();
  await look();
  expect(done).toBe(2);
  // A clock that was wrong keeps nothing from being done.
  nowMs = START_MS - 24 * HOUR_MS;
  await look();
  expect(done).toBe(3);
});
