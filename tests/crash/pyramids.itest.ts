import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { eventually, startTerrace, type TestTerrace } from "@terrace/testkit/terrace";
import { afterAll, beforeAll, expect, test } from "vitest";
import { person } from "../sdk/arrivals.ts";

const KILLS = Number(process.env["TERRACE_KILLS"] ?? 4);
/** People who were there before the pyramid, and those who come while the process is killed. */
const BEFORE = 500;
const AFTER = 800;
const PER_BATCH = 40;
const BETWEEN_BATCHES_MS = 60;
const IN_TIME_MS = 120_000;

let data: string;
let terrace: TestTerrace;
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), "terrace-crash-pyramids-"));
  terrace = await startTerrace({ data });
});
afterAll(async () => {
  await terrace.stop();
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

const told = (end: "from" | "to"): Promise<Happened> =>
  happened({
    event: "$class_changed",
    where: {
      all: [
        { property: "class", is: ["layer"] },
        { property: end, is: ["once"] },
      ],
    },
  });

const words = (text: string) => ({ zh: text, en: text });
const layer = (key: string, part: object = {}) => ({
  key,
  name: words(key),
  rule: null,
  role: "",
  playbook: "",
  owners: [],
  benefits: [],
  badge: { label: words(key), tone: "green", icon: null },
  promotion: "at_once",
  demotion: { lapse: { graceDays: 0 }, minimum: null },
  ...part,
});
type Pyramid = { readonly live: boolean; readonly layers: readonly { readonly people: number }[] };
const pyramid = (): Promise<Pyramid> => terrace.api<Pyramid>("/pyramids/main");
const sizes = async (): Promise<readonly number[]> => (await pyramid()).layers.map(({ people }) => people);

/** Kills the process at odd moments; whoever sends goes on. */
async function killNowAndThen(most: number, stopped: () => boolean): Promise<number> {
  let kills = 0;
  while (kills < most && !stopped()) {
    await sleep(600 + 331 * kills);
    await terrace.kill();
    terrace = await startTerrace({ data });
    kills += 1;
  }
  return kills;
}

test("kill -9 amid promotion and demotion: whoever comes into a layer that people keep, or leaves it, does so once and is told of once", async () => {
  await sendSurely(Array.from({ length: BEFORE }, (_, index) => bought(`old-${index}`, 1)));
  await eventually(async () => expect(await happened({ event: "Bought" })).toEqual({ events: BEFORE, people: BEFORE }), IN_TIME_MS);
  // Who bought once stands, because of the minimum that no review has asked for yet; who buys again leaves.
  const once = {
    rule: { did: { event: "Bought" }, count: { op: "eq", value: 1 } },
    demotion: { lapse: { graceDays: 0 }, minimum: { atLeast: 1, months: 12, graceDays: 0 } },
  };
  const body = {
    name: words("Pyramid"),
    reviewDay: 28,
    contribution: { unit: words("points"), items: [{ event: { event: "Bought" }, property: null, weight: 1 }] },
    layers: [layer("once", once), layer("rest")],
  };
  await terrace.api("/pyramids/main", { method: "PUT", body });
  // Killed while its people are found and it begins to be kept.
  await terrace.kill();
  terrace = await startTerrace({ data });
  await eventually(async () => {
    expect((await pyramid()).live).toBe(true);
    expect(await sizes()).toEqual([BEFORE, 0]);
  }, IN_TIME_MS);

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
      expect(await sizes()).toEqual(time === 1 ? [BEFORE + AFTER, 0] : [BEFORE, AFTER]);
      expect(await told("to")).toEqual(everyone);
      expect(await told("from")).toEqual(time === 1 ? { events: 0, people: 0 } : everyone);
    }, IN_TIME_MS);
  }
  // Who is known for the first time is in the last layer until the keeper has looked: each came from there, or from nowhere.
  for (const index of [0, 1, PER_BATCH, AFTER - 1]) {
    const { id } = await person(terrace, "user_id", `new-${index}`);
    const { items } = await terrace.api<{
      items: readonly { readonly history: readonly { readonly to: string; readonly why: string }[] }[];
    }>(`/people/${id}/pyramids`);
    const moves = items[0]?.history.map(({ to, why }) => `${to} ${why}`);
    expect(moves?.slice(0, 2)).toEqual(["rest lapsed", "once condition"]);
    expect(moves?.length).toBeLessThanOrEqual(3);
  }
});
