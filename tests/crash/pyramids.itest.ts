import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { inBoth, pyramidLayer } from "@terrace/testkit/pyramid-layers";
import { eventually, startTerrace } from "@terrace/testkit/terrace";
import { afterAll, beforeAll, expect, test } from "vitest";
import { person } from "../sdk/arrivals.ts";
import { startMortal, type Happened, type MortalTerrace } from "./mortal-terrace.ts";

const KILLS = Number(process.env["TERRACE_KILLS"] ?? 4);
/** People who were there before the pyramid, and those who come while the process is killed. */
const BEFORE = 500;
const AFTER = 800;
const PER_BATCH = 40;
const BETWEEN_BATCHES_MS = 60;
const IN_TIME_MS = 120_000;

let data: string;
let terrace: MortalTerrace;
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), "terrace-crash-pyramids-"));
  terrace = await startMortal(() => startTerrace({ data }));
});
afterAll(async () => {
  await terrace.now().stop();
  await rm(data, { recursive: true, force: true });
});

const bought = (name: string, time: number) => ({ type: "track", event: "Bought", userId: name, messageId: `${name}-${time}` });

const told = (end: "from" | "to"): Promise<Happened> =>
  terrace.happened({
    event: "$class_changed",
    where: {
      all: [
        { property: "class", is: ["layer"] },
        { property: end, is: ["once"] },
      ],
    },
  });

type Pyramid = { readonly live: boolean; readonly layers: readonly { readonly people: number }[] };
const pyramid = (): Promise<Pyramid> => terrace.now().api<Pyramid>("/pyramids/main");
const sizes = async (): Promise<readonly number[]> => (await pyramid()).layers.map(({ people }) => people);

test("kill -9 amid promotion and demotion: whoever comes into a layer that people keep, or leaves it, does so once and is told of once", async () => {
  await terrace.sendSurely(Array.from({ length: BEFORE }, (_, index) => bought(`old-${index}`, 1)));
  await eventually(async () => expect(await terrace.happened({ event: "Bought" })).toEqual({ events: BEFORE, people: BEFORE }), IN_TIME_MS);
  // Who bought once stands, because of the minimum that no review has asked for yet; who buys again leaves.
  const once = {
    rule: { did: { event: "Bought" }, count: { op: "eq" as const, value: 1 } },
    demotion: { lapse: { graceDays: 0 }, minimum: { atLeast: 1, months: 12, graceDays: 0 } },
  };
  const body = {
    name: inBoth("Pyramid"),
    reviewDay: 28,
    contribution: { unit: inBoth("points"), items: [{ event: { event: "Bought" }, property: null, weight: 1 }] },
    layers: [pyramidLayer("once", once), pyramidLayer("rest")],
  };
  await terrace.now().api("/pyramids/main", { method: "PUT", body });
  // Killed while its people are found and it begins to be kept.
  await terrace.killAndStart();
  await eventually(async () => {
    expect((await pyramid()).live).toBe(true);
    expect(await sizes()).toEqual([BEFORE, 0]);
  }, IN_TIME_MS);

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
      expect(await sizes()).toEqual(time === 1 ? [BEFORE + AFTER, 0] : [BEFORE, AFTER]);
      expect(await told("to")).toEqual(everyone);
      expect(await told("from")).toEqual(time === 1 ? { events: 0, people: 0 } : everyone);
    }, IN_TIME_MS);
  }
  // Who is known for the first time is in the last layer until the keeper has looked: each came from there, or from nowhere.
  for (const index of [0, 1, PER_BATCH, AFTER - 1]) {
    const { id } = await person(terrace.now(), "user_id", `new-${index}`);
    const { items } = await terrace.now().api<{
      items: readonly { readonly history: readonly { readonly to: string; readonly why: string }[] }[];
    }>(`/people/${id}/pyramids`);
    const moves = items[0]?.history.map(({ to, why }) => `${to} ${why}`);
    expect(moves?.slice(0, 2)).toEqual(["rest lapsed", "once condition"]);
    expect(moves?.length).toBeLessThanOrEqual(3);
  }
});
