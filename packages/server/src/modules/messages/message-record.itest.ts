import * as api from "@terrace/contract/api/messages";
import type { RouteContract } from "@terrace/contract/route";
import { callRoute, type CallInput } from "@terrace/testkit/call-route";
import { makeKnown, messageParts, type MessageParts } from "@terrace/testkit/message-parts";
import { sinkCarrier, startMessageSink, type MessageSink } from "@terrace/testkit/message-sink";
import { phone, user } from "@terrace/testkit/people-model";
import { makeWorkspace, startStateEngine, type TestStateEngine } from "@terrace/testkit/state-engine";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";

const NOON = Date.parse("2026-03-10T04:00:00Z");
const DAY_MS = 86_400_000;

let engine: TestStateEngine;
let sink: MessageSink;
let parts: MessageParts;
let workspaceId = 0;
let nowMs = NOON;
beforeAll(async () => {
  engine = await startStateEngine();
}, 120_000);
afterAll(() => engine.stop());
beforeEach(async () => {
  nowMs = NOON;
  sink = await startMessageSink();
  workspaceId = await makeWorkspace(engine.db);
  const provider = { repeating: "neither", repeatableForMs: null, ratePerSecond: null } as const;
  parts = messageParts({ db: engine.db, carrier: sinkCarrier(sink.url, provider), nowMs: () => nowMs });
  await makeKnown({ db: engine.db, privacy: parts.privacy }, workspaceId, [
    { ids: [user("ann"), phone("13810000000")] },
    { ids: [user("bo"), phone("13810000001")] },
  ]);
});
afterEach(async () => {
  await parts.messages.stop();
  await sink.close();
});

const call = <C extends RouteContract>(of: C, input: CallInput<C> = {}) => callRoute(parts.routes, workspaceId, of, input);
const run = async (): Promise<void> => {
  const [loop] = parts.messages.loops;
  const { signal } = new AbortController();
  while ((await loop?.step(signal)) === 0) await parts.messages.stop();
  await parts.messages.stop();
};
type Asking = NonNullable<CallInput<typeof api.askForMessages>["body"]>["messages"][number];
const to = (value: string, part: Partial<Asking> = {}): Asking => ({
  key: `code of ${value}`,
  person: { kind: "user_id", value },
  template: "receipt",
  ...part,
});
const ask = (...messages: readonly Asking[]) => call(api.askForMessages, { body: { source: "shop", messages: [...messages] } });

test("a server asks for messages once by its own keys, reads where they stand and each one's story", async () => {
  const first = await ask(to("ann", { variables: { code: "1234" } }), to("bo", { template: "7", purpose: "marketing" }));
  expect(first.items.map(({ key, isNew }) => [key, isNew])).toEqual([
    ["code of ann", true],
    ["code of bo", true],
  ]);
  expect((await ask(to("ann"))).items).toEqual([{ ...first.items[0], isNew: false }]);
  await run();
  const keys = ["code of ann", "code of bo", "never asked"];
  const { items: states } = await call(api.readMessageStates, { body: { keys } });
  expect(states.toSorted((a, b) => (a.key < b.key ? -1 : 1))).toEqual([
    { key: "code of ann", state: "sent", reason: "" },
    { key: "code of bo", state: "blocked", reason: "no_consent" },
  ]);
  const { items } = await call(api.listMessages);
  expect(
    items.map(({ id, person, state, transactional, tags, source }) => [id, person?.displayName, state, transactional, tags, source.id]),
  ).toEqual([
    [first.items[1]?.id, "bo", "blocked", false, ["tea"], "shop"],
    [first.items[0]?.id, "ann", "sent", true, ["tea"], "shop"],
  ]);
  const story = await call(api.getMessage, { params: { message: items[0]?.id ?? "" } });
  expect(story.notes).toMatchObject([{ what: "block", reason: "no_consent", details: { because: "silent" } }]);
  // What a server wrote into keys and variables is in no row as it was.
  const [row] = await engine.db<
    { all: string }[]
  >`select string_agg(m::text, '') as all from message m where workspace_id = ${workspaceId}`;
  expect(row?.all).not.toContain("1234");
  expect(row?.all).not.toContain("code of");
  expect(parts.audited).toEqual(["message.ask message:shop", "message.ask message:shop"]);
});

test("the record is narrowed and read page by page", async () => {
  await ask(to("ann"), to("bo"));
  nowMs += 1_000;
  await ask(to("ann", { key: "later", template: "7" }));
  await run();
  const list = async (query: NonNullable<CallInput<typeof api.listMessages>["query"]>) =>
    (await call(api.listMessages, { query })).items.map(({ template, person }) => `${person?.displayName} ${template}`);
  const ann = (await call(api.listMessages)).items[0]?.person?.id ?? "";
  expect(await list({ person: ann })).toEqual(["ann 7", "ann receipt"]);
  expect(await list({ template: "7" })).toEqual(["ann 7"]);
  expect(await list({ state: "blocked" })).toEqual([]);
  expect(await list({ source: "api", sourceId: "shop", to: new Date(nowMs).toISOString() })).toEqual(["bo receipt", "ann receipt"]);
  expect(await list({ from: new Date(nowMs).toISOString(), channel: "sms" })).toEqual(["ann 7"]);
  const page = await call(api.listMessages, { query: { limit: 2 } });
  const rest = await call(api.listMessages, { query: { limit: 2, cursor: page.nextCursor } });
  expect([...page.items, ...rest.items].map(({ id }) => id)).toEqual((await call(api.listMessages)).items.map(({ id }) => id));
  expect(rest.nextCursor).toBeUndefined();
  await expect(call(api.getMessage, { params: { message: "1" } })).rejects.toMatchObject({ code: "message.not_found" });
});

test("what still waits is taken back by keys or by its source, and told so; what cannot be sent is refused with its place", async () => {
  const later = new Date(nowMs + DAY_MS).toISOString();
  await ask(to("ann", { notBefore: later }), to("bo", { notBefore: later }), to("bo", { key: "now" }));
  await run();
  expect(await call(api.cancelMessages, { body: { keys: ["code of ann", "now"] } })).toEqual({ cancelled: 1 });
  expect(await call(api.cancelMessages, { body: { source: "shop" } })).toEqual({ cancelled: 1 });
  nowMs += 2 * DAY_MS;
  await run();
  const { items } = await call(api.listMessages);
  expect(items.map(({ state }) => state).toSorted()).toEqual(["cancelled", "cancelled", "sent"]);
  const cancelled = items.find(({ state }) => state === "cancelled");
  const { notes } = await call(api.getMessage, { params: { message: cancelled?.id ?? "" } });
  expect(notes.at(-1)).toMatchObject({ what: "cancelled", reason: "taken_back" });
  await expect(ask(to("ann", { key: "x" }), to("bo", { key: "y", template: "none" }))).rejects.toMatchObject({
    code: "template.not_published",
    fault: { field: "messages.1.template" },
  });
  await expect(ask(to("ann", { person: { kind: "person", value: "x" } }))).rejects.toMatchObject({ code: "person.not_found" });
  expect((await call(api.listMessages)).items).toHaveLength(3);
});
