import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { eventually, startTerrace, type TestTerrace } from "@terrace/testkit/terrace";
import { afterAll, beforeAll, expect, test } from "vitest";

const KILLS = Number(process.env["TERRACE_KILLS"] ?? 4);
/** People who were there before the segments, and those who come while the process is killed. */
const BEFORE = 3_000;
const AFTER = 1_500;
const PER_BATCH = 50;
const BETWEEN_BATCHES_MS = 60;
const IN_TIME_MS = 120_000;

let data: string;
let terrace: TestTerrace;
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
  terrace = await start();
});
afterAll(async () => {
  await terrace.stop();
  receiver.closeAllConnections();
  receiver.close();
  await rm(data, { recursive: true, force: true });
});

const bought = (name: string, time: number) => ({ type: "track", event: "Bought", userId: name, messageId: `${name}-${time}` });

/** Sends the same again until it is taken: the process may be dead. */
async function sendSurely(batch: readonly unknown[]): Promise<void> {
  for (;;) {
    try {
      await terrace.send(batch);
      return;
    } catch {
      await sleep(100);
    }
  }
}

type Segment = { readonly id: string; readonly size: number; readonly live: { readonly stage: string } };
const segment = (id: string): Promise<Segment> => terrace.api<Segment>(`/segments/${id}`);
async function make(name: string, rule: object): Promise<string> {
  return (await terrace.api<Segment>("/segments", { body: { name, rule } })).id;
}

type Happened = { readonly events: number; readonly people: number };

/** How many events there are of a kind, and of how many people. */
async function happened(event: object): Promise<Happened> {
  const { lines } = await terrace.api<{ lines: readonly { readonly total: number | null }[] }>("/insight/trends", {
    body: {
      period: { last: 3, unit: "day" },
      series: [
        { event, measure: { kind: "events" } },
        { event, measure: { kind: "people" } },
      ],
    },
  });
  return { events: lines[0]?.total ?? 0, people: lines[1]?.total ?? 0 };
}

const told = (event: string, id: string): Promise<Happened> => happened({ event, where: { property: "segment", is: [id] } });

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

/** Kills the process at odd moments; whoever sends goes on. */
async function killNowAndThen(most: number, stopped: () => boolean): Promise<number> {
  let kills = 0;
  while (kills < most && !stopped()) {
    await sleep(700 + 431 * kills);
    await terrace.kill();
    terrace = await start();
    kills += 1;
  }
  return kills;
}

test("kill -9 while segments are filled, settled and live: everyone who enters or leaves does so once and is told of once", async () => {
  for (let from = 0; from < BEFORE; from += 500)
    await sendSurely(Array.from({ length: 500 }, (_, index) => bought(`old-${from + index}`, 1)));
  // Whoever is not known yet when a segment is live comes in, which is told.
  await eventually(async () => expect(await happened({ event: "Bought" })).toEqual({ events: BEFORE, people: BEFORE }), IN_TIME_MS);
  const { port } = receiver.address() as AddressInfo;
  await terrace.api("/webhooks", {
    body: { name: "Own system", address: `http://127.0.0.1:${port}/`, events: ["$segment_entered", "$segment_left"] },
  });
  const ever = await make("Ever", { did: { event: "Bought" } });
  const once = await make("Once", { did: { event: "Bought" }, count: { op: "eq", value: 1 } });
  // Killed while it is filled and while everyone is evaluated.
  await terrace.kill();
  terrace = await start();
  await eventually(async () => expect((await segment(ever)).live.stage).toBe("live"), IN_TIME_MS);
  await eventually(async () => expect(await segment(once)).toMatchObject({ size: BEFORE, live: { stage: "live" } }), IN_TIME_MS);

  const newcomers = Array.from({ length: AFTER }, (_, index) => `new-${index}`).toSorted();

  // Each comes in with the first, and leaves with the second: not before everyone was seen with one.
  const everyone = { events: AFTER, people: AFTER };
  for (const time of [1, 2]) {
    let sent = false;
    const killing = killNowAndThen(Math.ceil(KILLS / 2), () => sent);
    for (let from = 0; from < AFTER; from += PER_BATCH) {
      await sendSurely(Array.from({ length: PER_BATCH }, (_, index) => bought(`new-${from + index}`, time)));
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
