import { experimentPlanBody, planExperimentSize } from "@terrace/contract/api/experiment-plan";
import { experimentInteraction, experimentNovelty } from "@terrace/contract/api/experiment-readings";
import * as api from "@terrace/contract/api/experiments";
import { queryNamesTrait } from "@terrace/domain/computed/trait-uses";
import { DEFAULT_FIELD_VIEW } from "@terrace/domain/access/field-view";
import type { RouteContract } from "@terrace/contract/route";
import { startBothEngines, type TestEngines } from "@terrace/testkit/both-engines";
import type { CallInput } from "@terrace/testkit/call-route";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { exportResults } from "./read-results.ts";
import { keepDays } from "./keep-days.ts";
import { experimentsNaming } from "./module.ts";
import type { ExperimentDeps } from "./experiment-deps.ts";
import { experimentsOn } from "./experiments.suite.ts";

const [DAY_MS, HOUR_MS] = [86_400_000, 3_600_000];
const START_MS = Date.parse("2026-03-20T10:00:00+08:00");

let engines: TestEngines;
let ground: ReturnType<typeof experimentsOn>;
let workspaceId = 0;
let nowMs = START_MS;
const audited: string[] = [];

beforeAll(async () => {
  engines = await startBothEngines();
  ground = experimentsOn({ engines, workspaceId: () => workspaceId, nowMs: () => nowMs, audited: (action) => audited.push(action) });
}, 120_000);
afterAll(async () => {
  await ground.insight.stop();
  await engines.stop();
});
beforeEach(async () => {
  const [made] = await engines.db<{ id: number }[]>`insert into workspace (name) values ('experiments') returning workspace_id as id`;
  workspaceId = made?.id ?? 0;
  nowMs = START_MS;
  audited.length = 0;
});

const deps = (): ExperimentDeps => ground.deps;
const call = <C extends RouteContract>(contract: C, input: CallInput<C> = {}) => ground.call(contract, input);

const DRAFT: api.ExperimentBody = {
  key: "new-home",
  name: "新首页",
  hypothesis: "More people buy",
  definition: {
    variants: [
      { key: "control", name: "旧版", weight: 1 },
      { key: "new", name: "新版", weight: 1 },
    ],
    metrics: [
      { of: { metric: "buyers" }, role: "primary", windowDays: 1 },
      { of: { metric: "net_revenue" }, role: "guardrail" },
    ],
    covariateDays: null,
  },
};

/** `people` exposed to each variant at the start; of each variant some buy an hour later. */
async function storePeople(people: number, buying: readonly [number, number]): Promise<void> {
  const rows = ["control", "new"].flatMap((variant, at) =>
    Array.from({ length: people }, (_, index) => ({ who: at * 100_000 + index + 1, variant, buys: index < (buying[at] ?? 0) })),
  );
  const text = (ms: number): string => new Date(ms).toISOString().replace("T", " ").slice(0, 23);
  const event = (who: number, { name, ms, properties }: { readonly name: string; readonly ms: number; readonly properties: object }) => ({
    workspace_id: workspaceId,
    origin_id: String(who),
    name,
    time: text(ms),
    received_at: text(ms),
    message_id: `${name}${who}`,
    event_id: `e-1-${name}${who}`,
    source: "import",
    properties,
  });
  await engines.warehouse.client.insert({
    table: "events",
    format: "JSONEachRow",
    clickhouse_settings: { distributed_foreground_insert: 1, insert_deduplicate: 0 },
    values: rows.flatMap(({ who, variant, buys }) => [
      event(who, {
        name: "$exposure",
        ms: START_MS + HOUR_MS,
        properties: { experiment: "new-home", variant, tier: who % 2 === 0 ? "even" : "odd" },
      }),
      ...(buys ? [event(who, { name: "Order Completed", ms: START_MS + 2 * HOUR_MS, properties: { revenue: 10 } })] : []),
    ]),
  });
}

test("an experiment is made, started, read, stopped, decided and found again", async () => {
  const made = await call(api.createExperiment, { body: DRAFT });
  expect(made).toMatchObject({ state: "draft", startedAt: null, definition: { method: "sequential", correction: "holm" } });
  const params = { experiment: made.id };
  await expect(call(api.experimentResults, { params, body: {} })).rejects.toMatchObject({ fault: { code: "experiment.state_changed" } });
  await call(api.moveExperiment, { params, body: { action: "start" } });
  await storePeople(600, [60, 150]);
  nowMs = START_MS + 2 * DAY_MS;
  const results = await call(api.experimentResults, { params, body: {} });
  expect(results.variants.map(({ people }) => people)).toEqual([600, 600]);
  expect(results.verdict).toEqual({ kind: "wins", variant: "new" });
  expect(results.metrics[0]?.variants[1]).toMatchObject({ n: 600, value: 0.25, effect: { call: "better" } });
  expect(results.metrics[0]?.variants[1]?.effect?.estimate).toBeCloseTo(1.5);
  expect(results.metrics[1]?.variants[1]?.value).toBe(250);
  const stopped = await call(api.stopExperiment, { params, body: { decision: "take", variant: "new", learning: "首页改短有用" } });
  expect(stopped).toMatchObject({ state: "stopped", decision: "take", decidedVariant: "new" });
  expect(stopped.steps.map(({ action }) => action)).toEqual(["start", "stop"]);
  await call(api.moveExperiment, { params, body: { action: "archive" } });
  expect((await call(api.listExperiments, { query: { search: "改短" } })).items.map(({ id }) => id)).toEqual([made.id]);
  expect((await call(api.listExperiments, { query: { search: "100%" } })).items).toEqual([]);
  expect(audited).toEqual(["experiment.create", "experiment.start", "experiment.stop", "experiment.archive"]);
});

test("a split that is off blocks the verdict, and groups pay for each other", async () => {
  const { id } = await call(api.createExperiment, {
    body: {
      ...DRAFT,
      definition: {
        ...DRAFT.definition,
        variants: [
          { key: "control", name: "旧", weight: 3 },
          { key: "new", name: "新", weight: 1 },
        ],
      },
    },
  });
  await call(api.moveExperiment, { params: { experiment: id }, body: { action: "start" } });
  await storePeople(300, [30, 75]);
  nowMs = START_MS + 2 * DAY_MS;
  const results = await call(api.experimentResults, { params: { experiment: id }, body: { breakdown: { by: { property: "tier" } } } });
  expect(results.verdict.kind).toBe("split_off");
  expect(results.breakdown?.map(({ value, variants }) => [value, variants.map(({ people }) => people)])).toEqual([
    ["even", [150, 150]],
    ["odd", [150, 150]],
  ]);
  for (const { metrics } of results.breakdown ?? []) {
    const effect = metrics[0]?.variants[1]?.effect;
    expect(effect?.pAdjusted ?? 0).toBeGreaterThan(effect?.p ?? 1);
  }
  // The split of the groups is off: they may differ by who is in them.
  expect(results.interaction).toEqual(results.metrics.map(() => ({ variants: [null, null] })));
});

test("the effect is told by day since exposure, of metrics that days add up to", async () => {
  const quantile = { of: { metric: "net_revenue" }, role: "secondary" as const, quantile: 0.9 };
  const [buyers] = DRAFT.definition.metrics;
  if (buyers === undefined) throw new Error("a metric");
  const made = await call(api.createExperiment, {
    body: { ...DRAFT, definition: { ...DRAFT.definition, difference: "absolute", metrics: [quantile, buyers] } },
  });
  const params = { experiment: made.id };
  await expect(call(experimentNovelty, { params, body: {} })).rejects.toMatchObject({ fault: { code: "experiment.state_changed" } });
  await call(api.moveExperiment, { params, body: { action: "start" } });
  await storePeople(600, [60, 150]);
  nowMs = START_MS + 2 * DAY_MS;
  const { days, metrics } = await call(experimentNovelty, { params, body: { days: 3 } });
  expect([days, metrics[0]]).toEqual([3, null]);
  const treated = metrics[1]?.variants[1];
  // Everyone was exposed an hour after the start: one of their days is over.
  expect(treated?.days.map(({ n, value }) => [n, value])).toEqual([
    [600, 0.25],
    [0, null],
    [0, null],
  ]);
  expect(treated?.days[0]?.effect?.estimate).toBeCloseTo(0.15);
  expect(treated?.trend).toBeNull();
  nowMs = START_MS + 4 * DAY_MS;
  const later = await call(experimentNovelty, { params, body: { days: 3 } });
  expect(later.metrics[1]?.variants[1]?.trend).toMatchObject({ n: 1_200, call: "fades" });
  await call(api.createExperiment, {
    body: { ...DRAFT, key: "other", definition: { ...DRAFT.definition, metrics: [{ ...quantile, role: "primary" }] } },
  });
  const other = (await call(api.listExperiments)).items.find(({ key }) => key === "other")?.id ?? "";
  await call(api.moveExperiment, { params: { experiment: other }, body: { action: "start" } });
  await expect(call(experimentNovelty, { params: { experiment: other }, body: {} })).rejects.toMatchObject({
    fault: { code: "experiment.metric_unfit" },
  });
});

test("an experiment is told within the variants of another one that runs with it", async () => {
  const exposure = { kind: "event" as const, event: { event: "$exposure" }, property: "tier" };
  const variants = ["even", "odd"].map((key) => ({ key, name: key, weight: 1 }));
  const { id } = await call(api.createExperiment, { body: DRAFT });
  const { id: other } = await call(api.createExperiment, {
    body: { ...DRAFT, key: "tiers", definition: { ...DRAFT.definition, exposure, variants } },
  });
  const ask = (experiment: string, body: { readonly with: string }) => call(experimentInteraction, { params: { experiment }, body });
  await call(api.moveExperiment, { params: { experiment: id }, body: { action: "start" } });
  await expect(ask(id, { with: other })).rejects.toMatchObject({ fault: { code: "experiment.state_changed", field: "with" } });
  await call(api.moveExperiment, { params: { experiment: other }, body: { action: "start" } });
  await storePeople(600, [60, 150]);
  nowMs = START_MS + 2 * DAY_MS;
  await expect(ask(id, { with: id })).rejects.toMatchObject({ fault: { code: "request.invalid", field: "with" } });
  const told = await ask(id, { with: other });
  expect([told.others, told.variants.map(({ people }) => people)]).toEqual([
    ["even", "odd"],
    [
      [300, 300],
      [300, 300],
    ],
  ]);
  expect(told.independence).toEqual({ p: 1, degrees: 3, blocks: false });
  const treated = told.metrics[0]?.variants[1];
  expect(treated?.within.map(({ n, value, effect }) => [n, value, effect?.estimate.toFixed(6)])).toEqual([
    [300, 0.25, "1.500000"],
    [300, 0.25, "1.500000"],
  ]);
  expect(treated?.interaction).toMatchObject({ degrees: 1, heterogeneity: 0, call: "unclear", p: 1 });
  const grouped = await call(api.experimentResults, { params: { experiment: id }, body: { breakdown: { by: { property: "tier" } } } });
  expect(grouped.interaction?.map(({ variants }) => [variants[0], variants[1]?.degrees])).toEqual(grouped.metrics.map(() => [null, 1]));
});

test("those that ran beside another with fixed shares are found, whatever became of them, and not those that began as it stopped", async () => {
  const make = async (key: string) => (await call(api.createExperiment, { body: { ...DRAFT, key } })).id;
  const move = (experiment: string, action: "start" | "archive") => call(api.moveExperiment, { params: { experiment }, body: { action } });
  const stop = (experiment: string) => call(api.stopExperiment, { params: { experiment }, body: {} });
  const [first, across, after] = [await make("first"), await make("across"), await make("after")];
  await make("draft");
  await move(first, "start");
  nowMs += DAY_MS;
  await move(across, "start");
  const allocation = { kind: "bandit" as const, exploration: 0.1, everyHours: 24, unitsMin: 100 };
  const metrics = DRAFT.definition.metrics.slice(0, 1);
  const bandit = { ...DRAFT, key: "bandit", definition: { ...DRAFT.definition, metrics, allocation, method: "sequential" as const } };
  await move((await call(api.createExperiment, { body: bandit })).id, "start");
  nowMs += DAY_MS;
  await stop(first);
  await move(after, "start");
  nowMs += DAY_MS;
  await stop(across);
  await move(across, "archive");
  const beside = async (id: string) => (await call(api.listExperiments, { query: { beside: id } })).items.map(({ key }) => key);
  expect(await Promise.all([first, across, after].map(beside))).toEqual([["across"], ["after", "first"], ["across"]]);
  expect((await call(api.listExperiments, { query: { beside: across, search: "fir" } })).items.map(({ id }) => id)).toEqual([first]);
});

test("the end of each local day is kept once, missed ones too, up to the stop", async () => {
  const { id } = await call(api.createExperiment, { body: DRAFT });
  const params = { experiment: id };
  await call(api.moveExperiment, { params, body: { action: "start" } });
  await storePeople(20, [2, 5]);
  nowMs = START_MS + 2 * DAY_MS;
  await call(api.stopExperiment, { params, body: {} });
  nowMs += DAY_MS;
  const { signal } = new AbortController();
  await keepDays(deps(), signal);
  await keepDays(deps(), signal);
  const { days } = await call(api.listExperimentDays, { params });
  expect(days.map(({ until }) => until)).toEqual(["2026-03-20T16:00:00.000Z", "2026-03-21T16:00:00.000Z", "2026-03-22T02:00:00.000Z"]);
  // A day after exposure nobody's window was over at the first midnight.
  expect(days.map(({ metrics }) => metrics[0]?.variants[1]?.n)).toEqual([0, 20, 20]);
  expect(days[2]?.variants.map(({ people }) => people)).toEqual([20, 20]);
  const { csv } = await exportResults(deps(), id, { language: "en" }, { workspaceId, fields: DEFAULT_FIELD_VIEW, signal });
  const lines = csv.split("\r\n").slice(1, -1);
  expect(lines.map((line) => line.split(",")[0])).toEqual([
    ...Array.from({ length: 4 }, () => "results"),
    ...Array.from({ length: 12 }, () => "day"),
  ]);
  // As many earlier days as are told at most: those nobody looks at any more go first.
  await engines.db`
    insert into experiment_day (workspace_id, experiment_id, until, metrics, answer)
    select workspace_id, experiment_id, until - make_interval(days => earlier), metrics, answer
    from experiment_day cross join generate_series(1, 1000) as earlier
    where workspace_id = ${workspaceId} and experiment_id = ${id} and until = ${days[0]?.until ?? ""}`;
  const latest = await call(api.listExperimentDays, { params });
  expect(latest.days).toHaveLength(1_000);
  expect(latest.days.slice(-3)).toEqual(days);
});

test("whatever changes where an experiment stands has flags read anew, and what is nothing to them does not", async () => {
  const revision = async () => {
    const [row] = await engines.db<{ revision: string }[]>`select revision from flag_revision where workspace_id = ${workspaceId}`;
    return Number(row?.revision ?? 0);
  };
  const { id } = await call(api.createExperiment, { body: DRAFT });
  const params = { experiment: id };
  expect(await revision()).toBe(0);
  await call(api.updateExperiment, { params, body: { ...DRAFT, key: "another" } });
  expect(await revision()).toBe(0);
  await call(api.moveExperiment, { params, body: { action: "start" } });
  await call(api.stopExperiment, { params, body: {} });
  await call(api.decideExperiment, { params, body: { decision: "take", variant: "new" } });
  expect(await revision()).toBe(3);
  await call(api.decideExperiment, { params, body: { decision: "take", variant: "new", learning: "It pays" } });
  await call(api.deleteExperiment, { params: { experiment: (await call(api.createExperiment, { body: DRAFT })).id } });
  expect(await revision()).toBe(3);
});

test("what it was to show is not changed after the start; its name and what does not judge it are", async () => {
  const { id } = await call(api.createExperiment, { body: DRAFT });
  const params = { experiment: id };
  await call(api.moveExperiment, { params, body: { action: "start" } });
  const more = {
    ...DRAFT,
    name: "首页",
    definition: { ...DRAFT.definition, metrics: [...DRAFT.definition.metrics, { of: { metric: "orders" }, role: "guardrail" as const }] },
  };
  expect((await call(api.updateExperiment, { params, body: more })).definition.metrics).toHaveLength(3);
  await expect(
    call(api.updateExperiment, { params, body: { ...more, definition: { ...more.definition, level: 0.9 } } }),
  ).rejects.toMatchObject({
    fault: { code: "experiment.locked", field: "definition.level" },
  });
  await expect(call(api.updateExperiment, { params, body: DRAFT })).rejects.toMatchObject({
    fault: { code: "experiment.locked", field: "definition.metrics" },
  });
  await expect(call(api.deleteExperiment, { params })).rejects.toMatchObject({ fault: { code: "experiment.state_changed" } });
  await expect(call(api.moveExperiment, { params, body: { action: "archive" } })).rejects.toMatchObject({
    fault: { code: "experiment.state_changed" },
  });
  await expect(call(api.decideExperiment, { params, body: { decision: "keep" } })).rejects.toMatchObject({
    fault: { code: "experiment.state_changed" },
  });
});

test("what is read once calls nothing before its planned end, nor when it was stopped before that", async () => {
  const once = { ...DRAFT, definition: { ...DRAFT.definition, method: "frequentist" as const, plannedDays: 3 } };
  const read = async (id: string) => {
    const { verdict, metrics } = await call(api.experimentResults, { params: { experiment: id }, body: {} });
    return [verdict.kind, metrics[0]?.variants[1]?.effect?.call];
  };
  await expect(
    call(api.createExperiment, { body: { ...once, definition: { ...once.definition, plannedDays: null } } }),
  ).rejects.toMatchObject({ fault: { code: "experiment.plan_missing", field: "definition.plannedDays" } });
  const { id } = await call(api.createExperiment, { body: once });
  const exposure = { kind: "event" as const, event: { event: "$exposure" }, property: "variant" };
  const { id: other } = await call(api.createExperiment, { body: { ...once, key: "other", definition: { ...once.definition, exposure } } });
  for (const experiment of [id, other]) await call(api.moveExperiment, { params: { experiment }, body: { action: "start" } });
  await storePeople(600, [60, 150]);
  nowMs = START_MS + 3 * DAY_MS - 1;
  expect(await read(id)).toEqual(["too_early", "unclear"]);
  await call(api.stopExperiment, { params: { experiment: other }, body: {} });
  nowMs = START_MS + 3 * DAY_MS;
  expect(await read(id)).toEqual(["wins", "better"]);
  await call(api.stopExperiment, { params: { experiment: id }, body: {} });
  expect(await read(id)).toEqual(["wins", "better"]);
  nowMs += DAY_MS;
  expect(await read(other)).toEqual(["too_early", "unclear"]);
  await keepDays(deps(), new AbortController().signal);
  const { days } = await call(api.listExperimentDays, { params: { experiment: id } });
  expect(days.map(({ metrics }) => metrics[0]?.variants[1]?.effect?.call)).toEqual([undefined, "unclear", "unclear", "better"]);
});

test("what is read once is read up to its planned end however long it runs, and not at all where another experiment cuts that short", async () => {
  const once = { ...DRAFT, definition: { ...DRAFT.definition, method: "frequentist" as const, plannedDays: 3 } };
  const exposure = { kind: "event" as const, event: { event: "$exposure" }, property: "tier" };
  const variants = ["even", "odd"].map((key) => ({ key, name: key, weight: 1 }));
  const { id } = await call(api.createExperiment, { body: once });
  const { id: brief } = await call(api.createExperiment, {
    body: { ...DRAFT, key: "brief", definition: { ...DRAFT.definition, exposure, variants } },
  });
  for (const experiment of [id, brief]) await call(api.moveExperiment, { params: { experiment }, body: { action: "start" } });
  await storePeople(600, [60, 150]);
  nowMs = START_MS + 3 * DAY_MS - 1;
  await call(api.stopExperiment, { params: { experiment: brief }, body: {} });
  nowMs = START_MS + 5 * DAY_MS;
  const { from, to, verdict } = await call(api.experimentResults, { params: { experiment: id }, body: {} });
  expect([Date.parse(to) - Date.parse(from), verdict.kind]).toEqual([3 * DAY_MS, "wins"]);
  const within = await call(experimentInteraction, { params: { experiment: id }, body: { with: brief } });
  expect(within.independence.blocks).toBe(false);
  expect(within.metrics[0]?.variants[1]?.within.map(({ effect }) => [effect?.estimate.toFixed(4), effect?.call])).toEqual([
    ["1.5000", "unclear"],
    ["1.5000", "unclear"],
  ]);
});

test("a stop while a day is read ends the days at the stop", async () => {
  const { id } = await call(api.createExperiment, { body: DRAFT });
  const params = { experiment: id };
  await call(api.moveExperiment, { params, body: { action: "start" } });
  nowMs = START_MS + 15 * HOUR_MS;
  const stoppedAt = new Date(nowMs).toISOString();
  const stopsMeanwhile: ExperimentDeps["insight"] = {
    run: async (...asked) => {
      const answer = await ground.insight.run(...asked);
      await call(api.stopExperiment, { params, body: {} });
      return answer;
    },
  };
  const { signal } = new AbortController();
  await keepDays({ ...deps(), insight: stopsMeanwhile }, signal);
  nowMs += 3 * DAY_MS;
  await keepDays(deps(), signal);
  const { days } = await call(api.listExperimentDays, { params });
  expect(days.map(({ until }) => until)).toEqual(["2026-03-20T16:00:00.000Z", stoppedAt]);
});

test("what cannot be is refused before anything is kept", async () => {
  const refused = (definition: Partial<api.ExperimentBody["definition"]>) =>
    call(api.createExperiment, { body: { ...DRAFT, definition: { ...DRAFT.definition, ...definition } } });
  await expect(refused({ metrics: [{ of: { metric: "buyers" }, role: "secondary" }] })).rejects.toMatchObject({
    fault: { code: "experiment.metrics_invalid" },
  });
  await expect(refused({ metrics: [{ of: { metric: "day_1_retention" }, role: "primary" }] })).rejects.toMatchObject({
    fault: { code: "experiment.metric_unfit" },
  });
  await expect(refused({ metrics: [{ of: { metric: "nothing" }, role: "primary" }] })).rejects.toMatchObject({
    fault: { code: "metric.not_found" },
  });
  const same = { key: "a", name: "A", weight: 1 };
  await expect(refused({ variants: [same, same] })).rejects.toMatchObject({ fault: { code: "experiment.variants_invalid" } });
  expect((await call(api.listExperiments)).items).toEqual([]);
  await call(api.createExperiment, { body: DRAFT });
  await expect(call(api.createExperiment, { body: DRAFT })).rejects.toMatchObject({
    fault: { code: "experiment.key_taken", field: "key" },
  });
  await expect(call(api.getExperiment, { params: { experiment: "0x1" } })).rejects.toMatchObject({
    fault: { code: "experiment.not_found" },
  });
});

test("a plan says how many people, how long and what each week would find, for the way it will be read", async () => {
  const body = { baseline: { kind: "proportion" as const, share: 0.1 }, effect: 0.1, peoplePerDay: 2_000, weeks: 2 };
  const once = await call(planExperimentSize, { body: { ...body, method: "frequentist" } });
  expect(once).toMatchObject({
    untold: null,
    weeks: [
      { days: 7, people: 14_000 },
      { days: 14, people: 28_000 },
    ],
  });
  expect(once.peopleOfVariants?.map((people) => people * 2)).toEqual(
    [once.people, once.people].map((people) => 2 * Math.ceil(Number(people) / 2)),
  );
  expect(once.days).toBe(Math.ceil(Number(once.people) / 2_000));
  expect((await call(planExperimentSize, { body: { ...body, method: "frequentist", windowDays: 14 } })).days).toBe(Number(once.days) + 14);
  const always = await call(planExperimentSize, { body });
  const adjusted = await call(planExperimentSize, { body: { ...body, correlation: 0.7 } });
  expect(Number(always.people)).toBeGreaterThan(Number(once.people));
  expect(Number(adjusted.people) / Number(always.people)).toBeCloseTo(0.51, 1);
  const zero = await call(planExperimentSize, { body: { ...body, baseline: { kind: "mean", mean: 0, deviation: 3 } } });
  expect(zero).toMatchObject({ people: null, peopleOfVariants: null, days: null, untold: "baseline_zero" });
  const refused = experimentPlanBody.safeParse({ ...body, effect: 12 });
  expect(refused.error?.issues.map(({ path }) => path)).toEqual([["effect"]]);
});

test("what its people are asked about is in use by it until it is put away", async () => {
  const naming = (trait: string) => experimentsNaming(deps(), workspaceId, (definition) => queryNamesTrait(definition, trait));
  const people = { trait: "city", is: ["Basel"] };
  const { id } = await call(api.createExperiment, { body: { ...DRAFT, definition: { ...DRAFT.definition, people } } });
  expect(await naming("city")).toEqual([{ kind: "experiment", id, name: DRAFT.name }]);
  expect(await naming("town")).toEqual([]);
  await call(api.moveExperiment, { params: { experiment: id }, body: { action: "archive" } });
  expect(await naming("city")).toEqual([]);
});
