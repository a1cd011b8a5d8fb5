import { discardQuarantine, replayQuarantine } from "@terrace/contract/api/quarantine";
import { EMPTY_CONTEXT, type FeedEvent, type RejectedEvent } from "@terrace/domain/event/feed-event";
import { callRoute, type CallInput } from "@terrace/testkit/call-route";
import { makeWorkspace, startStateEngine, type TestStateEngine } from "@terrace/testkit/state-engine";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { inTransaction } from "../../../platform/storage/postgres.ts";
import { createPrivacyModule } from "../../privacy/module.ts";
import { quarantineRoutes } from "./quarantine.routes.ts";
import { createQuarantine, type Quarantine, type Replayable } from "./quarantine.ts";
import { countReasons, findRow, listRows } from "./quarantine.views.ts";
import { rejectEvent } from "./reject-event.ts";

const NOW_MS = Date.UTC(2026, 6, 16, 12);
const DAY_MS = 86_400_000;
const privacy = createPrivacyModule({ masterKey: new Uint8Array(32).fill(7) });
let engine: TestStateEngine;
let workspaceId = 0;
let accepted: FeedEvent[] = [];
let nowMs = NOW_MS;
beforeAll(async () => {
  engine = await startStateEngine();
}, 120_000);
afterAll(() => engine.stop());
beforeEach(async () => {
  workspaceId = await makeWorkspace(engine.db);
  accepted = [];
  nowMs = NOW_MS;
});

function eventOf(messageId: string): FeedEvent {
  return {
    workspaceId,
    messageId,
    source: "segment",
    name: "Paid",
    timeMs: NOW_MS,
    receivedAtMs: NOW_MS,
    ids: [{ kind: "user_id", value: "u" }],
    link: "observed",
    properties: {},
    context: EMPTY_CONTEXT,
    traits: [],
    secrets: {},
  };
}

function rejected(messageId: string, more: Partial<RejectedEvent> = {}): RejectedEvent {
  return {
    workspaceId,
    source: "segment",
    code: "event.id_missing",
    field: "userId",
    detail: "Give an id",
    payload: `{"messageId":"${messageId}","phone":"13812345678"}`,
    truncated: false,
    messageId,
    name: "Paid",
    receivedAtMs: NOW_MS,
    ...more,
  };
}

/** Decodes what the payload says is good now. */
function quarantineWith(good: (rejected: Replayable) => boolean): Quarantine {
  return createQuarantine({
    db: engine.db,
    privacy,
    nowMs: () => nowMs,
    accept: (events) => {
      accepted.push(...events);
      return Promise.resolve();
    },
    redecode: (row) => (good(row) ? [eventOf(row.messageId)] : undefined),
    objects: () => Promise.resolve(false),
    editsSettled: () => Promise.resolve(),
  });
}

const add = (subject: Quarantine, rows: readonly RejectedEvent[]): Promise<void> => inTransaction(engine.db, (tx) => subject.add(tx, rows));
const list = (state: "open" | "replayed" | "discarded" = "open") =>
  listRows(engine.db, workspaceId, { state, code: undefined, name: undefined, beforeId: undefined, limit: 100 });

test("the same bad event is one row, however often it comes", async () => {
  const subject = quarantineWith(() => false);
  await add(subject, [rejected("a"), rejected("b"), rejected("a")]);
  await Promise.all([add(subject, [rejected("b"), rejected("a")]), add(subject, [rejected("a"), rejected("b")])]);
  await add(subject, [rejected("a", { code: "event.too_large" }), rejected("a", { payload: "{}" })]);
  expect(await subject.openCount(workspaceId)).toBe(4);
  expect(await countReasons(engine.db, workspaceId, "open")).toEqual([
    { code: "event.id_missing", count: 3 },
    { code: "event.too_large", count: 1 },
  ]);
  expect(await subject.openCount(workspaceId + 1)).toBe(0);
});

test("payloads are not readable in the database", async () => {
  await add(
    quarantineWith(() => false),
    [rejected("a")],
  );
  const [row] = await engine.db<
    { payload: Buffer; digest: string }[]
  >`select payload, payload_digest as digest from quarantine where workspace_id = ${workspaceId}`;
  expect(row?.payload.includes(Buffer.from("13812345678"))).toBe(false);
  const [listed] = await list();
  const found = await findRow(engine.db, workspaceId, listed?.id ?? "");
  expect(Buffer.from(privacy.decryptPayload(found?.payload ?? new Uint8Array())).toString()).toBe(rejected("a").payload);
});

test("a replay sends each good row once, under a key of its own, and leaves the bad ones open", async () => {
  const subject = quarantineWith(({ messageId }) => messageId !== "bad");
  await add(subject, [rejected("a"), rejected("bad"), rejected("cut", { truncated: true }), rejected("b", { code: "event.too_deep" })]);
  const ids = (await list()).map(({ id }) => id);
  const results = await Promise.all([
    subject.replay(workspaceId, { ids }, "me"),
    subject.replay(workspaceId, { code: "event.id_missing" }, "me"),
  ]);
  expect(results.reduce((sum, { replayed }) => sum + replayed, 0)).toBe(2);
  expect(await subject.replay(workspaceId, { ids }, "me")).toEqual({ replayed: 0, stillBad: 2 });
  const replayed = await list("replayed");
  expect([...new Set(accepted.map(({ dedupKey }) => dedupKey))].toSorted()).toEqual(
    replayed.map(({ id, messageId }) => `${messageId}#replay:${id}`).toSorted(),
  );
  expect((await list()).map(({ messageId }) => messageId).toSorted()).toEqual(["bad", "cut"]);
});

test("a replay that could not reach the feed leaves everything open", async () => {
  const subject = createQuarantine({
    db: engine.db,
    privacy,
    nowMs: () => nowMs,
    accept: () => Promise.reject(new Error("the feed is away")),
    redecode: (row) => [eventOf(row.messageId)],
    objects: () => Promise.resolve(false),
    editsSettled: () => Promise.resolve(),
  });
  await add(subject, [rejected("a")]);
  await expect(subject.replay(workspaceId, { code: "event.id_missing" }, "me")).rejects.toThrow("the feed is away");
  expect(await subject.openCount(workspaceId)).toBe(1);
});

test("a replay goes through any number of rows", async () => {
  const subject = quarantineWith(() => true);
  await add(
    subject,
    Array.from({ length: 900 }, (_, index) => rejected(`m${index}`)),
  );
  expect(await subject.replay(workspaceId, { name: "Paid" }, "me")).toEqual({ replayed: 900, stillBad: 0 });
  expect(new Set(accepted.map(({ dedupKey }) => dedupKey)).size).toBe(900);
});

test("an event that a schema still refuses stays open", async () => {
  const subject = createQuarantine({
    db: engine.db,
    privacy,
    nowMs: () => nowMs,
    accept: () => Promise.reject(new Error("unexpected")),
    redecode: ({ payload }) => [JSON.parse(payload) as FeedEvent],
    objects: () => Promise.resolve(true),
    editsSettled: () => Promise.resolve(),
  });
  await add(subject, [rejectEvent(eventOf("s"), { code: "event.schema_mismatch", field: "properties.a", detail: "a is required" })]);
  expect(await subject.replay(workspaceId, { name: "Paid" }, "me")).toEqual({ replayed: 0, stillBad: 1 });
});

test("discarding is final; other workspaces are not touched; old rows go", async () => {
  const subject = quarantineWith(() => true);
  await add(subject, [rejected("a"), rejected("b", { receivedAtMs: NOW_MS - 31 * DAY_MS }), rejected("c", { code: "event.too_deep" })]);
  expect(await inTransaction(engine.db, (tx) => subject.discard(tx, workspaceId + 1, { code: "event.id_missing" }, "me"))).toBe(0);
  expect(await inTransaction(engine.db, (tx) => subject.discard(tx, workspaceId, { code: "event.id_missing" }, "me"))).toBe(2);
  expect(await subject.replay(workspaceId, { code: "event.id_missing" }, "me")).toEqual({ replayed: 0, stillBad: 0 });
  await subject.sweep();
  expect((await list("discarded")).map(({ messageId }) => messageId)).toEqual(["a"]);
});

describe("over the API", () => {
  const call = <C extends typeof replayQuarantine | typeof discardQuarantine>(subject: Quarantine, contract: C, input: CallInput<C>) =>
    callRoute(
      quarantineRoutes({ db: engine.db, quarantine: subject, privacy, isMarkedPersonal: () => false, audit: () => Promise.resolve() }),
      workspaceId,
      contract,
      input,
    );

  test("all open events are replayed, or discarded, when all are asked for", async () => {
    const subject = quarantineWith(({ messageId }) => messageId !== "bad");
    await add(subject, [rejected("a"), rejected("bad"), rejected("b", { code: "event.too_deep", name: "Viewed" })]);
    expect(await call(subject, replayQuarantine, { body: { all: true } })).toEqual({ replayed: 2, stillBad: 1 });
    await add(subject, [rejected("c")]);
    expect(await call(subject, discardQuarantine, { body: { all: true } })).toEqual({ discarded: 2 });
    expect((await list("discarded")).map(({ messageId }) => messageId).toSorted()).toEqual(["bad", "c"]);
    expect(await subject.openCount(workspaceId)).toBe(0);
  });

  test("all is never what an empty selection means, and stands alone", async () => {
    const subject = quarantineWith(() => true);
    await add(subject, [rejected("a"), rejected("b", { code: "event.too_deep" })]);
    for (const contract of [replayQuarantine, discardQuarantine]) {
      await expect(call(subject, contract, { body: {} })).rejects.toMatchObject({ code: "request.invalid" });
      await expect(call(subject, contract, { body: { all: true, code: "event.id_missing" } })).rejects.toMatchObject({
        code: "request.invalid",
      });
    }
    expect(await subject.openCount(workspaceId)).toBe(2);
  });
});
