import type { MessageAsked } from "@terrace/domain/messages/message";
import type { SendOutcome } from "@terrace/domain/messages/delivery";
import type { Receipt, ReceiptFrom } from "@terrace/domain/messages/receipt";
import type { GovernorRules } from "@terrace/domain/governor/rules";
import { writtenObject } from "@terrace/domain/json";
import { askedMessage, makeKnown, messageParts, type MessageParts } from "@terrace/testkit/message-parts";
import { sinkCarrier, startMessageSink, type MessageSink } from "@terrace/testkit/message-sink";
import { device, phone, user } from "@terrace/testkit/people-model";
import { askedAbout, eraseFrom, erasureOf } from "@terrace/testkit/personal-data";
import { makeWorkspace, startStateEngine, type TestStateEngine } from "@terrace/testkit/state-engine";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { decodePayload } from "../../platform/feed/feed-codec.ts";
import { holdOutward, releaseOutward } from "../../platform/outbound/hold.store.ts";
import { inTransaction, openPostgres } from "../../platform/storage/postgres.ts";
import { factOf } from "../consent/observe.ts";
import { insertFacts } from "../consent/consent.store.ts";
import { endRestored } from "./keep.store.ts";
import type { Carrier, Provider } from "./messages-deps.ts";

const NOON = Date.parse("2026-03-10T04:00:00Z"); // in Shanghai
const HOUR_MS = 3_600_000;
const FREELY: GovernorRules = { quietHours: [], caps: [], repeatHours: null, holidays: "weekends" };
const EVERYTHING = { channel: null, tag: null, purpose: null } as const;
const SINK: ReceiptFrom = { providerId: "sink-sms", kind: "http_sms" };
const PLAIN = { repeating: "neither", repeatableForMs: null, ratePerSecond: null } as const;

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
  // What other tests left is not looked after by this one's outbox.
  await engine.db`delete from message`;
  await engine.db`/* all workspaces: a fresh start */ delete from installation_restore`;
  workspaceId = await makeWorkspace(engine.db);
  parts = make();
  await rules(FREELY);
});
afterEach(async () => {
  await parts.messages.stop();
  await sink.close();
});

const make = (provider: Partial<Omit<Provider, "id" | "kind">> = {}, more: Partial<Carrier> = {}): MessageParts =>
  messageParts({
    db: engine.db,
    carrier: { ...sinkCarrier(sink.url, { ...PLAIN, ...provider }), ...more },
    nowMs: () => nowMs,
  });
const rules = async (laid: GovernorRules): Promise<void> => {
  await engine.db`
    insert into governor_rules (workspace_id, version, rules, reason, changed_by, changed_at)
    select ${workspaceId}, coalesce(max(version), 0) + 1, ${engine.db.json(writtenObject(laid))}, '', 'ann', now() from governor_rules where workspace_id = ${workspaceId}`;
};
const known = async (count: number, traits: Parameters<typeof makeKnown>[2][number]["traits"] = []): Promise<readonly string[]> =>
  makeKnown(
    { db: engine.db, privacy: parts.privacy },
    workspaceId,
    Array.from({ length: count }, (_, n) => ({ ids: [user(`u${n}`), phone(`+86138${String(10_000_000 + n)}`)], traits })),
  );
const ask = (...asked: readonly MessageAsked[]): Promise<readonly string[]> =>
  inTransaction(engine.db, (tx) => parts.messages.ask(tx, workspaceId, asked));
/** Everything until nothing is due and nothing is under way. */
const run = async (of: MessageParts = parts): Promise<void> => {
  const [loop] = of.messages.loops;
  const { signal } = new AbortController();
  while ((await loop?.step(signal)) === 0) await of.messages.stop();
  await of.messages.stop();
};
type Row = {
  readonly key: string;
  readonly state: string;
  readonly reason: string;
  readonly dueAt: Date | null;
  readonly tries: number;
  readonly reference: string;
};
const row = async (key: string): Promise<Row | undefined> => {
  const [found] = await engine.db<Row[]>`
    select key, state, reason, due_at as "dueAt", tries, reference from message where workspace_id = ${workspaceId} and key = ${key}`;
  return found;
};
const stateOf = async (key: string): Promise<string> => {
  const found = await row(key);
  return `${found?.state ?? "none"}${found?.reason ? ` ${found.reason}` : ""}`;
};
const states = async (): Promise<Readonly<Record<string, number>>> => {
  const rows = await engine.db<{ state: string; count: number }[]>`
    select state, count(*)::int as count from message where workspace_id = ${workspaceId} group by state order by state`;
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
};
const told = async (): Promise<readonly string[]> => {
  const rows = await engine.db<{ payload: Uint8Array }[]>`select payload from feed`;
  const events = rows.flatMap(({ payload }) => decodePayload(parts.privacy, payload).map(({ event }) => event));
  return events
    .filter((event) => event.workspaceId === workspaceId)
    .map(
      ({ name, ids: [id], properties }) =>
        `${name} ${id?.value ?? ""} ${String(properties["template"])}${properties["reason"] === undefined ? "" : ` ${String(properties["reason"])}`}`,
    )
    .toSorted();
};

test("a message that is asked for is handed over once, with its address, and told on the spine", async () => {
  const [ann = ""] = await known(1);
  expect(await ask(askedMessage({ key: "k1", originId: ann }), askedMessage({ key: "k2", originId: ann }))).toEqual(["k1", "k2"]);
  expect(await ask(askedMessage({ key: "k1", originId: ann, template: "other" }))).toEqual([]);
  await run();
  await run();
  expect(sink.received.map(({ to, channel }) => [to, channel])).toEqual([
    ["+8613810000000", "sms"],
    ["+8613810000000", "sms"],
  ]);
  expect(new Set(sink.received.map(({ reference }) => reference)).size).toBe(2);
  expect([await stateOf("k1"), await stateOf("k2")]).toEqual(["sent", "sent"]);
  expect(await told()).toEqual(["message_sent u0 k1", "message_sent u0 k2"]);
});

test("what rolls back was not asked for, and what a source takes back is not sent", async () => {
  const [ann = ""] = await known(1);
  await inTransaction(engine.db, async (tx) => {
    await parts.messages.ask(tx, workspaceId, [askedMessage({ key: "k1", originId: ann })]);
    throw new Error("rolled back");
  }).catch(() => undefined);
  const source = { kind: "journey" as const, id: "welcome", part: "n1", run: "r1" };
  await ask(
    askedMessage({ key: "k2", originId: ann, source }),
    askedMessage({ key: "k3", originId: ann, source: { ...source, run: "r2" } }),
  );
  expect(
    await inTransaction(engine.db, (tx) => parts.messages.cancel(tx, workspaceId, { kind: "journey", id: "welcome", run: "r1" })),
  ).toBe(1);
  await run();
  expect(await inTransaction(engine.db, (tx) => parts.messages.states(tx, workspaceId, ["k1", "k2", "k3"]))).toEqual([
    { key: "k2", state: "cancelled", reason: "taken_back" },
    { key: "k3", state: "sent", reason: "" },
  ]);
});

test("rules hold back, with the reason and until the instant that they say; a cap counts messages over all ids of a person", async () => {
  const cap = { id: "day", scope: EVERYTHING, most: 1, period: { kind: "rolling", count: 1, unit: "day" }, action: "defer" } as const;
  await rules({ ...FREELY, caps: [cap] });
  const { privacy } = parts;
  await makeKnown({ db: engine.db, privacy }, workspaceId, [{ ids: [user("u0"), device("d0"), phone("+8613810000000")] }]);
  const origins = [privacy.originId(workspaceId, "user_id", "u0"), privacy.originId(workspaceId, "anonymous_id", "d0")] as const;
  await ask(
    askedMessage({ key: "low", originId: origins[0], priority: 2 }),
    askedMessage({ key: "high", originId: origins[1], priority: 8 }),
  );
  await run();
  expect([await stateOf("high"), await stateOf("low")]).toEqual(["sent", "waiting cap"]);
  expect((await row("low"))?.dueAt?.getTime()).toBe(NOON + 24 * HOUR_MS);
  const notes = await engine.db<{ what: string; reason: string; rule: string; details: object }[]>`
    select n.what, n.reason, n.rule, n.details from message_note n join message m using (workspace_id, message_id) where m.key = 'low' and m.workspace_id = ${workspaceId}`;
  expect([...notes]).toEqual([
    {
      what: "defer",
      reason: "cap",
      rule: "day",
      details: { count: 1, most: 1, per: "rolling", length: 1, unit: "day", freeAt: "2026-03-11T04:00:00.000Z" },
    },
  ]);
  nowMs = NOON + 24 * HOUR_MS;
  await run();
  expect(await stateOf("low")).toBe("sent");
});

test("the person's zone tells the night, consent and suppression are those of the moment of sending", async () => {
  const night = { id: "night", scope: EVERYTHING, fromMinute: 22 * 60, toMinute: 8 * 60, days: "every_day", action: "defer" } as const;
  await rules({ ...FREELY, quietHours: [night] });
  // 12:00 in Shanghai is 23:00 of the day before in New York (before daylight saving ends there: 00:00).
  const [ann = ""] = await known(1, [{ op: "set", key: "timezone", value: "America/New_York" }]);
  await ask(askedMessage({ key: "k1", originId: ann }), askedMessage({ key: "k2", originId: ann, purpose: "marketing" }));
  await ask(askedMessage({ key: "k3", originId: ann, template: "receipt" }));
  await run();
  expect([await stateOf("k1"), await stateOf("k2"), await stateOf("k3")]).toEqual(["waiting quiet_hours", "blocked no_consent", "sent"]);
  expect((await row("k1"))?.dueAt?.toISOString()).toBe("2026-03-10T12:00:00.000Z");
  const claim = {
    purpose: "marketing",
    channel: "sms",
    state: "given",
    atMs: NOON,
    source: "server",
    textKey: "",
    textVersion: 0,
    evidence: {},
  } as const;
  await inTransaction(engine.db, (tx) =>
    insertFacts(tx, [factOf({ privacy: parts.privacy }, { workspaceId, originId: ann, actor: "" }, claim)], new Date()),
  );
  nowMs = Date.parse("2026-03-10T12:00:00Z");
  await ask(askedMessage({ key: "k4", originId: ann, purpose: "marketing" }));
  sink.answer = () => "refuse";
  await run();
  expect([await stateOf("k1"), await stateOf("k4")]).toEqual(["failed 422", "failed 422"]);
  expect(await told()).toContain("message_blocked u0 k2 no_consent");
});

test("what the provider asks to bring again waits longer each time, is decided anew, and ends", async () => {
  const [ann = ""] = await known(1);
  sink.answer = () => "again";
  await ask(askedMessage({ key: "k1", originId: ann }));
  await run();
  expect(await row("k1")).toMatchObject({ state: "waiting", reason: "503", dueAt: new Date(NOON + 5_000), tries: 1 });
  const sent = async () => (await engine.db`select 1 from message where workspace_id = ${workspaceId} and let_go_at is not null`).count;
  expect(await sent()).toBe(0);
  for (let tries = 2; tries <= 9; tries += 1) {
    nowMs = (await row("k1"))?.dueAt?.getTime() ?? 0;
    await run();
    expect((await row("k1"))?.tries).toBe(tries);
  }
  expect(await stateOf("k1")).toBe("failed tries_ended");
  expect(sink.received).toEqual([]);
});

test("a process that dies while it hands over leaves what the provider allows: the same reference again, a question, or nothing", async () => {
  const people = await known(3);
  const left = async (key: string): Promise<Row | undefined> => {
    nowMs += 60_000;
    await run();
    return row(key);
  };
  // The sink takes it, and nobody is there any more when it answers.
  const die = async (key: string, provider: Partial<Provider>, more: Partial<Carrier> = {}): Promise<void> => {
    const dying = make(provider, { send: () => new Promise(() => undefined), ...more });
    await ask(askedMessage({ key, originId: people[0] ?? "" }));
    await dying.messages.loops[0]?.step(new AbortController().signal);
    expect(await stateOf(key)).toBe("sending allowed");
  };
  await die("neither", {});
  expect(await left("neither")).toMatchObject({ state: "unknown", reason: "process_ended", tries: 1 });
  parts = make({ repeating: "idempotent" });
  await die("idempotent", { repeating: "idempotent" });
  const before = await row("idempotent");
  expect(await left("idempotent")).toMatchObject({ state: "sent", tries: 2, reference: before?.reference });
  expect(sink.received.map(({ reference }) => reference)).toEqual([before?.reference]);
  parts = make({ repeating: "queryable" });
  await die("queryable", { repeating: "queryable" });
  // It never arrived: it is decided anew, and handed over.
  expect(await left("queryable")).toMatchObject({ state: "waiting", reason: "absent" });
  expect(await left("queryable")).toMatchObject({ state: "sent" });
  // Where the time is over in which a reference is taken once, nothing is tried.
  parts = make({ repeating: "idempotent", repeatableForMs: 30_000 });
  await die("late", { repeating: "idempotent", repeatableForMs: 30_000 });
  expect(await left("late")).toMatchObject({ state: "unknown" });
});

test("an answer that never comes is unknown, and is not handed over again blindly", async () => {
  const [ann = ""] = await known(1);
  const lost: Carrier["send"] = () => Promise.resolve({ outcome: "unknown", code: "time_out" });
  parts = make({}, { send: lost });
  await ask(askedMessage({ key: "k1", originId: ann }));
  await run();
  expect(await stateOf("k1")).toBe("unknown time_out");
  nowMs += 100 * HOUR_MS;
  await run();
  expect(await row("k1")).toMatchObject({ state: "unknown", tries: 1 });
});

test("a provider that says no to a repeat says nothing of the try before it: it keeps its room, and is never handed over when it would be taken twice", async () => {
  const [ann = ""] = await known(1);
  const outcomes: SendOutcome[] = [
    { outcome: "unknown", code: "time_out" },
    { outcome: "retry", code: "45009" },
    { outcome: "refused", code: "422" },
  ];
  const handed: string[] = [];
  const send: Carrier["send"] = (_workspaceId, _id, { reference }) => {
    handed.push(reference);
    return Promise.resolve(outcomes.shift() ?? { outcome: "accepted", providerRef: null });
  };
  parts = make({ repeating: "idempotent", repeatableForMs: 540_000 }, { send });
  await ask(askedMessage({ key: "k1", originId: ann }));
  await run();
  const room = async (): Promise<number> =>
    (await engine.db`select 1 from message where workspace_id = ${workspaceId} and let_go_at is not null`).count;
  while (outcomes.length > 0) {
    expect([(await row("k1"))?.state, await room()]).toEqual(["sending", 1]);
    nowMs = (await row("k1"))?.dueAt?.getTime() ?? 0;
    await run();
  }
  nowMs = NOON + 24 * HOUR_MS;
  await run();
  expect([await stateOf("k1"), handed.length, await room()]).toEqual(["unknown process_ended", 3, 1]);
  expect(await told()).toEqual([]);
});

test("before a repeat it is asked again whether the person may be written to", async () => {
  const [ann = "", bob = ""] = await known(2);
  parts = make({ repeating: "idempotent" }, { send: () => Promise.resolve({ outcome: "unknown", code: "time_out" }) });
  await ask(askedMessage({ key: "late", originId: ann, expiresAtMs: NOON + 1_000 }), askedMessage({ key: "complained", originId: bob }));
  await run();
  const other = make({ repeating: "idempotent" });
  await parts.messages.takeReceipts(workspaceId, { providerId: null, kind: "link" }, []);
  await engine.db`
    insert into suppression (workspace_id, channel, address_token, reason, detail, made_by, at)
    select ${workspaceId}, channel, address_token, 'complained', '', '', now() from message where workspace_id = ${workspaceId} and key = 'complained'`;
  nowMs += 10_000;
  await run(other);
  expect([await stateOf("late"), await stateOf("complained")]).toEqual(["unknown expired", "unknown suppressed"]);
  expect(sink.received).toEqual([]);
});

test("a provider with another account is not taken for the one that may have it", async () => {
  const [ann = ""] = await known(1);
  parts = make({ repeating: "idempotent" }, { send: () => Promise.resolve({ outcome: "unknown", code: "time_out" }) });
  await ask(askedMessage({ key: "k1", originId: ann }));
  await run();
  nowMs += 10_000;
  await run(make({ repeating: "idempotent", trust: "another account" }));
  expect([await stateOf("k1"), sink.received]).toEqual(["unknown provider_changed", []]);
});

test("an id of a provider that cannot be kept takes no other end along", async () => {
  const people = await known(3);
  parts = make(
    {},
    { send: (_w, _p, { reference }) => Promise.resolve({ outcome: "accepted", providerRef: `\0${reference}`.repeat(500) }) },
  );
  await ask(...people.map((originId, n) => askedMessage({ key: `k${n}`, originId })));
  await run();
  expect(await states()).toEqual({ sent: 3 });
});

test("what waits in a process when it stops goes back unharmed and uncounted", async () => {
  const people = await known(30);
  const open: (() => void)[] = [];
  const slow: Carrier["send"] = (_w, _p, { reference }) =>
    new Promise((resolve) => open.push(() => resolve({ outcome: "accepted", providerRef: reference })));
  const stopping = make({ atOnce: 4 }, { send: slow });
  await ask(...people.map((originId, n) => askedMessage({ key: `k${n}`, originId })));
  await stopping.messages.loops[0]?.step(new AbortController().signal);
  while (open.length < 4) await new Promise((resolve) => setImmediate(resolve));
  const stopped = stopping.messages.stop();
  for (const end of open) end();
  await stopped;
  expect(await states()).toEqual({ sent: 4, waiting: 26 });
  const counted =
    await engine.db`select 1 from message where workspace_id = ${workspaceId} and state = 'waiting' and (attempts > 0 or let_go_at is not null)`;
  expect(counted.count).toBe(0);
  await run();
  expect(await states()).toEqual({ sent: 30 });
});

test("a workspace of which nothing can be decided keeps no other from its messages", async () => {
  const [ann = ""] = await known(1);
  await ask(askedMessage({ key: "k1", originId: ann }));
  const broken = workspaceId;
  await engine.db`update governor_rules set rules = '{"repeatHours": null, "caps": 7}' where workspace_id = ${broken}`;
  workspaceId = await makeWorkspace(engine.db);
  await rules(FREELY);
  const [bob = ""] = await known(1);
  await ask(askedMessage({ key: "k2", originId: bob }));
  await run();
  expect(await stateOf("k2")).toBe("sent");
  // Those behind it get their turn, and it gets another.
  for (let tries = 0; tries < 40; tries += 1) {
    nowMs += 60_000;
    await run();
  }
  workspaceId = broken;
  expect((await row("k1"))?.state).toBe("waiting");
  await engine.db`update governor_rules set rules = ${engine.db.json(writtenObject(FREELY))} where workspace_id = ${broken}`;
  nowMs += HOUR_MS;
  await run();
  expect(await stateOf("k1")).toBe("sent");
});

test("two processes share what is due and pass no cap between them", async () => {
  const cap = { id: "two", scope: EVERYTHING, most: 2, period: { kind: "calendar", unit: "day" }, action: "drop" } as const;
  await rules({ ...FREELY, caps: [cap] });
  const people = await known(60);
  await ask(
    ...people.flatMap((originId, n) =>
      Array.from({ length: 5 }, (_, m) => askedMessage({ key: `${n}-${m}`, originId, template: `t${m}` })),
    ),
  );
  const both = [parts, make()];
  await Promise.all(both.map(async (one) => run(one)));
  await run();
  expect(await states()).toEqual({ blocked: 180, sent: 120 });
  const perPerson = Map.groupBy(sink.received, ({ to }) => to);
  expect([...perPerson.values()].map((own) => own.length)).toEqual(people.map(() => 2));
});

test("a rate is kept by all processes together, and what is over it waits", async () => {
  const people = await known(25);
  const slow = [make({ ratePerSecond: 10 }), make({ ratePerSecond: 10 })];
  await ask(...people.map((originId, n) => askedMessage({ key: `k${n}`, originId })));
  const sentIn: number[] = [];
  for (let seconds = 0; seconds < 4; seconds += 1) {
    await Promise.all(slow.map(async (one) => one.messages.loops[0]?.step(new AbortController().signal)));
    await Promise.all(slow.map((one) => one.messages.stop()));
    sentIn.push(sink.received.length);
    nowMs += 1_000;
  }
  expect(sentIn).toEqual([10, 20, 25, 25]);
}, 60_000);

test("a restored installation sends nothing that was due, since it may have been sent; what comes later goes when it is released", async () => {
  const [ann = ""] = await known(1);
  await ask(askedMessage({ key: "due", originId: ann }), askedMessage({ key: "later", originId: ann, notBeforeMs: NOON + 2 * HOUR_MS }));
  nowMs = NOON + HOUR_MS;
  await inTransaction(engine.db, async (tx) => {
    await holdOutward(tx, { since: new Date(nowMs), reason: "restored" });
    await endRestored(tx, new Date(nowMs));
  });
  // Whoever releases at once lets nothing of it go.
  await inTransaction(engine.db, (tx) => releaseOutward(tx));
  await run();
  expect(await stateOf("due")).toBe("unknown restored");
  await inTransaction(engine.db, (tx) => holdOutward(tx, { since: new Date(nowMs), reason: "restored" }));
  nowMs += 1;
  await ask(askedMessage({ key: "meanwhile", originId: ann }));
  await run();
  expect([await stateOf("due"), await stateOf("meanwhile")]).toEqual(["unknown restored", "waiting"]);
  await inTransaction(engine.db, (tx) => releaseOutward(tx));
  nowMs = NOON + 2 * HOUR_MS;
  await run();
  expect([await stateOf("due"), await stateOf("meanwhile"), await stateOf("later")]).toEqual(["unknown restored", "sent", "sent"]);
});

test("what was led to before a restore is not sent when it is asked for after it, and says why", async () => {
  const [ann = ""] = await known(1);
  nowMs = NOON + HOUR_MS;
  await inTransaction(engine.db, (tx) => endRestored(tx, new Date(nowMs)));
  nowMs += HOUR_MS;
  // A journey stands where it stood at the backup, and does again what was due before the restore.
  await ask(
    askedMessage({ key: "again", originId: ann, causeMs: NOON + HOUR_MS }),
    askedMessage({ key: "after", originId: ann, causeMs: NOON + HOUR_MS + 1 }),
  );
  await ask(askedMessage({ key: "now", originId: ann }));
  await run();
  expect([await stateOf("again"), await stateOf("after"), await stateOf("now")]).toEqual(["unknown restored", "sent", "sent"]);
  const notes = await engine.db<{ what: string; reason: string }[]>`
    select n.what, n.reason from message_note n join message m using (workspace_id, message_id) where m.workspace_id = ${workspaceId} and m.key = 'again'`;
  expect([...notes]).toEqual([{ what: "unknown", reason: "restored" }]);
});

test("without a provider it waits until there is one", async () => {
  const [ann = ""] = await known(1);
  await ask(askedMessage({ key: "k1", originId: ann, channel: "in_app" }));
  await run();
  expect(await stateOf("k1")).toBe("waiting");
  const taking = messageParts({ db: engine.db, carrier: sinkCarrier(sink.url, PLAIN, ["in_app"]), nowMs: () => nowMs });
  await run(taking);
  expect(await stateOf("k1")).toBe("sent");
});

test("receipts are taken in once each, in whatever order; a bounce suppresses the address, a complaint takes back consent to the channel", async () => {
  const people = await known(3);
  await ask(...people.map((originId, n) => askedMessage({ key: `k${n}`, originId, purpose: "service" })));
  await run();
  const reference = async (key: string): Promise<string> => (await row(key))?.reference ?? "";
  const take = (what: Receipt["what"], by: Partial<Receipt>): Promise<number> =>
    parts.messages.takeReceipts(workspaceId, SINK, [{ what, atMs: nowMs, detail: "code", ...by }]);
  expect(await take("delivered", { reference: await reference("k0") })).toBe(1);
  expect(await take("delivered", { providerRef: `p-${await reference("k0")}` })).toBe(1);
  expect(await take("clicked", { reference: await reference("k0") })).toBe(1);
  expect(await take("bounced", { reference: await reference("k1") })).toBe(1);
  expect(await take("delivered", { reference: await reference("k1") })).toBe(1);
  expect(await take("complained", { reference: await reference("k2") })).toBe(1);
  expect(await take("delivered", { reference: "nobody-knows" })).toBe(0);
  expect([await stateOf("k0"), await stateOf("k1"), await stateOf("k2")]).toEqual(["delivered", "failed bounced", "delivered"]);
  expect((await told()).filter((line) => !line.startsWith("message_sent"))).toEqual([
    "message_bounced u1 k1",
    "message_clicked u0 k0",
    "message_complained u2 k2",
    "message_delivered u0 k0",
    "message_delivered u1 k1",
  ]);
  await ask(...people.map((originId, n) => askedMessage({ key: `again${n}`, originId, template: "receipt" })));
  await run();
  expect(await Promise.all(["again0", "again1", "again2"].map(stateOf))).toEqual(["sent", "blocked suppressed", "blocked suppressed"]);
  const withdrawn = await engine.db`
    select 1 from consent_fact where workspace_id = ${workspaceId} and origin_id = ${people[2] ?? "0"} and purpose = '*' and channel = 'sms' and state = 'withdrawn'`;
  expect(withdrawn.count).toBe(1);
});

test("more receipts at once than there are connections are all taken in", async () => {
  const people = await known(6);
  await ask(...people.map((originId, n) => askedMessage({ key: `k${n}`, originId })));
  await run();
  const rows = await engine.db<{ reference: string }[]>`select reference from message where workspace_id = ${workspaceId}`;
  const db = openPostgres(engine.address, { connectionsMax: 2, name: "receipts" });
  try {
    const { messages } = messageParts({ db, carrier: sinkCarrier(sink.url, PLAIN), nowMs: () => nowMs });
    const taken = rows.map(({ reference }) =>
      messages.takeReceipts(workspaceId, SINK, [{ reference, what: "delivered", atMs: nowMs, detail: "" }]),
    );
    expect(await Promise.all(taken)).toEqual(rows.map(() => 1));
    expect(await states()).toEqual({ delivered: 6 });
  } finally {
    await db.end({ timeout: 1 });
  }
});

test("who ends messages gets no more of the purpose on the channel whatever it rests on, but what they asked for", async () => {
  const [ann = ""] = await known(1);
  await ask(askedMessage({ key: "k1", originId: ann }));
  await run();
  const told = { reference: (await row("k1"))?.reference, what: "unsubscribed", atMs: nowMs + HOUR_MS, detail: "" } as const;
  await parts.messages.takeReceipts(workspaceId, { ...SINK, kind: "smtp" }, [told]);
  await ask(askedMessage({ key: "k2", originId: ann }), askedMessage({ key: "k3", originId: ann, template: "receipt" }));
  await run();
  expect([await stateOf("k2"), await stateOf("k3")]).toEqual(["blocked no_consent", "sent"]);
});

test("processes that decide at once take no second connection of a pool of two", async () => {
  const people = await known(40);
  await ask(
    ...people.flatMap((originId, n) => [
      askedMessage({ key: `s${n}`, originId }),
      askedMessage({ key: `b${n}`, originId, purpose: "marketing" }),
    ]),
  );
  const db = openPostgres(engine.address, { connectionsMax: 2, name: "deciding" });
  try {
    const processes = Array.from({ length: 4 }, () =>
      messageParts({ db, carrier: sinkCarrier(sink.url, { ...PLAIN, atOnce: 2 }), nowMs: () => nowMs }),
    );
    await Promise.all(processes.map((one) => run(one)));
    await run();
    expect(await states()).toEqual({ blocked: 40, sent: 40 });
  } finally {
    await db.end({ timeout: 1 });
  }
});

test("a receipt that is faster than the answer, or comes after none, tells that the message was sent", async () => {
  const [ann = ""] = await known(1);
  parts = make({}, { send: () => Promise.resolve({ outcome: "unknown", code: "time_out" }) });
  await ask(askedMessage({ key: "k1", originId: ann }));
  await run();
  const receipt = { reference: (await row("k1"))?.reference, what: "delivered", atMs: nowMs, detail: "" } as const;
  await parts.messages.takeReceipts(workspaceId, SINK, [receipt]);
  expect(await stateOf("k1")).toBe("delivered");
  expect(await told()).toEqual(["message_delivered u0 k1", "message_sent u0 k1"]);
});

test("who tells of a message is who carried it, and only what it can know; its clock counts for nothing", async () => {
  const people = await known(2);
  await ask(...people.map((originId, n) => askedMessage({ key: `k${n}`, originId })));
  await run();
  const reference = (await row("k0"))?.reference ?? "";
  const take = (from: ReceiptFrom, receipt: Partial<Receipt>): Promise<number> =>
    parts.messages.takeReceipts(workspaceId, from, [{ what: "delivered", atMs: nowMs, detail: "", ...receipt }]);
  expect(await take({ providerId: "another", kind: "http_sms" }, { providerRef: `p-${reference}`, what: "bounced" })).toBe(0);
  expect(await take({ providerId: "another", kind: "http_sms" }, { reference, what: "bounced" })).toBe(0);
  expect(await take({ providerId: "sink-sms", kind: "aliyun_sms" }, { reference, what: "complained" })).toBe(0);
  expect(await take({ providerId: null, kind: "link" }, { reference, what: "delivered" })).toBe(0);
  expect(await take({ providerId: null, kind: "link" }, { reference, what: "unsubscribed", atMs: nowMs + 24 * HOUR_MS })).toBe(1);
  expect(await take(SINK, { reference, what: "delivered", atMs: 0 })).toBe(1);
  const notes = await engine.db<{ what: string; at: string }[]>`
    select what, n.details ->> 'at' as at from message_note n join message using (workspace_id, message_id)
    where key = 'k0' and workspace_id = ${workspaceId} and what <> 'send' order by what`;
  const noon = new Date(NOON).toISOString();
  expect([...notes]).toEqual([
    { what: "delivered", at: noon },
    { what: "unsubscribed", at: noon },
  ]);
  const [withdrawn] = await engine.db<{ atMs: string }[]>`
    select at_ms as "atMs" from consent_fact where workspace_id = ${workspaceId} and state = 'withdrawn' limit 1`;
  expect(Number(withdrawn?.atMs)).toBe(NOON);
});

test("what is kept about somebody is told and forgotten, and ends by itself after half a year", async () => {
  const [ann = "", bob = ""] = await known(2);
  await ask(askedMessage({ key: "k1", originId: ann }), askedMessage({ key: "k2", originId: bob }));
  await run();
  const { holder, jobs } = parts.messages;
  const somebody = { personId: ann, originIds: [ann] };
  const groups = await holder.describe(askedAbout(workspaceId, somebody));
  expect(groups.map(({ key, total }) => [key, total])).toEqual([["messages", 1]]);
  await eraseFrom(engine.db, holder, erasureOf(workspaceId, [somebody]));
  const left = async (): Promise<readonly string[]> =>
    (await engine.db<{ key: string }[]>`select key from message where workspace_id = ${workspaceId}`).map(({ key }) => key);
  expect(await left()).toEqual(["k2"]);
  nowMs += 181 * 24 * HOUR_MS;
  await jobs[0]?.run();
  expect(await left()).toEqual([]);
  expect((await engine.db`select 1 from message_note where workspace_id = ${workspaceId}`).count).toBe(0);
});

test("whoever nobody knows, or has no address on the channel, gets nothing; content that cannot be made fails", async () => {
  const [ann = ""] = await known(1);
  await ask(
    askedMessage({ key: "k1", originId: "12345" }),
    askedMessage({ key: "k2", originId: ann, channel: "email" }),
    askedMessage({ key: "k3", originId: ann, template: "broken" }),
    askedMessage({ key: "k4", originId: ann, expiresAtMs: NOON - 1 }),
  );
  await run();
  // What is not known yet may still be on its way.
  expect(await Promise.all(["k1", "k2"].map(stateOf))).toEqual(["waiting person_awaited", "waiting address_awaited"]);
  nowMs += 900_000;
  await run();
  expect(await Promise.all(["k1", "k2", "k3", "k4"].map(stateOf))).toEqual([
    "blocked person_unknown",
    "blocked no_address",
    "failed template.not_found",
    "expired expired",
  ]);
});
