import { attachPostgres } from "@terrace/server/platform/engines/attach-postgres";
import { openPostgres } from "@terrace/server/platform/storage/postgres";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { eventually, startTerrace, type TestTerrace } from "@terrace/testkit/terrace";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startMortal, type Happened, type MortalTerrace } from "./mortal-terrace.ts";

const KILLS = Number(process.env["TERRACE_KILLS"] ?? 4);
/** People who were there before the segments, and those who come while the process is killed. */
const BEFORE = 3_000;
const AFTER = 1_500;
const PER_BATCH = 50;
const BETWEEN_BATCHES_MS = 60;
const IN_TIME_MS = 120_000;

let data: string;
let terrace: MortalTerrace;
/** An own system that is told who comes and goes: what each message said, by its id. */
const heard = new Map<string, Set<string>>();
const receiver = createServer((request, response) => {
  let body = "";
  request.on("data", (chunk) => (body += String(chunk)));
  request.on("end", () => {
    const id = String(request.headers["webhook-id"]);
    heard.set(id, (heard.get(id) ?? new Set()).add(body));
    response.writeHead(200).end();
  });
});
const start = (): Promise<TestTerrace> => startTerrace({ data, env: { TERRACE_OUTBOUND_ALLOW: "127.0.0.1" } });
beforeAll(async () => {
  await new Promise<void>((resolve) => {
    receiver.listen(0, "127.0.0.1", resolve);
  });
  data = await mkdtemp(join(tmpdir(), "terrace-crash-segments-"));
  terrace = await startMortal(start);
  const { port } = receiver.address() as AddressInfo;
  await terrace.now().api("/webhooks", {
    body: { name: "Own system", address: `http://127.0.0.1:${port}/`, events: ["$segment_entered", "$segment_left"] },
  });
});
afterAll(async () => {
  await terrace.now().stop();
  receiver.closeAllConnections();
  receiver.close();
  await rm(data, { recursive: true, force: true });
});

const bought = (name: string, time: number) => ({ type: "track", event: "Bought", userId: name, messageId: `${name}-${time}` });

type Segment = { readonly id: string; readonly size: number; readonly live: { readonly stage: string } };
const segment = (id: string): Promise<Segment> => terrace.now().api<Segment>(`/segments/${id}`);
async function make(name: string, rule: object, schedule?: object): Promise<string> {
  return (await terrace.now().api<Segment>("/segments", { body: { name, rule, schedule } })).id;
}

const told = (event: string, id: string): Promise<Happened> => terrace.happened({ event, where: { property: "segment", is: [id] } });

type Message = {
  readonly type: string;
  readonly data: { readonly ids: readonly { readonly value: string }[]; readonly properties: { readonly segment: string } };
};

/** Who was said to come into a segment, or to leave it, one for each message. */
function namesHeard(event: string, id: string): readonly string[] {
  return [...heard.values()].flatMap((bodies) => {
    const [body = "{}"] = bodies;
    // What the guide of webhooks says.
    const { type, data: about } = JSON.parse(body) as Message;
    return type === event && about.properties.segment === id ? about.ids.map(({ value }) => value) : [];
  });
}

test("kill -9 while segments are filled, settled and live: everyone who enters or leaves does so once and is told of once", async () => {
  for (let from = 0; from < BEFORE; from += 500)
    await terrace.sendSurely(Array.from({ length: 500 }, (_, index) => bought(`old-${from + index}`, 1)));
  // Whoever is not known yet when a segment is live comes in, which is told.
  await eventually(async () => expect(await terrace.happened({ event: "Bought" })).toEqual({ events: BEFORE, people: BEFORE }), IN_TIME_MS);
  const ever = await make("Ever", { did: { event: "Bought" } });
  const once = await make("Once", { did: { event: "Bought" }, count: { op: "eq", value: 1 } });
  // Killed while it is filled and while everyone is evaluated.
  await terrace.killAndStart();
  await eventually(async () => expect((await segment(ever)).live.stage).toBe("live"), IN_TIME_MS);
  await eventually(async () => expect(await segment(once)).toMatchObject({ size: BEFORE, live: { stage: "live" } }), IN_TIME_MS);

  const newcomers = Array.from({ length: AFTER }, (_, index) => `new-${index}`).toSorted();

  // Each comes in with the first, and leaves with the second: not before everyone was seen with one.
  const everyone = { events: AFTER, people: AFTER };
  for (const time of [1, 2]) {
    let sent = false;
    const killing = terrace.killNowAndThen(Math.ceil(KILLS / 2), () => sent);
    for (let from = 0; from < AFTER; from += PER_BATCH) {
      await terrace.sendSurely(Array.from({ length: PER_BATCH }, (_, index) => bought(`new-${from + index}`, time)));
      await sleep(BETWEEN_BATCHES_MS);
    }
    sent = true;
    expect(await killing).toBeGreaterThan(0);
    await eventually(async () => {
      expect(await told("$segment_entered", once)).toEqual(everyone);
      expect(await told("$segment_left", once)).toEqual(time === 1 ? { events: 0, people: 0 } : everyone);
      expect(await told("$segment_entered", ever)).toEqual(everyone);
      expect(await segment(ever)).toMatchObject({ size: BEFORE + AFTER });
      expect(await segment(once)).toMatchObject({ size: time === 1 ? BEFORE + AFTER : BEFORE });
    }, IN_TIME_MS);
  }
  // Over all kills the own system heard of each once: a message that came again is the same under the same id.
  await eventually(() => {
    expect(namesHeard("$segment_entered", once).toSorted()).toEqual(newcomers);
    expect(namesHeard("$segment_left", once).toSorted()).toEqual(newcomers);
    expect(namesHeard("$segment_entered", ever).toSorted()).toEqual(newcomers);
    return Promise.resolve();
  }, 3 * IN_TIME_MS);
  for (const bodies of heard.values()) expect(bodies.size).toBe(1);
});

const BUYERS = 600;
const TOP = 200;
/** Instants after the time of a reckoning has come at which the process is killed: before it, amid it and while it is told. */
const killedAfterMs = (round: number): number => 150 + ((200 * (round - 1)) % 1_200);

test("kill -9 while it is reckoned who stands where among all: each comes and goes once, is told of once, and those are in who pay the most", async () => {
  const paid = new Map<string, number>();
  const pay = async (index: number, amount: number, round: number): Promise<void> => {
    const payers = Array.from({ length: TOP }, (_, of) => `buyer-${index + of}`);
    await terrace.sendSurely(
      payers.map((userId) => ({ type: "track", event: "Paid", userId, messageId: `${userId}-${round}`, properties: { amount } })),
    );
    for (const payer of payers) paid.set(payer, (paid.get(payer) ?? 0) + amount);
    const events = BUYERS + TOP * round;
    if (round > 0)
      await eventually(async () => expect(await terrace.happened({ event: "Paid" })).toEqual({ events, people: BUYERS }), IN_TIME_MS);
  };
  for (let from = 0; from < BUYERS; from += TOP) await pay(from, 1 + from, 0);
  await eventually(async () => expect(await terrace.happened({ event: "Paid" })).toEqual({ events: BUYERS, people: BUYERS }), IN_TIME_MS);
  const id = await make(
    "Best",
    { population: { did: { event: "Paid" }, measure: { kind: "sum", property: "amount" } }, stands: { top: { people: TOP } } },
    { everyMinutes: 10_080 },
  );
  await eventually(async () => expect(await segment(id)).toMatchObject({ size: TOP, live: { stage: "live" } }), IN_TIME_MS);

  const entered: string[] = [];
  const left: string[] = [];
  let best = bestOf(paid);
  for (let round = 1; round <= KILLS; round += 1) {
    // Each time the people of another third pay more than anybody did.
    await pay(((round - 1) % 3) * TOP, 10_000 * round, round);
    await comesDue(id);
    await sleep(killedAfterMs(round));
    await terrace.killAndStart();
    const now = bestOf(paid);
    entered.push(...[...now].filter((name) => !best.has(name)));
    left.push(...[...best].filter((name) => !now.has(name)));
    best = now;
    await eventually(async () => {
      expect(await told("$segment_entered", id)).toEqual({ events: entered.length, people: new Set(entered).size });
      expect(await told("$segment_left", id)).toEqual({ events: left.length, people: new Set(left).size });
    }, IN_TIME_MS);
    const { items } = await terrace
      .now()
      .api<{ items: readonly { readonly displayName: string }[] }>(`/segments/${id}/people?limit=${TOP}`);
    expect(items.map(({ displayName }) => displayName).toSorted()).toEqual([...best].toSorted());
    expect(await segment(id)).toMatchObject({ size: TOP });
  }
  expect(entered.length).toBe(TOP * KILLS);
  await eventually(() => {
    expect(namesHeard("$segment_entered", id).toSorted()).toEqual(entered.toSorted());
    expect(namesHeard("$segment_left", id).toSorted()).toEqual(left.toSorted());
    return Promise.resolve();
  }, 3 * IN_TIME_MS);
  for (const bodies of heard.values()) expect(bodies.size).toBe(1);
});

/** Whoever has fewer than so many before them, by counting. */
function bestOf(paid: ReadonlyMap<string, number>): ReadonlySet<string> {
  const amounts = [...paid.values()];
  return new Set([...paid].flatMap(([name, own]) => (amounts.filter((amount) => amount > own).length < TOP ? [name] : [])));
}

/** As if a week had gone by. */
async function comesDue(segmentId: string): Promise<void> {
  const quiet = () => undefined;
  const engine = await attachPostgres(data, { info: quiet, warn: quiet, error: quiet });
  const db = openPostgres(engine.address, { connectionsMax: 1, name: "test" });
  const moved = await db`
    update segment_standing t set next_at = now() from segment_rule r
    where r.workspace_id = t.workspace_id and r.segment_id = ${segmentId} and t.segment_id = any(r.standings)`;
  await db.end({ timeout: 2 });
  await engine.close();
  expect(moved.count).toBe(1);
}
