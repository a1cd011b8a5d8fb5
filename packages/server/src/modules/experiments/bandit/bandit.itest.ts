import { experimentBandit } from "@terrace/contract/api/experiment-bandit";
import { experimentNovelty } from "@terrace/contract/api/experiment-readings";
import * as api from "@terrace/contract/api/experiments";
import type { RouteContract } from "@terrace/contract/route";
import { startBothEngines, type TestEngines } from "@terrace/testkit/both-engines";
import type { CallInput } from "@terrace/testkit/call-route";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { ExperimentDeps } from "../experiment-deps.ts";
import { experimentsOn } from "../experiments.suite.ts";
import { keepDays } from "../keep-days.ts";
import { loadStandings } from "../module.ts";
import { createTurningShares } from "./turn-shares.ts";

const HOUR_MS = 3_600_000;
const START_MS = Date.parse("2026-03-20T10:00:00+08:00");

let engines: TestEngines;
let ground: ReturnType<typeof experimentsOn>;
let workspaceId = 0;
let nowMs = START_MS;

beforeAll(async () => {
  engines = await startBothEngines();
  ground = experimentsOn({ engines, workspaceId: () => workspaceId, nowMs: () => nowMs });
}, 120_000);
afterAll(async () => {
  await ground.insight.stop();
  await engines.stop();
});
beforeEach(async () => {
  const [made] = await engines.db<{ id: number }[]>`insert into workspace (name) values ('bandits') returning workspace_id as id`;
  workspaceId = made?.id ?? 0;
  nowMs = START_MS;
});

const deps = (): ExperimentDeps => ground.deps;
const call = <C extends RouteContract>(contract: C, input: CallInput<C> = {}) => ground.call(contract, input);
const turn = (of = deps()): Promise<void> => createTurningShares()(of, new AbortController().signal);

const DEFINITION: api.ExperimentBody["definition"] = {
  variants: [
    { key: "control", name: "旧版", weight: 3 },
    { key: "new", name: "新版", weight: 1 },
  ],
  metrics: [{ of: { metric: "buyers" }, role: "primary" }],
  allocation: { kind: "bandit", exploration: 0.2, everyHours: 24 },
};
const body = (definition: Partial<api.ExperimentBody["definition"]> = {}): api.ExperimentBody => ({
  key: "card",
  name: "卡片",
  definition: { ...DEFINITION, ...definition },
});

async function started(): Promise<string> {
  const { id } = await call(api.createExperiment, { body: body() });
  await call(api.moveExperiment, { params: { experiment: id }, body: { action: "start" } });
  return id;
}

type Came = { readonly variant: string; readonly people: number; readonly buying: number; readonly hour: number; readonly period?: number };

/** People exposed so many hours after the start, some of whom buy at once. */
async function come(groups: readonly Came[]): Promise<void> {
  const text = (ms: number): string => new Date(ms).toISOString().replace("T", " ").slice(0, 23);
  const values = groups.flatMap(({ variant, people, buying, hour, period }, group) =>
    Array.from({ length: people }, (_, index) => {
      const who = (hour + 1) * 1_000_000 + group * 100_000 + index + 1;
      const event = (name: string, properties: object) => ({
        workspace_id: workspaceId,
        origin_id: String(who),
        name,
        time: text(START_MS + hour * HOUR_MS),
        received_at: text(START_MS + hour * HOUR_MS),
        message_id: `${name}${who}`,
        event_id: `e-1-${name}${who}`,
        source: "import",
        properties,
      });
      const exposed = event("$exposure", { experiment: "card", variant, ...(period === undefined ? {} : { period }) });
      return index < buying ? [exposed, event("Order Completed", { revenue: 10 })] : [exposed];
    }).flat(),
  );
  await engines.warehouse.client.insert({
    table: "events",
    format: "JSONEachRow",
    clickhouse_settings: { distributed_foreground_insert: 1, insert_deduplicate: 0 },
    values,
  });
}

const weightsNow = async () => (await loadStandings(engines.db, workspaceId)).get("card")?.weights;

test("shares begin even, follow the figures once a period however many reckon them, reach flags, and end at the stop", async () => {
  const id = await started();
  expect(await weightsNow()).toEqual({ control: 5_000, new: 5_000 });
  await come([
    { variant: "control", people: 400, buying: 40, hour: 1 },
    { variant: "new", people: 400, buying: 100, hour: 1 },
    // After the instant that shares are reckoned as of.
    { variant: "control", people: 100, buying: 100, hour: 24 },
  ]);
  nowMs = START_MS + 24 * HOUR_MS + 599_999;
  await turn();
  expect(await weightsNow()).toEqual({ control: 5_000, new: 5_000 });
  nowMs += 60_000;
  const revision = async () => (await engines.db`select revision from flag_revision where workspace_id = ${workspaceId}`)[0]?.["revision"];
  const before = await revision();
  // One dies while it reckons; two others, and it once more, come to the same.
  const dies: ExperimentDeps = { ...deps(), insight: { run: () => Promise.reject(new Error("killed")) } };
  await turn(dies);
  expect(await weightsNow()).toEqual({ control: 5_000, new: 5_000 });
  await Promise.all([turn(), turn(), turn()]);
  await turn();
  expect(await weightsNow()).toEqual({ control: 1_000, new: 9_000 });
  expect(Number(await revision())).toBe(Number(before) + 1);
  const { periods, nextAt } = await call(experimentBandit, { params: { experiment: id }, body: {} });
  expect(periods.map(({ period, parts, moved }) => [period, parts, moved])).toEqual([
    [0, [5_000, 5_000], 0],
    [1, [1_000, 9_000], 4_000],
  ]);
  expect(periods[1]).toMatchObject({
    from: new Date(nowMs).toISOString(),
    readUntil: new Date(START_MS + 24 * HOUR_MS).toISOString(),
    known: [
      { n: 400, mean: expect.closeTo(0.1, 9), best: 0 },
      { n: 400, mean: expect.closeTo(0.25, 9), best: 1, loss: 0 },
    ],
  });
  expect(nextAt).toBe(new Date(START_MS + 48 * HOUR_MS).toISOString());
  // Three periods were missed: the old shares were in force, and one new period begins now, by what was known at the last of them.
  await come([
    { variant: "control", people: 44, buying: 4, hour: 90 },
    { variant: "new", people: 400, buying: 100, hour: 90 },
    { variant: "new", people: 400, buying: 400, hour: 97 },
  ]);
  nowMs = START_MS + 100 * HOUR_MS;
  await turn();
  const late = await call(experimentBandit, { params: { experiment: id }, body: {} });
  expect([late.periods.length, late.nextAt]).toEqual([3, new Date(START_MS + 120 * HOUR_MS).toISOString()]);
  expect(late.periods.at(-1)).toMatchObject({
    readUntil: new Date(START_MS + 96 * HOUR_MS).toISOString(),
    known: [{ n: 544 }, { n: 800 }],
  });
  await call(api.moveExperiment, { params: { experiment: id }, body: { action: "pause" } });
  nowMs = START_MS + 130 * HOUR_MS;
  await turn();
  await call(api.stopExperiment, { params: { experiment: id }, body: {} });
  await turn();
  expect(await call(experimentBandit, { params: { experiment: id }, body: {} })).toMatchObject({ nextAt: null, periods: { length: 3 } });
});

test("results compare within periods, judge the split by each period's shares, and say what was won", async () => {
  const id = await started();
  const params = { experiment: id };
  await come([
    { variant: "control", people: 400, buying: 40, hour: 1 },
    { variant: "new", people: 400, buying: 100, hour: 1 },
  ]);
  nowMs = START_MS + 25 * HOUR_MS;
  await turn();
  expect(await weightsNow()).toEqual({ control: 1_000, new: 9_000 });
  // The next day everybody buys more often, in both variants alike.
  await come([
    { variant: "control", people: 80, buying: 40, hour: 30 },
    { variant: "new", people: 720, buying: 468, hour: 30 },
  ]);
  nowMs = START_MS + 40 * HOUR_MS;
  const told = await call(experimentBandit, { params, body: {} });
  expect(told.split).toMatchObject({ p: 1, blocks: false });
  expect(told.arms).toMatchObject([
    { variant: "control", part: 1_000, people: 480, expected: 480, value: expect.closeTo(0.3, 9), naive: expect.closeTo(80 / 480, 9) },
    { variant: "new", part: 9_000, people: 1_120, expected: 1_120, value: expect.closeTo(0.45, 9), naive: expect.closeTo(568 / 1_120, 9) },
  ]);
  expect(told.periods.map(({ people }) => people)).toEqual([
    [400, 400],
    [80, 720],
  ]);
  // 648 bought; with even shares 400 × 0.1 + 400 × 0.25 and 400 × 0.5 + 400 × 0.65 would have.
  expect(told.won).toMatchObject({ estimate: expect.closeTo(648 - 600, 6), n: 1_600 });
  const results = await call(api.experimentResults, { params, body: { breakdown: { by: { property: "variant" } } } });
  expect(results.split).toMatchObject({ p: 1 });
  expect(results.metrics[0]?.variants.map(({ value }) => value)).toEqual([expect.closeTo(0.3, 9), expect.closeTo(0.45, 9)]);
  expect(results.metrics[0]?.variants[1]?.effect?.estimate).toBeCloseTo(0.5, 9);
  await expect(call(experimentNovelty, { params, body: {} })).rejects.toMatchObject({ fault: { code: "experiment.allocation_unfit" } });
  await keepDays(deps(), new AbortController().signal);
  const { days } = await call(api.listExperimentDays, { params });
  expect(days.at(-1)?.split).toMatchObject({ p: 1 });
});

test("clients that draw by older shares spoil neither the split nor the means, since exposures say by which shares they were drawn", async () => {
  const id = await started();
  await come([
    { variant: "control", people: 400, buying: 40, hour: 1, period: 0 },
    { variant: "new", people: 400, buying: 100, hour: 1, period: 0 },
  ]);
  nowMs = START_MS + 25 * HOUR_MS;
  await turn();
  expect(await weightsNow()).toEqual({ control: 1_000, new: 9_000 });
  // Of 4,000 people on the next day, when everybody buys more often, 5 in 100 come with yesterday's shares.
  await come([
    { variant: "control", people: 380, buying: 190, hour: 26, period: 1 },
    { variant: "new", people: 3_420, buying: 2_223, hour: 26, period: 1 },
    { variant: "control", people: 100, buying: 50, hour: 27, period: 0 },
    { variant: "new", people: 100, buying: 65, hour: 27, period: 0 },
  ]);
  nowMs = START_MS + 40 * HOUR_MS;
  const params = { experiment: id };
  const told = await call(experimentBandit, { params, body: {} });
  expect(told.split).toMatchObject({ p: 1, blocks: false });
  expect(told.periods.map(({ people }) => people)).toEqual([
    [500, 500],
    [380, 3_420],
  ]);
  const results = await call(api.experimentResults, { params, body: {} });
  expect(results.verdict).toEqual({ kind: "wins", variant: "new" });
  // (1,000 × 90 ÷ 500 + 3,800 × 0.5) ÷ 4,800, and with 165 ÷ 500 and 0.65.
  expect(results.metrics[0]?.variants.map(({ value }) => value)).toEqual([
    expect.closeTo((1_000 * (90 / 500) + 3_800 * 0.5) / 4_800, 9),
    expect.closeTo((1_000 * (165 / 500) + 3_800 * 0.65) / 4_800, 9),
  ]);
});

test("shares that cannot follow are refused before anything is kept", async () => {
  const refused = async (definition: Partial<api.ExperimentBody["definition"]>, field: string) =>
    expect(call(api.createExperiment, { body: body(definition) })).rejects.toMatchObject({
      fault: { code: "experiment.allocation_unfit", field: `definition.${field}` },
    });
  await refused({ method: "bayesian" }, "method");
  await refused({ conflicts: "leave_out" }, "conflicts");
  await refused({ exposure: { kind: "event", event: { event: "Card Shown" }, property: "variant" } }, "exposure");
  await refused({ metrics: [{ of: { metric: "average_order_value" }, role: "primary" }] }, "metrics.0");
  await refused({ metrics: [...DEFINITION.metrics, { of: { metric: "orders" }, role: "primary" }] }, "metrics");
  await refused({ metrics: [...DEFINITION.metrics, { of: { metric: "orders" }, role: "secondary", quantile: 0.5 }] }, "metrics.1");
  expect((await call(api.listExperiments)).items).toEqual([]);
  const { id } = await call(api.createExperiment, { body: body({ allocation: { kind: "fixed" } }) });
  await expect(call(experimentBandit, { params: { experiment: id }, body: {} })).rejects.toMatchObject({
    fault: { code: "experiment.allocation_unfit", field: "experiment" },
  });
});
