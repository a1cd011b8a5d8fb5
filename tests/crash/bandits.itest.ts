import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { BUCKETS } from "@terrace/domain/assignment/bucket";
import { eventually, startTerrace } from "@terrace/testkit/terrace";
import { afterAll, beforeAll, expect, test } from "vitest";
import { hoursPass, withState } from "../experiment-time.ts";
import { startMortal, type MortalTerrace } from "./mortal-terrace.ts";

const TURNS = 3;
/** About when a process that has just begun looks for shares that are due, and how much later each time it is killed. */
const LOOKS_AFTER_MS = 2_000;
const LATER_MS = 150;
const EACH = 40;

let data: string;
let terrace: MortalTerrace;
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), "terrace-crash-bandits-"));
  terrace = await startMortal(() => startTerrace({ data }));
});
afterAll(async () => {
  await terrace.now().stop();
  await rm(data, { recursive: true, force: true });
});

const VARIANTS = ["control", "new"] as const;

async function start(): Promise<string> {
  const arms = VARIANTS.map((key) => ({ key, value: key, weight: BUCKETS / 2 }));
  const rules = [{ id: "ab", kind: "experiment", experiment: "card", coverage: BUCKETS, arms }];
  const environments = { production: { on: true, rules } };
  const flag = { type: "string", defaultValue: "control", offValue: "control", environments };
  await terrace.now().api("/flags", { body: { key: "card", name: "Card", definition: flag } });
  const definition = {
    variants: VARIANTS.map((key) => ({ key, name: key, weight: 1 })),
    metrics: [{ of: { metric: "buyers" }, role: "primary" }],
    allocation: { kind: "bandit", everyHours: 1, unitsMin: 20 },
  };
  const { id } = await terrace.now().api<{ id: string }>("/experiments", { body: { key: "card", name: "Card", definition } });
  await terrace.now().api(`/experiments/${id}/move`, { body: { action: "start" } });
  return id;
}

/** People who will have been exposed half an hour after the start, of whom of the new variant more buy. */
async function expose(): Promise<void> {
  const timestamp = new Date(Date.now() - 90 * 60_000).toISOString();
  const batch = VARIANTS.flatMap((variant, arm) =>
    Array.from({ length: EACH }, (_, at) => {
      const exposed = { event: "$exposure", properties: { experiment: "card", variant } };
      const events = at < 4 + arm * 20 ? [exposed, { event: "Order Completed", properties: { revenue: 30 } }] : [exposed];
      return events.map((event) => ({
        type: "track",
        userId: `${variant}-${at}`,
        timestamp,
        messageId: `${event.event} ${variant} ${at}`,
        ...event,
      }));
    }).flat(),
  );
  await terrace.sendSurely(batch);
  await eventually(async () => expect((await terrace.happened({ event: "$exposure" })).events).toBe(2 * EACH));
}

type Period = { readonly period: number; readonly parts: readonly number[] };
const periodsOf = async (id: string): Promise<readonly Period[]> =>
  (await terrace.now().api<{ periods: readonly Period[] }>(`/experiments/${id}/bandit`, { body: {} })).periods;

/** Shares as clients are given them. */
async function weights(): Promise<readonly number[] | undefined> {
  const { url, writeKey } = terrace.now();
  const answer = await fetch(`${url}/api/features/${writeKey}`);
  const { features } = (await answer.json()) as { features: Record<string, { rules?: { weights?: number[] }[] }> };
  return features["card"]?.rules?.[0]?.weights?.map((weight) => Math.round(weight * BUCKETS));
}

const revision = (): Promise<number> =>
  withState(data, async (db) =>
    Number((await db<{ revision: string }[]>`select sum(revision) as revision from flag_revision`)[0]?.revision),
  );

test("kill -9 amid turns of shares: each period is written once, none is lost or stuck, and flags give the last one", async () => {
  const id = await start();
  await expose();
  const before = await revision();
  for (let turn = 1; turn <= TURNS; turn += 1) {
    // The first is due an hour after the start, and each half an hour ago.
    await hoursPass(data, "card", turn === 1 ? 2 : turn === 2 ? 1.5 : 1);
    await sleep(LOOKS_AFTER_MS + (turn - 2) * LATER_MS);
    await terrace.killAndStart();
    await eventually(async () => expect(await periodsOf(id)).toHaveLength(turn + 1));
  }
  const periods = await periodsOf(id);
  expect(periods.map(({ period }) => period)).toEqual(Array.from({ length: TURNS + 1 }, (_, at) => at));
  expect(await revision()).toBe(before + TURNS);
  const last = periods.at(-1)?.parts;
  expect(last).toEqual([500, 9_500]);
  await eventually(async () => expect(await weights()).toEqual(last));
});
