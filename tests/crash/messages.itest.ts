import type { GovernorRules } from "@terrace/domain/governor/rules";
import { writtenObject } from "@terrace/domain/json";
import { inTransaction } from "@terrace/server/platform/storage/postgres";
import { askedMessage, makeKnown, messageParts } from "@terrace/testkit/message-parts";
import { sinkCarrier, startMessageSink, type MessageSink } from "@terrace/testkit/message-sink";
import type { OutboxOrder } from "@terrace/testkit/outbox-process";
import { phone, user } from "@terrace/testkit/people-model";
import { makeWorkspace, startStateEngine, type TestStateEngine } from "@terrace/testkit/state-engine";
import { spawn, type ChildProcess } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, afterEach, expect, test } from "vitest";

const PROCESS = fileURLToPath(new URL("../../packages/testkit/src/outbox-process.ts", import.meta.url));
const KILLS = 24;
const PEOPLE = 400;
const PER_PERSON = 10;
const CAP = 7;
const EVERYTHING = { channel: null, tag: null, purpose: null } as const;
const RULES: GovernorRules = {
  quietHours: [],
  caps: [{ id: "seven", scope: EVERYTHING, most: CAP, period: { kind: "rolling", count: 30, unit: "day" }, action: "drop" }],
  repeatHours: null,
  holidays: "weekends",
};

let engine: TestStateEngine;
let sink: MessageSink;
let children: ChildProcess[] = [];
beforeAll(async () => {
  engine = await startStateEngine();
}, 120_000);
afterAll(() => engine.stop());
beforeEach(async () => {
  sink = await startMessageSink();
  await engine.db`delete from message`;
});
afterEach(async () => {
  for (const child of children) child.kill("SIGKILL");
  children = [];
  await sink.close();
});

async function start(order: Omit<OutboxOrder, "postgres" | "sink">): Promise<ChildProcess> {
  const told: OutboxOrder = { ...order, postgres: engine.address, sink: sink.url };
  const child = spawn(process.execPath, [PROCESS, JSON.stringify(told)], { stdio: ["ignore", "pipe", "inherit"] });
  children.push(child);
  await new Promise<void>((resolve, reject) => {
    child.stdout?.once("data", () => resolve());
    child.once("exit", () => reject(new Error("an outbox did not start")));
  });
  return child;
}

async function fill(): Promise<{ readonly workspaceId: number; readonly keys: readonly string[] }> {
  const workspaceId = await makeWorkspace(engine.db);
  await engine.db`
    insert into governor_rules (workspace_id, version, rules, reason, changed_by, changed_at)
    values (${workspaceId}, 1, ${engine.db.json(writtenObject(RULES))}, '', 'ann', now())`;
  const carrier = sinkCarrier(sink.url, { repeating: "neither", repeatableForMs: null, ratePerSecond: null });
  const { messages, privacy } = messageParts({ db: engine.db, carrier, nowMs: Date.now });
  const people = await makeKnown(
    { db: engine.db, privacy },
    workspaceId,
    Array.from({ length: PEOPLE }, (_, n) => ({ ids: [user(`u${n}`), phone(`+86138${String(10_000_000 + n)}`)] })),
  );
  const asked = people.flatMap((originId, n) =>
    Array.from({ length: PER_PERSON }, (_, m) => askedMessage({ key: `${n}-${m}`, originId, template: `t${m}`, priority: 1 + (m % 9) })),
  );
  await inTransaction(engine.db, (tx) => messages.ask(tx, workspaceId, asked));
  return { workspaceId, keys: asked.map(({ key }) => key) };
}

type Row = { readonly key: string; readonly reference: string; readonly state: string; readonly originId: string };
const rowsOf = (workspaceId: number) =>
  engine.db<Row[]>`select key, reference, state, origin_id as "originId" from message where workspace_id = ${workspaceId}`;

/** Kills one of two processes again and again while messages go out, then lets others finish, and answers what became of each. */
async function storm(
  provider: OutboxOrder["provider"],
): Promise<{ readonly rows: readonly Row[]; readonly times: ReadonlyMap<string, number> }> {
  const { workspaceId, keys } = await fill();
  // Slow enough that there is something to kill at each time.
  const paced = { ...provider, ratePerSecond: 400 };
  let pair = [await start({ provider: paced, aheadMs: 0 }), await start({ provider: paced, aheadMs: 0 })];
  for (let kill = 0; kill < KILLS; kill += 1) {
    const before = sink.received.length;
    // A kill counts when messages are on their way: at least one more arrived since the last.
    for (let tries = 0; sink.received.length === before && tries < 200 && (await waitingIn(workspaceId)) > 0; tries += 1) await sleep(20);
    pair[kill % 2]?.kill("SIGKILL");
    const next = await start({ provider: paced, aheadMs: 0 });
    pair = pair.map((child, n) => (n === kill % 2 ? next : child));
  }
  for (const child of pair) child.kill("SIGKILL");
  // Whoever comes later finds the leases over.
  for (const aheadMs of [60_000, 60_000]) await start({ provider, aheadMs });
  for (let tries = 0; (await waitingIn(workspaceId)) > 0; tries += 1) {
    if (tries > 1_200) throw new Error("messages are stuck");
    await sleep(100);
  }
  const rows = await rowsOf(workspaceId);
  expect(rows.map(({ key }) => key).toSorted()).toEqual([...keys].toSorted());
  const times = new Map([...Map.groupBy(sink.received, ({ reference }) => reference)].map(([reference, own]) => [reference, own.length]));
  return { rows, times };
}

async function waitingIn(workspaceId: number): Promise<number> {
  const [row] = await engine.db<{ count: number }[]>`
    select count(*)::int as count from message where workspace_id = ${workspaceId} and state in ('waiting', 'sending')`;
  return row?.count ?? 0;
}

test("where nothing may be repeated, each message reaches the sink at most once: what is sent was taken, and whose end nobody knows is unknown", async () => {
  const { rows, times } = await storm({ repeating: "neither", repeatableForMs: null, ratePerSecond: null });
  expect(Math.max(...times.values())).toBe(1);
  expect(rows.filter(({ state }) => !["sent", "unknown", "blocked"].includes(state))).toEqual([]);
  for (const { state, reference } of rows) {
    if (state === "sent") expect(times.get(reference)).toBe(1);
    if (state === "blocked") expect(times.get(reference)).toBeUndefined();
  }
  // Whatever left has room in the cap, also what nobody knows the end of.
  const left = Map.groupBy(
    rows.filter(({ state }) => state !== "blocked"),
    ({ originId }) => originId,
  );
  expect([...left.values()].map((own) => own.length)).toEqual([...left].map(() => CAP));
  expect(left.size).toBe(PEOPLE);
}, 400_000);

test("where a reference is taken once, every message that is let go arrives, and none is unknown", async () => {
  const { rows, times } = await storm({ repeating: "idempotent", repeatableForMs: null, ratePerSecond: null });
  const sent = rows.filter(({ state }) => state === "sent");
  expect(sent.length).toBe(PEOPLE * CAP);
  expect(rows.length - sent.length).toBe(rows.filter(({ state }) => state === "blocked").length);
  for (const { reference } of sent) expect(times.has(reference)).toBe(true);
  expect(times.size).toBe(sent.length);
}, 400_000);
