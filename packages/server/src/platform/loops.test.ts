import pino from "pino";
import { expect, test } from "vitest";
import { startLoops } from "./loops.ts";

test("a loop goes on at once while there is more to do, after a pause otherwise and after a failure, and ends when it is stopped", async () => {
  const seen: number[] = [];
  let signalled: AbortSignal | undefined;
  const reached = new Promise<void>((resolve) => {
    const loops = startLoops({ log: pino({ level: "silent" }) }, [
      {
        name: "test",
        step: (signal) => {
          seen.push(seen.length);
          if (seen.length === 2) return Promise.reject(new Error("once"));
          if (seen.length < 4) return Promise.resolve(0);
          signalled = signal;
          void loops.stop().then(resolve);
          return Promise.resolve(60_000);
        },
      },
    ]);
  });
  await reached;
  expect(seen).toEqual([0, 1, 2, 3]);
  expect(signalled?.aborted).toBe(true);
});
