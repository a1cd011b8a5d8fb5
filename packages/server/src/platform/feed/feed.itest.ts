import type { FeedEvent } from "@terrace/domain/event/feed-event";
import { EMPTY_CONTEXT } from "@terrace/domain/event/feed-event";
import { startStateEngine, type TestStateEngine } from "@terrace/testkit/state-engine";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { inTransaction } from "../storage/postgres.ts";
import { deleteConsumed, loadOpenBatches, markStored } from "./batch.store.ts";
import { createFeedWriter, type FeedWriter } from "./feed-writer.ts";
import { loadFeedLag } from "./feed.views.ts";
import { laneOf, LANE_COUNT } from "./lanes.ts";
import { createReactor } from "./reactor.ts";
import { replayConsumer } from "./replay.ts";
import { createResolver, type Resolver } from "./resolver.ts";
import { readSettledEvents } from "./settled-events.ts";

const ALL_LANES = Array.from({ length: LANE_COUNT }, (_, lane) => lane);
const PLAIN = { encryptPayload: (bytes: Uint8Array) => bytes, decryptPayload: (bytes: Uint8Array) => bytes };
const NOW_MS = Date.UTC(2026, 6, 16, 12);

let engine: TestStateEngine;
beforeAll(async () => {
  engine = await startStateEngine();
}, 60_000);
afterAll(() => engine.stop());
beforeEach(async () => {
  await engine.db`truncate feed, feed_batch, feed_dropped, feed_cursor, feed_seen cascade`;
  await engine.db`update feed_lane set last_seq = 0`;
});

function eventOf(person: string, messageId: string): FeedEvent {
  return {
    workspaceId: 1,
    messageId,
    source: "segment",
    name: "Tested",
    timeMs: NOW_MS,
    receivedAtMs: NOW_MS,
    ids: [{ kind: "user_id", value: person }],
    link: "observed",
    properties: {},
    context: EMPTY_CONTEXT,
    traits: [],
    secrets: {},
  };
}

function writer(): FeedWriter {
  return createFeedWriter({ db: engine.db, cipher: PLAIN, addRejected: () => Promise.resolve(), committed: () => undefined });
}

function resolver(settled: FeedEvent[], refuse: (event: FeedEvent) => boolean = () => false, quarantined: FeedEvent[] = []): Resolver {
  return createResolver({
    db: engine.db,
    cipher: PLAIN,
    nowMs: () => NOW_MS,
    settle: (_tx, events) => {
      if (events.some(refuse)) throw new RangeError("a value that cannot be stored");
      return Promise.resolve({
        leftOut: new Set<number>(),
        committed: () => {
          settled.push(...events);
        },
      });
    },
    quarantine: (_tx, event) => {
      quarantined.push(event);
      return Promise.resolve();
    },
  });
}

async function settleAll(subject: Resolver): Promise<void> {
  while ((await subject.step(ALL_LANES)) !== undefined);
}

test("events appended by concurrent writers are each settled once, and a person's events keep their order", async () => {
  const writers = [writer(), writer(), writer()];
  await Promise.all(
    Array.from({ length: 60 }, async (_, round) => {
      const target = writers[round % writers.length];
      await target?.append(
        Array.from({ length: 20 }, (_unused, person) => eventOf(`p${person}`, `m-${round}-${person}`)),
        [],
      );
    }),
  );
  const settled: FeedEvent[] = [];
  await settleAll(resolver(settled));
  expect(new Set(settled.map((event) => event.messageId)).size).toBe(1200);
  expect(settled).toHaveLength(1200);
});

test("one writer's events of a person stay in the order they were handed in", async () => {
  const subject = writer();
  for (let index = 0; index < 30; index += 1) await subject.append([eventOf("ann", `m${index}`)], []);
  const settled: FeedEvent[] = [];
  await settleAll(resolver(settled));
  expect(settled.map((event) => event.messageId)).toEqual(Array.from({ length: 30 }, (_, index) => `m${index}`));
});

test("a repeated message is dropped within a batch, across batches, and after a restart of the resolver", async () => {
  const subject = writer();
  await subject.append([eventOf("ann", "a"), eventOf("ann", "a"), eventOf("ann", "b")], []);
  const settled: FeedEvent[] = [];
  await settleAll(resolver(settled));
  await subject.append([eventOf("ann", "b"), eventOf("ann", "c")], []);
  await settleAll(resolver(settled));
  expect(settled.map((event) => event.messageId)).toEqual(["a", "b", "c"]);
  expect(laneOf(eventOf("ann", "b"))).toBe(laneOf(eventOf("ann", "c")));
});

test("two resolvers on the same lanes never settle an event twice", async () => {
  const subject = writer();
  const settled: FeedEvent[] = [];
  const one = resolver(settled);
  const two = resolver(settled);
  for (let round = 0; round < 10; round += 1) {
    await subject.append(
      Array.from({ length: 50 }, (_, person) => eventOf(`p${person}`, `r${round}-${person}`)),
      [],
    );
    await Promise.allSettled([one.step(ALL_LANES), two.step(ALL_LANES)]);
  }
  await settleAll(one);
  expect(settled).toHaveLength(500);
  expect(new Set(settled.map((event) => event.messageId)).size).toBe(500);
});

test("an event that cannot be settled goes to quarantine alone, its neighbours are settled", async () => {
  await writer().append(
    Array.from({ length: 40 }, (_, index) => eventOf("ann", `m${index}`)),
    [],
  );
  const settled: FeedEvent[] = [];
  const quarantined: FeedEvent[] = [];
  await settleAll(resolver(settled, (event) => event.messageId === "m7" || event.messageId === "m31", quarantined));
  expect(quarantined.map((event) => event.messageId).toSorted()).toEqual(["m31", "m7"]);
  expect(settled).toHaveLength(38);
});

test("a failing transaction leaves nothing behind: the same events are settled by the next step", async () => {
  await writer().append([eventOf("ann", "a")], []);
  const failing = createResolver({
    db: engine.db,
    cipher: PLAIN,
    nowMs: () => NOW_MS,
    settle: () => Promise.reject(new Error("engine away")),
    quarantine: () => Promise.resolve(),
  });
  await expect(failing.step(ALL_LANES)).rejects.toThrow("engine away");
  const settled: FeedEvent[] = [];
  await settleAll(resolver(settled));
  expect(settled.map((event) => event.messageId)).toEqual(["a"]);
});

test("a settled batch can be read again without the events left out, and retention keeps what an open batch needs", async () => {
  await writer().append([eventOf("ann", "a"), eventOf("ann", "a"), eventOf("ann", "b")], []);
  await settleAll(resolver([]));
  const [batch] = await loadOpenBatches(engine.db, "0", 10);
  const range = batch?.ranges[0] ?? { lane: 0, from: "0", to: "0" };
  const again = await readSettledEvents(engine.db, PLAIN, range);
  expect(again.map((item) => item.event.messageId)).toEqual(["a", "b"]);
  const future = new Date(Date.now() + 60_000);
  expect(await deleteConsumed(engine.db, future, 100)).toBe(0);
  await markStored(engine.db, [batch?.batchId ?? ""]);
  expect(await deleteConsumed(engine.db, future, 100)).toBe(1);
});

test("a reactor sees each settled event once, in order, and sees them again after a replay from a point", async () => {
  await writer().append([eventOf("ann", "a"), eventOf("ann", "b")], []);
  await settleAll(resolver([]));
  const { reactor, seen } = listening();
  while (await reactor.step(ALL_LANES));
  expect(seen).toEqual(["a", "b"]);
  const replayed = await replayConsumer(engine.db, "test", new Date(Date.now() - 3_600_000));
  expect(replayed.ok).toBe(true);
  while (await reactor.step(ALL_LANES));
  expect(seen).toEqual(["a", "b", "a", "b"]);
});

test("a reactor takes a batch from memory when it stands right before it, and only then", async () => {
  const { reactor, seen } = listening();
  await reactor.step(ALL_LANES);
  const settle = resolver([]);
  const settleNext = async (messageId: string) => {
    await writer().append([eventOf("ann", messageId)], []);
    const settled = await settle.step(ALL_LANES);
    if (settled === undefined) throw new Error("nothing was settled");
    return settled;
  };
  expect(await reactor.take(await settleNext("a"))).toBe(true);
  const missed = await settleNext("b");
  expect(await reactor.take(await settleNext("c"))).toBe(false);
  expect(seen).toEqual(["a"]);
  while (await reactor.step(ALL_LANES));
  expect(await reactor.take(missed)).toBe(false);
  expect(seen).toEqual(["a", "b", "c"]);
});

test("a reactor that nobody waits for passes events by, and does not come back to them", async () => {
  let wanted = false;
  const { reactor, seen } = listening(() => Promise.resolve(wanted));
  await writer().append([eventOf("ann", "a")], []);
  await settleAll(resolver([]));
  while (await reactor.step(ALL_LANES));
  wanted = true;
  await writer().append([eventOf("ann", "b")], []);
  await settleAll(resolver([]));
  while (await reactor.step(ALL_LANES));
  expect(seen).toEqual(["b"]);
});

function listening(wanted = () => Promise.resolve(true)) {
  const seen: string[] = [];
  const reactor = createReactor(
    { db: engine.db, cipher: PLAIN },
    {
      name: "test",
      wanted,
      react: (_tx, events) => {
        seen.push(...events.map(({ event }) => event.messageId));
        return Promise.resolve();
      },
    },
  );
  return { reactor, seen };
}

test("the lag counts what a consumer has not consumed", async () => {
  await writer().append([eventOf("ann", "a"), eventOf("bob", "b")], []);
  await createResolver({
    db: engine.db,
    cipher: PLAIN,
    nowMs: () => NOW_MS,
    settle: () => Promise.resolve({ leftOut: new Set(), committed: () => undefined }),
    quarantine: () => Promise.resolve(),
  }).step([]);
  await inTransaction(engine.db, (tx) => tx`insert into feed_cursor (consumer, lane, seq) select 'resolver', lane, 0 from feed_lane`);
  const before = await loadFeedLag(engine.db);
  expect(before.find(({ name }) => name === "warehouse")?.lagEvents).toBe(2);
  await settleAll(resolver([]));
  const after = await loadFeedLag(engine.db);
  expect(after.find(({ name }) => name === "resolver")?.lagEvents).toBe(0);
  expect(after.find(({ name }) => name === "warehouse")?.lagEvents).toBe(2);
});
