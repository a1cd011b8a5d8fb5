import { startStateEngine, type TestStateEngine } from "@terrace/testkit/state-engine";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { inTransaction } from "../../storage/postgres.ts";
import { messageKeys } from "./message-key.ts";
import { createSeen, SEEN_WINDOW_HOURS, type Seen } from "./seen.ts";

const NOW_MS = Date.UTC(2026, 6, 16, 12);
const HOUR_MS = 3_600_000;
/** Small, so that a few batches go through every stage. */
const LIMITS = { shortKeysMax: 60, shortSegmentsMax: 5 };

let engine: TestStateEngine;
beforeAll(async () => {
  engine = await startStateEngine();
}, 60_000);
afterAll(() => engine.stop());
beforeEach(() => engine.db`truncate feed_seen cascade`);

function keysOf(names: readonly number[]): Uint32Array {
  return messageKeys(names.map((name) => ({ workspaceId: 1, messageId: `m${name}` })));
}

/** Remembers and commits; answers with the names that were remembered before. */
async function remember(seen: Seen, names: readonly number[], nowMs = NOW_MS): Promise<readonly number[]> {
  const { repeated, committed } = await inTransaction(engine.db, (tx) => seen.remember(tx, keysOf(names), nowMs));
  committed();
  return names.filter((_, position) => repeated.has(position));
}

async function rememberAndRollBack(seen: Seen, names: readonly number[]): Promise<void> {
  const broken = inTransaction(engine.db, async (tx) => {
    await seen.remember(tx, keysOf(names), NOW_MS);
    throw new Error("broken off");
  });
  await expect(broken).rejects.toThrow("broken off");
}

async function segments(): Promise<{ short: number; large: number; keys: number }> {
  const [row] = await engine.db<
    { short: number; large: number; keys: number }[]
  >`select count(keys)::int as short, count(filter)::int as large, coalesce(sum(key_count), 0)::int as keys from feed_seen`;
  return row ?? { short: 0, large: 0, keys: 0 };
}

test("whatever processes, restarts, failures and tidying there are, a key is new exactly once", async () => {
  const step = fc.record({
    kind: fc.constantFrom("remember", "remember", "remember", "roll back", "tidy", "restart", "lose the answer"),
    who: fc.nat({ max: 1 }),
    names: fc.uniqueArray(fc.nat({ max: 400 }), { minLength: 1, maxLength: 40 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async (steps) => {
      await engine.db`truncate feed_seen cascade`;
      const processes = [createSeen(LIMITS), createSeen(LIMITS)];
      const reference = new Set<number>();
      let nowMs = NOW_MS;
      for (const { kind, who, names } of steps) {
        const subject = processes[who] ?? createSeen(LIMITS);
        nowMs += 61_000;
        if (kind === "tidy") await subject.tidy(engine.db, nowMs);
        else if (kind === "restart") processes[who] = createSeen(LIMITS);
        else if (kind === "roll back") await rememberAndRollBack(subject, names);
        else if (kind === "lose the answer") {
          await inTransaction(engine.db, (tx) => subject.remember(tx, keysOf(names), nowMs));
          for (const name of names) reference.add(name);
        } else {
          expect((await remember(subject, names, nowMs)).toSorted()).toEqual(names.filter((name) => reference.has(name)).toSorted());
          for (const name of names) reference.add(name);
        }
      }
    }),
    { numRuns: 25 },
  );
}, 120_000);

test("what another process remembers in a longer transaction is found once it commits, though later ones were seen before", async () => {
  const [one, two] = [createSeen(LIMITS), createSeen(LIMITS)];
  let finish = (): void => undefined;
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  let begun = (): void => undefined;
  const hasBegun = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const slow = inTransaction(engine.db, async (tx) => {
    await one.remember(tx, keysOf([1]), NOW_MS);
    begun();
    await finished;
  });
  await hasBegun;
  expect(await remember(createSeen(LIMITS), [2])).toEqual([]);
  expect(await remember(two, [3])).toEqual([]);
  finish();
  await slow;
  expect(await remember(two, [1, 2, 3, 4])).toEqual([1, 2, 3]);
});

test("many keys go into pages, many tiny segments into one, and all are still found by a process that starts afterwards", async () => {
  const subject = createSeen(LIMITS);
  for (let name = 0; name < LIMITS.shortSegmentsMax; name += 1) await remember(subject, [name]);
  await subject.tidy(engine.db, NOW_MS);
  expect(await segments()).toEqual({ short: 1, large: 0, keys: 5 });
  const many = Array.from({ length: 1_000 }, (_, index) => index + 5);
  await remember(subject, many);
  await subject.tidy(engine.db, NOW_MS);
  expect(await segments()).toEqual({ short: 0, large: 1, keys: 1_005 });
  for (const process of [subject, createSeen(LIMITS)]) expect(await remember(process, [...many, 0, 1, 2, 3, 4])).toHaveLength(1_005);
  expect(await segments()).toEqual({ short: 0, large: 1, keys: 1_005 });
});

test("of two processes that have too much in memory one puts it into pages, and the other does not do so again", async () => {
  const processes = [createSeen(LIMITS), createSeen(LIMITS)];
  const names = Array.from({ length: 100 }, (_, index) => index);
  for (const process of processes) await remember(process, names);
  for (const process of processes) await process.tidy(engine.db, NOW_MS);
  expect(await segments()).toEqual({ short: 0, large: 1, keys: 100 });
  for (const process of processes) expect(await remember(process, names)).toHaveLength(100);
});

test("a key is remembered for the whole window, however old its segment, and forgotten a day later", async () => {
  const subject = createSeen(LIMITS);
  for (let hour = 0; hour <= SEEN_WINDOW_HOURS; hour += 1) {
    const nowMs = NOW_MS + hour * HOUR_MS;
    await subject.tidy(engine.db, nowMs);
    expect(await remember(subject, [-1, hour], nowMs)).toEqual(hour === 0 ? [] : [-1]);
  }
  const later = NOW_MS + (SEEN_WINDOW_HOURS + 26) * HOUR_MS;
  await subject.tidy(engine.db, later);
  expect(await remember(subject, [-1, SEEN_WINDOW_HOURS], later)).toEqual([SEEN_WINDOW_HOURS]);
  await subject.tidy(engine.db, later + 1000 * HOUR_MS);
  await subject.tidy(engine.db, later + 2000 * HOUR_MS);
  expect(await segments()).toEqual({ short: 0, large: 0, keys: 0 });
});
