import * as api from "@terrace/contract/api/broadcasts";
import * as peopleApi from "@terrace/contract/api/merges";
import { createSegment } from "@terrace/contract/api/segments";
import { writtenObject } from "@terrace/domain/json";
import { startBothEngines, type TestEngines } from "@terrace/testkit/both-engines";
import { callRoute, type CallInput } from "@terrace/testkit/call-route";
import { actsIn } from "@terrace/testkit/live-acts";
import { freshLiveWorld, type LiveWorld } from "@terrace/testkit/live-world";
import { messageParts, type MessageParts } from "@terrace/testkit/message-parts";
import { sinkCarrier, startMessageSink, type MessageSink } from "@terrace/testkit/message-sink";
import { phone, user } from "@terrace/testkit/people-model";
import { eraseFrom, erasureOf } from "@terrace/testkit/personal-data";
import type { RouteContract } from "@terrace/contract/route";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { z } from "zod";
import { createBroadcasts, type BroadcastDeps, type Broadcasts } from "./module.ts";

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
/** A Wednesday noon in Berlin, the zone of the workspace. */
const START_MS = Date.UTC(2026, 6, 1, 10);
/** Noon lies in it. */
const QUIET = {
  id: "noon",
  scope: { channel: null, tag: null, purpose: null },
  fromMinute: 11 * 60,
  toMinute: 20 * 60,
  days: "every_day",
  action: "defer",
} as const;
const PUBLISHED = { channel: "sms", publishedVersion: 1, transactional: false, archived: false };

let engines: TestEngines;
let world: LiveWorld;
let workspaceId = 0;
let sink: MessageSink;
let parts: MessageParts;
let broadcasts: Broadcasts;
let told: Awaited<ReturnType<BroadcastDeps["templates"]>> = new Map();
beforeAll(async () => {
  engines = await startBothEngines();
}, 120_000);
afterAll(() => engines.stop());
beforeEach(async () => {
  await engines.db`/* all workspaces: a fresh start */ delete from broadcast`;
  await engines.db`/* all workspaces: a fresh start */ delete from message`;
  ({ workspaceId, world } = await freshLiveWorld(engines, START_MS));
  sink = await startMessageSink();
  const carrier = sinkCarrier(sink.url, { repeating: "neither", repeatableForMs: null, ratePerSecond: null });
  parts = messageParts({ db: engines.db, carrier, nowMs: () => world.nowMs, zone: world.zone });
  told = new Map(["1", "2", "3"].map((id) => [id, PUBLISHED]));
  broadcasts = make();
});
afterEach(async () => {
  await parts.messages.stop();
  await sink.close();
});

const make = (): Broadcasts =>
  createBroadcasts({
    ...world,
    db: engines.db,
    warehouse: engines.warehouse,
    audit: () => Promise.resolve(),
    workspace: (id) => Promise.resolve({ workspaceId: id, name: "w", timeZone: world.zone, currency: "CNY", label: "" }),
    templates: () => Promise.resolve(told),
    purposes: () => Promise.resolve(new Set(["service"])),
    messages: parts.messages,
    outbound: { requireReleased: () => Promise.resolve() },
    nowMs: () => world.nowMs,
  });
const { segments, people, came, originOf, personOf } = actsIn(() => ({ engines, world, workspaceId }));
const call = <C extends RouteContract>(of: C, input: CallInput<C> = {}) => callRoute(broadcasts.routes, workspaceId, of, input);
const signal = new AbortController().signal;

const phoneOf = (who: string): string => `+86138${who.slice(1).padStart(8, "0")}`;
/** People `u0`… with a phone number each. */
async function have(count: number): Promise<void> {
  await world.append(Array.from({ length: count }, (_, n) => came({ ids: [user(`u${n}`), phone(phoneOf(`u${n}`))], name: "Visited" })));
  await world.drain();
}
const list = async (name: string, values: readonly string[]): Promise<string> =>
  (await segments(createSegment, { body: { name, list: { identity: "user_id", values: [...values] } } })).id;
const users = (from: number, to: number): readonly string[] => Array.from({ length: to - from }, (_, n) => `u${from + n}`);

type Drawn = z.input<typeof api.broadcastDefinitionSchema>;
const plain = (segment: string, part: Partial<Drawn> = {}): Drawn => ({
  segment,
  channel: "sms",
  purpose: "service",
  variants: [{ key: "a", template: "1" }],
  ...part,
});
async function send(definition: Drawn): Promise<string> {
  const { id } = await call(api.createBroadcast, { body: { name: "七月上新", definition } });
  await call(api.submitBroadcast, { params: { broadcast: id }, body: {} });
  await call(api.approveBroadcast, { params: { broadcast: id }, body: {} });
  return id;
}
/** Steps of some processes until none has anything to do at this instant. */
async function ask(...workers: readonly Broadcasts[]): Promise<void> {
  const all = workers.length === 0 ? [broadcasts] : workers;
  for (let worked = true; worked;)
    worked = (await Promise.all(all.flatMap(({ loops }) => loops.map(({ step }) => step(signal))))).includes(0);
}
async function handOver(): Promise<void> {
  const [loop] = parts.messages.loops;
  while ((await loop?.step(signal)) === 0) await parts.messages.stop();
  await parts.messages.stop();
}
const got = (): readonly string[] => sink.received.map(({ to }) => to).toSorted();
const phones = (from: number, to: number): readonly string[] => users(from, to).map(phoneOf).toSorted();
const one = (broadcast: string) => call(api.getBroadcast, { params: { broadcast } });

test("everybody who is in the segment when it begins gets it once, and nobody who is in the other; two who become one get one", async () => {
  await have(30);
  const segment = await list("All", users(0, 30));
  const without = await list("Staff", ["u28", "u29"]);
  const id = await send(plain(segment, { without, begins: "2026-07-01T13:00" }));
  await ask();
  expect(await one(id)).toMatchObject({ state: "scheduled", audience: null, beginsAt: "2026-07-01T11:00:00.000Z" });
  world.nowMs += HOUR_MS;
  await broadcasts.loops[0]?.step(signal);
  expect(await one(id)).toMatchObject({ state: "running", audience: 28, asked: 0 });
  // Two of those who are in turn out to be one on the way.
  await people(peopleApi.createMerge, { body: { people: [await personOf("u3"), await personOf("u4")], confirmConflicts: true } });
  await world.drain();
  await ask(broadcasts, make(), make());
  await handOver();
  expect(got()).toHaveLength(27);
  expect(new Set([...got(), phoneOf("u3"), phoneOf("u4")])).toEqual(new Set(phones(0, 28)));
  expect(await one(id)).toMatchObject({ state: "done", audience: 28, asked: 28 });
  const { states, done } = await call(api.getBroadcastFigures, { params: { broadcast: id } });
  expect(states).toEqual([{ variant: "a", state: "sent", reason: "", messages: 27 }]);
  await world.drain();
  expect((await call(api.getBroadcastFigures, { params: { broadcast: id } })).done).toMatchObject([{ variant: "a", sent: 27, opened: 0 }]);
  expect(done).toEqual([]);
});

test("a stop takes back what waits; going on asks anew for that, and for nobody who was told", async () => {
  await have(10);
  const id = await send(plain(await list("All", users(0, 10)), { perMinute: 5 }));
  await ask();
  await ask();
  expect((await one(id)).asked).toBe(1);
  await handOver();
  expect(sink.received).toHaveLength(1);
  for (let second = 0; second < 36; second += 1) {
    world.nowMs += 1_000;
    await ask();
  }
  expect((await one(id)).asked).toBe(4);
  await call(api.stopBroadcast, { params: { broadcast: id }, body: { note: "错别字" } });
  world.nowMs += HOUR_MS;
  await ask();
  await handOver();
  expect(sink.received).toHaveLength(1);
  expect(await one(id)).toMatchObject({ state: "stopped", asked: 4 });
  await call(api.resumeBroadcast, { params: { broadcast: id }, body: {} });
  for (let minute = 0; minute < 4; minute += 1) {
    world.nowMs += MINUTE_MS;
    await ask();
  }
  await handOver();
  for (let minute = 0; minute < 120; minute += 1) {
    world.nowMs += 12_000;
    await ask();
  }
  await handOver();
  expect(got()).toEqual(phones(0, 10));
  expect((await one(id)).state).toBe("done");
});

test("one that is done, while the night holds its messages, can be stopped and go on; what is asked for anew keeps the pace", async () => {
  await have(6);
  const rules = { quietHours: [QUIET], caps: [], repeatHours: null, holidays: "weekends" } as const;
  await engines.db`
    insert into governor_rules (workspace_id, version, rules, reason, changed_by, changed_at)
    values (${workspaceId}, 1, ${engines.db.json(writtenObject(rules))}, '', 'ann', now())`;
  const id = await send(plain(await list("All", users(0, 6)), { perMinute: 60 }));
  for (let second = 0; second < 8; second += 1) {
    world.nowMs += 1_000;
    await ask();
  }
  await handOver();
  expect(sink.received).toEqual([]);
  expect((await one(id)).state).toBe("done");
  await broadcasts.jobs[0]?.run();
  await call(api.stopBroadcast, { params: { broadcast: id }, body: {} });
  world.nowMs += 12 * HOUR_MS;
  await handOver();
  expect(sink.received).toEqual([]);
  await call(api.resumeBroadcast, { params: { broadcast: id }, body: {} });
  await ask();
  await handOver();
  // After a pause what five seconds allow, not all of it.
  expect(sink.received).toHaveLength(5);
  world.nowMs += 2_000;
  await ask();
  world.nowMs += 2_000;
  await ask();
  await handOver();
  expect(got()).toEqual(phones(0, 6));
  expect((await one(id)).state).toBe("done");
});

test("variants are tried on some, and everybody else gets the one that more opened", async () => {
  await have(40);
  const variants = [
    { key: "a", template: "1" },
    { key: "b", template: "2" },
  ];
  const test = { share: 5_000, by: "opened", afterMinutes: 60 } as const;
  const id = await send(plain(await list("All", users(0, 40)), { variants, test }));
  await ask();
  await handOver();
  expect(sink.received).toHaveLength(20);
  expect(await one(id)).toMatchObject({ tested: 20, asked: 20, winner: null, waitsUntil: new Date(world.nowMs + HOUR_MS).toISOString() });
  const sent = await engines.db<{ reference: string; variant: string; originId: string }[]>`
    select reference, source_part as variant, origin_id as "originId" from message where workspace_id = ${workspaceId} order by message_id`;
  expect(Object.fromEntries([...Map.groupBy(sent, ({ variant }) => variant)].map(([key, of]) => [key, of.length]))).toEqual({
    a: 10,
    b: 10,
  });
  const who = new Map(users(0, 40).map((name) => [originOf(name), name]));
  world.nowMs += MINUTE_MS;
  const opens = sent.filter(({ variant }, at) => variant === "b" || at < 2);
  await world.append(
    opens.map(({ reference, variant, originId }) =>
      came({
        ids: [user(who.get(originId) ?? "")],
        name: "message_opened",
        properties: { message: reference, source: "broadcast", source_id: id, source_part: variant },
      }),
    ),
  );
  await world.drain();
  await ask();
  expect((await one(id)).winner).toBe(null);
  world.nowMs += HOUR_MS;
  await ask();
  await handOver();
  const { winner, state } = await one(id);
  expect(state).toBe("done");
  expect(winner).toMatchObject({
    key: "b",
    chosenBy: null,
    counts: [
      { key: "a", sent: 10 },
      { key: "b", sent: 10, did: 10 },
    ],
  });
  expect(got()).toEqual(phones(0, 40));
  const [later] = await engines.db<{ count: number }[]>`
    select count(*)::int as count from message where workspace_id = ${workspaceId} and source_part = 'b'`;
  expect(later?.count).toBe(30);
});

test("outside its window nothing is asked for, and a step that fails is tried again behind the others", async () => {
  await have(4);
  const segment = await list("All", users(0, 4));
  const night = await send(plain(segment, { window: { from: "20:00", to: "21:00", weekdays: [] } }));
  await ask();
  expect(await one(night)).toMatchObject({ state: "running", asked: 0, waitsUntil: "2026-07-01T18:00:00.000Z" });
  const broken = await send(plain(segment));
  await engines.db`update broadcast set definition = 'no sealed text' where workspace_id = ${workspaceId} and broadcast_id = ${broken}`;
  const sound = await send(plain(segment));
  world.outlivesFailures = true;
  await ask();
  expect((await one(sound)).state).toBe("done");
  await handOver();
  expect(sink.received).toHaveLength(4);
});

test("what cannot be sent is told by field, and what is sent is not changed", async () => {
  await have(2);
  const segment = await list("All", users(0, 2));
  told = new Map([
    ["1", { ...PUBLISHED, publishedVersion: null }],
    ["2", { ...PUBLISHED, channel: "email" }],
    ["3", { ...PUBLISHED, transactional: true }],
  ]);
  const variants = ["1", "2", "3", "4"].map((template) => ({ key: `v${template}`, template }));
  const test = { share: 1_000, by: "clicked", afterMinutes: 5 } as const;
  const faulty = plain("999999", { without: segment, purpose: "none", begins: "2026-02-30T10:00", variants, test });
  const { faults } = await call(api.checkBroadcast, { body: { definition: faulty } });
  expect(faults.map(({ field, code }) => `${field} ${code}`)).toEqual([
    "segment broadcast.no_such_segment",
    "purpose broadcast.no_such_purpose",
    "begins broadcast.no_such_time",
    "variants.0.template broadcast.template_unpublished",
    "variants.1.template broadcast.other_channel",
    "variants.2.template broadcast.transactional",
    "variants.3.template broadcast.no_such_template",
  ]);
  const { id, edition } = await call(api.createBroadcast, { body: { name: "b", definition: faulty } });
  await expect(call(api.submitBroadcast, { params: { broadcast: id }, body: {} })).rejects.toMatchObject({
    fault: { code: "broadcast.faulty", field: "definition.segment" },
  });
  told = new Map([["1", PUBLISHED]]);
  const save = (baseEdition: number) =>
    call(api.saveBroadcast, { params: { broadcast: id }, body: { name: "b", definition: plain(segment), baseEdition } });
  await save(edition);
  await expect(save(edition)).rejects.toMatchObject({ code: "broadcast.changed_meanwhile" });
  await call(api.submitBroadcast, { params: { broadcast: id }, body: {} });
  await call(api.approveBroadcast, { params: { broadcast: id }, body: {} });
  await expect(save(edition + 1)).rejects.toMatchObject({ code: "broadcast.wrong_state" });
});

test("the erased are taken off the audience, and the audience goes when it is over", async () => {
  await have(3);
  const id = await send(plain(await list("All", users(0, 3)), { perMinute: 1 }));
  await ask();
  const asked = erasureOf(workspaceId, [{ personId: await personOf("u0"), originIds: [originOf("u0")] }]);
  await eraseFrom(engines.db, broadcasts.holder, asked);
  const rows = async (): Promise<number> =>
    (await engines.db<{ count: number }[]>`select count(*)::int as count from broadcast_recipient where workspace_id = ${workspaceId}`)[0]
      ?.count ?? 0;
  expect(await rows()).toBe(2);
  await call(api.cancelBroadcast, { params: { broadcast: id }, body: {} });
  await broadcasts.jobs[0]?.run();
  expect(await rows()).toBe(0);
});
