import { expect, test, vi } from "vitest";
import { createTurns } from "./turns.ts";

const LIMITS = { atOnce: 3, atOncePerWorkspace: 2, waiting: 5, waitingPerWorkspace: 3, waitMsMax: 1_000 };
const signal = new AbortController().signal;
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

test("workspaces take turns however many queries each has waiting, and each keeps to its own number", async () => {
  const turns = createTurns(LIMITS);
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const ask = (workspaceId: number, name: string): void =>
    void turns.take(workspaceId, signal).then((end) => {
      begun.push(name);
      ends.set(name, end);
    });
  for (const name of ["a1", "a2", "a3", "a4", "a5"]) ask(1, name);
  await settle();
  expect([begun, turns.load()]).toEqual([["a1", "a2"], { running: 2, waiting: 3 }]);
  ask(2, "b1");
  ask(2, "b2");
  await settle();
  expect(begun).toEqual(["a1", "a2", "b1"]);
  ends.get("a1")?.();
  ends.get("a1")?.();
  await settle();
  // The workspace that has waited longer, then the other.
  expect(begun).toEqual(["a1", "a2", "b1", "a3"]);
  ends.get("a2")?.();
  await settle();
  expect(begun.at(-1)).toBe("b2");
  ends.get("b1")?.();
  await settle();
  expect(begun.at(-1)).toBe("a4");
  for (const name of ["a3", "b2", "a4"]) ends.get(name)?.();
  await settle();
  ends.get("a5")?.();
  expect(turns.load()).toEqual({ running: 0, waiting: 0 });
});

test("beyond what may wait a query is refused at once, a workspace before the server", async () => {
  const turns = createTurns({ ...LIMITS, atOnce: 1, atOncePerWorkspace: 1 });
  const end = await turns.take(1, signal);
  const waiting = [1, 1, 1, 2, 2].map((workspaceId) => turns.take(workspaceId, signal));
  await expect(turns.take(1, signal)).rejects.toMatchObject({ code: "insight.too_many", retryAfterSeconds: 5 });
  await expect(turns.take(2, signal)).rejects.toMatchObject({ code: "insight.busy", retryAfterSeconds: 5 });
  end();
  await Promise.all(waiting.map(async (each) => (await each)()));
});

test("who goes away, or has waited too long, leaves the line", async () => {
  vi.useFakeTimers();
  const turns = createTurns({ ...LIMITS, atOnce: 1, atOncePerWorkspace: 1 });
  const end = await turns.take(1, signal);
  const gone = new AbortController();
  const left = turns.take(1, gone.signal);
  const late = turns.take(1, signal);
  gone.abort(new Error("gone"));
  await expect(left).rejects.toThrow("gone");
  const refused = expect(late).rejects.toMatchObject({ code: "insight.busy" });
  await vi.advanceTimersByTimeAsync(1_000);
  await refused;
  end();
  expect(turns.load()).toEqual({ running: 0, waiting: 0 });
  vi.useRealTimers();
});
