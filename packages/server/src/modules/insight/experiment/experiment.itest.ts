import { listExperimentPeople, queryExperiment } from "@terrace/contract/api/insight-experiment";
import { queryExperimentBaseline } from "@terrace/contract/api/insight-experiment-baseline";
import { queryExperimentPair } from "@terrace/contract/api/insight-experiment-pair";
import { queryExperimentNovelty } from "@terrace/contract/api/insight-experiment-novelty";
import type { RouteContract } from "@terrace/contract/route";
import { startBothEngines, type TestEngines } from "@terrace/testkit/both-engines";
import { callRoute, type CallInput } from "@terrace/testkit/call-route";
import { payloadCipher } from "@terrace/testkit/payload-cipher";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ANALYSES } from "../analyses.ts";
import { createAnswering } from "../answering.ts";
import { loadMetricGround } from "../metrics/metric-ground.ts";
import { referenceExperiment, referenceNovelty, referencePair, type ReferenceMetric, type WorldEvent } from "./experiment.reference.ts";

/** More by hand: a longer search for a difference. */
const RUNS = Number(process.env["TERRACE_RUNS"] ?? 1) * 8;
const [DAY_MS, HOUR_MS] = [86_400_000, 3_600_000];
const START_MS = Date.parse("2026-03-20T00:00:00Z");
const NOW_MS = START_MS + 12 * DAY_MS;
const MERGES: Readonly<Record<number, number>> = { 3: 2, 8: 7 };

let engines: TestEngines;
let workspaceId = 0;

beforeAll(async () => {
  engines = await startBothEngines();
}, 120_000);
afterAll(() => engines.stop());

function routes() {
  const privacy = { tokenise: () => "", ...payloadCipher(7) };
  return createAnswering(
    {
      db: engines.db,
      warehouse: engines.warehouse,
      workspace: () => Promise.resolve({ workspaceId, name: "Shop", timeZone: "Asia/Shanghai", currency: "CNY", label: "" as const }),
      people: { displayNames: () => Promise.resolve(new Map()) },
      collect: { virtualEvents: { list: () => Promise.resolve([]) } },
      privacy,
      denies: () => false,
      nowMs: () => NOW_MS,
      metricGround: (id: number) => loadMetricGround({ db: engines.db, privacy }, id),
    },
    ANALYSES,
  ).routes;
}
const call = <C extends RouteContract>(contract: C, input: CallInput<C> = {}) => callRoute(routes(), workspaceId, contract, input);

type Stored = { readonly who: number; readonly name: string; readonly timeMs: number; readonly properties: object };

/** Stores a world in a workspace of its own; ids 2 and 3 are one person, 7 and 8 another. */
async function store(events: readonly Stored[]): Promise<readonly WorldEvent[]> {
  const [made] = await engines.db<{ id: number }[]>`insert into workspace (name) values ('random') returning workspace_id as id`;
  workspaceId = made?.id ?? 0;
  const text = (ms: number): string => new Date(ms).toISOString().replace("T", " ").slice(0, 23);
  await engines.warehouse.client.insert({
    table: "events",
    format: "JSONEachRow",
    clickhouse_settings: { distributed_foreground_insert: 1, insert_deduplicate: 0, max_partitions_per_insert_block: "0" },
    values: events.map(({ who, name, timeMs, properties }, index) => ({
      workspace_id: workspaceId,
      origin_id: String(who),
      name,
      time: text(timeMs),
      received_at: text(timeMs),
      message_id: `m${index}`,
      event_id: `e-1-${index}`,
      source: "import",
      properties,
    })),
  });
  const rows = Object.entries(MERGES).map(([origin, person]) => `(${workspaceId}, ${origin}, ${person}, 1)`);
  await engines.warehouse.client.command({
    query: `insert into person_of_origin_row (workspace_id, origin_id, person_id, change_seq) values ${rows.join(", ")}`,
    clickhouse_settings: { distributed_foreground_insert: 1, insert_deduplicate: 0 },
  });
  for (const node of engines.warehouse.nodes) await node.command({ query: "SYSTEM RELOAD DICTIONARY person_of_origin" });
  return events.map(({ who, name, timeMs, properties }) => ({
    person: String(MERGES[who] ?? who),
    name,
    atMs: timeMs,
    properties: properties as WorldEvent["properties"],
  }));
}

const bought = (events: readonly WorldEvent[]): readonly WorldEvent[] => events.filter(({ name }) => name === "Order Completed");
const gaveBack = (events: readonly WorldEvent[]): readonly WorldEvent[] => events.filter(({ name }) => name === "Order Refunded");
const minor = (events: readonly WorldEvent[]): number =>
  events.reduce((sum, { properties }) => sum + Math.round(Number(properties["revenue"] ?? 0) * 100), 0);

/** Metrics of the catalogue, and what they are of one person. */
const METRICS: readonly { readonly metric: string; readonly values: ReferenceMetric["values"] }[] = [
  { metric: "buyers", values: [(events) => Math.min(1, bought(events).length)] },
  { metric: "orders", values: [(events) => bought(events).length] },
  { metric: "net_revenue", values: [(events) => minor(bought(events)) - minor(gaveBack(events))] },
  { metric: "repurchasing_people", values: [(events) => (bought(events).length >= 2 ? 1 : 0)] },
  { metric: "average_order_value", values: [(events) => minor(bought(events)), (events) => bought(events).length] },
];

const exposureOf = (kind: number, variant: string) => EXPOSURES[kind]?.(variant) ?? { name: "", properties: {} };
const EXPOSURES: readonly ((variant: string) => { readonly name: string; readonly properties: Readonly<Record<string, string>> })[] = [
  (variant) => ({ name: "$exposure", properties: { experiment: "new-home", variant } }),
  (variant) => ({ name: "Experiment Viewed", properties: { experiment_id: "new-home", variation_id: variant } }),
  (variant) => ({ name: "$feature_flag_called", properties: { $feature_flag: "new-home", $feature_flag_response: variant } }),
  (variant) => ({ name: "$exposure", properties: { experiment: "another", variant } }),
  (variant) => ({ name: "$exposure", properties: { experiment: "new-home", variant, unit: "person" } }),
  (variant) => ({ name: "$exposure", properties: { experiment: "new-home", variant, unit: "group" } }),
  (variant) => ({ name: "$exposure", properties: { experiment: "new-home", variant, unit: "session" } }),
];
const isOtherUnit = ({ name, properties }: WorldEvent): boolean =>
  name === "$exposure" && (properties["unit"] === "group" || properties["unit"] === "session");
const variantOf = ({ name, properties }: WorldEvent): string | undefined => {
  if (name === "$exposure") return properties["experiment"] === "new-home" ? String(properties["variant"]) : undefined;
  if (name === "Experiment Viewed") return String(properties["variation_id"]);
  return name === "$feature_flag_called" ? String(properties["$feature_flag_response"]) : undefined;
};

/** Only the first two kinds of exposures can say it; what is no small whole number says nothing. */
const drawnOf = ({ name, properties }: WorldEvent): number | undefined => {
  const told = name === "$feature_flag_called" ? undefined : properties["period"];
  return told === undefined || !/^\d+$/.test(String(told)) ? undefined : Number(told);
};

const who = fc.integer({ min: 1, max: 12 });
// Few instants, so that exposures, their windows' ends and events meet.
const timeMs = fc
  .record({ day: fc.integer({ min: -4, max: 12 }), hour: fc.constantFrom(0, 0, 12), ms: fc.constantFrom(0, 0, 0, -1, 1) })
  .map(({ day, hour, ms }) => START_MS + day * DAY_MS + hour * HOUR_MS + ms);
const world = fc.record({
  exposures: fc.array(
    fc.record({
      who,
      timeMs,
      kind: fc.constantFrom(0, 0, 1, 2, 3, 4, 5, 5, 6),
      variant: fc.constantFrom("control", "new", "newer", "gone"),
      period: fc.constantFrom(undefined, undefined, undefined, 0, 1, "1", 3, 4, 5, 70_000, -1, 1.5, "x"),
    }),
    { minLength: 4, maxLength: 24 },
  ),
  events: fc.array(
    fc.record({
      who,
      timeMs,
      name: fc.constantFrom("Order Completed", "Order Completed", "Order Refunded", "Page Viewed"),
      properties: fc.constantFrom({ revenue: 12.35 }, { revenue: 3 }, { revenue: 80.5 }, {}),
    }),
    { minLength: 10, maxLength: 60 },
  ),
  toDay: fc.constantFrom(3, 7, 20),
  covariateDays: fc.constantFrom(null, 1, 3),
  conflicts: fc.constantFrom("first" as const, "leave_out" as const),
  unfinished: fc.constantFrom("leave_out" as const, "count" as const),
  periodDays: fc.constantFrom(null, [], [2], [0, 2, 2, 5]),
  metrics: fc.array(
    fc.record({
      at: fc.integer({ min: 0, max: METRICS.length - 1 }),
      windowDays: fc.constantFrom(null, 1, 3),
      winsorise: fc.constantFrom(null, 0.5, 0.9),
    }),
    { minLength: 1, maxLength: 6 },
  ),
});

const VARIANTS = ["control", "new", "newer"];

function exposed(
  drawn: readonly {
    readonly who: number;
    readonly timeMs: number;
    readonly kind: number;
    readonly variant: string;
    readonly period?: number | string | undefined;
  }[],
): readonly Stored[] {
  return drawn.map(({ who: each, timeMs: at, kind, variant, period }) => {
    const { name, properties } = exposureOf(kind, variant);
    return { who: each, timeMs: at, name, properties: period === undefined ? properties : { ...properties, period } };
  });
}

test("what people of each variant did is what a slow look at each of them tells", { timeout: 300_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(world, async (drawn) => {
      const stored = await store([...exposed(drawn.exposures), ...drawn.events]);
      const periodsMs = drawn.periodDays?.map((day) => START_MS + day * DAY_MS) ?? null;
      // A quantile is none over periods.
      const quantiles = (periodsMs === null ? [0.7] : []).map((quantile) => ({ at: 2, windowDays: 3, winsorise: null, quantile }));
      const asked = [...drawn.metrics.map((each) => ({ ...each, quantile: undefined })), ...quantiles];
      const answer = await call(queryExperiment, {
        body: {
          exposure: { kind: "assignment", key: "new-home" },
          variants: VARIANTS,
          from: new Date(START_MS).toISOString(),
          to: new Date(START_MS + drawn.toDay * DAY_MS).toISOString(),
          metrics: asked.map(({ at, windowDays, winsorise, quantile }) => ({
            of: { metric: METRICS[at]?.metric ?? "" },
            windowDays,
            winsorise,
            ...(quantile === undefined ? {} : { quantile }),
          })),
          covariateDays: drawn.covariateDays,
          conflicts: drawn.conflicts,
          unfinished: drawn.unfinished,
          ...(periodsMs === null ? {} : { periods: periodsMs.map((ms) => new Date(ms).toISOString()) }),
        },
      });
      const expected = referenceExperiment(
        {
          variants: VARIANTS,
          fromMs: START_MS,
          toMs: Math.min(START_MS + drawn.toDay * DAY_MS, NOW_MS),
          beforeMs: drawn.covariateDays === null ? null : drawn.covariateDays * DAY_MS,
          leavesConflictsOut: drawn.conflicts === "leave_out",
          waits: drawn.unfinished === "leave_out",
          periodsMs,
          variantOf,
          drawnOf,
          isOtherUnit,
          metrics: asked.map(({ at, windowDays, winsorise, quantile }) => ({
            values: METRICS[at]?.values ?? [],
            windowMs: windowDays === null ? null : windowDays * DAY_MS,
            winsorise,
            quantile,
          })),
        },
        stored,
      );
      expect(answer.variants).toEqual(expected.variants);
      expect(answer.unknownVariants).toBe(expected.unknownVariants);
      expect(answer.otherUnits).toBe(expected.otherUnits);
      expect(rounded(answer.metrics.map(({ caps, variants }) => ({ caps, variants })))).toEqual(rounded(expected.metrics));
      expect(rounded({ periods: answer.periods })).toEqual(rounded({ periods: expected.periods }));
    }),
    { numRuns: RUNS },
  );
});

test(
  "what people did on each day since their exposure is what a slow look at each day of each of them tells",
  { timeout: 300_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(world, fc.constantFrom(2, 3, 6), async (drawn, days) => {
        const stored = await store([...exposed(drawn.exposures), ...drawn.events]);
        const asked = [...drawn.metrics, { at: 0, winsorise: null }, { at: 2, winsorise: 0.5 }];
        const answer = await call(queryExperimentNovelty, {
          body: {
            exposure: { kind: "assignment", key: "new-home" },
            variants: VARIANTS,
            from: new Date(START_MS).toISOString(),
            to: new Date(START_MS + drawn.toDay * DAY_MS).toISOString(),
            metrics: asked.map(({ at, winsorise }) => ({ of: { metric: METRICS[at]?.metric ?? "" }, winsorise })),
            conflicts: drawn.conflicts,
            days,
          },
        });
        const expected = referenceNovelty(
          {
            variants: VARIANTS,
            fromMs: START_MS,
            toMs: Math.min(START_MS + drawn.toDay * DAY_MS, NOW_MS),
            beforeMs: null,
            periodsMs: null,
            leavesConflictsOut: drawn.conflicts === "leave_out",
            waits: false,
            variantOf,
            drawnOf,
            isOtherUnit,
            metrics: asked.map(({ at, winsorise }) => ({
              values: METRICS[at]?.values ?? [],
              windowMs: null,
              winsorise,
              quantile: undefined,
            })),
          },
          days,
          stored,
        );
        expect(rounded(answer.metrics.map(({ caps, variants }) => ({ caps, variants })))).toEqual(rounded(expected));
      }),
      { numRuns: RUNS / 2 },
    );
  },
);

test("what people in two experiments did is what a slow look at both variants of each of them tells", { timeout: 300_000 }, async () => {
  const second = fc.array(
    fc.record({ who, timeMs, kind: fc.constantFrom(3, 3, 3, 0), variant: fc.constantFrom("control", "new", "gone") }),
    {
      minLength: 8,
      maxLength: 24,
    },
  );
  const otherVariants = ["new", "control"];
  const otherFromMs = START_MS + DAY_MS;
  await fc.assert(
    fc.asyncProperty(world, second, fc.constantFrom(null, 5), async (drawn, others, otherDays) => {
      const stored = await store([...exposed(drawn.exposures), ...exposed(others), ...drawn.events]);
      const asked = [
        ...drawn.metrics.map((each) => ({ ...each, quantile: undefined })),
        { at: 2, windowDays: 1, winsorise: null, quantile: 0.7 },
      ];
      const { conflicts, unfinished, covariateDays } = drawn;
      const answer = await call(queryExperimentPair, {
        body: {
          exposure: { kind: "assignment", key: "new-home" },
          variants: VARIANTS,
          from: new Date(START_MS).toISOString(),
          to: new Date(START_MS + drawn.toDay * DAY_MS).toISOString(),
          metrics: asked.map(({ at, windowDays, winsorise, quantile }) => ({
            of: { metric: METRICS[at]?.metric ?? "" },
            windowDays,
            winsorise,
            ...(quantile === undefined ? {} : { quantile }),
          })),
          covariateDays,
          conflicts,
          unfinished,
          other: {
            exposure: { kind: "assignment", key: "another" },
            variants: otherVariants,
            from: new Date(otherFromMs).toISOString(),
            ...(otherDays === null ? {} : { to: new Date(otherFromMs + otherDays * DAY_MS).toISOString() }),
          },
        },
      });
      const toMs = Math.min(START_MS + drawn.toDay * DAY_MS, NOW_MS, otherDays === null ? Infinity : otherFromMs + otherDays * DAY_MS);
      const plan = {
        variants: VARIANTS,
        fromMs: START_MS,
        toMs,
        beforeMs: covariateDays === null ? null : covariateDays * DAY_MS,
        leavesConflictsOut: conflicts === "leave_out",
        waits: unfinished === "leave_out",
        periodsMs: null,
        variantOf,
        drawnOf,
        isOtherUnit,
        metrics: asked.map(({ at, windowDays, winsorise, quantile }) => ({
          values: METRICS[at]?.values ?? [],
          windowMs: windowDays === null ? null : windowDays * DAY_MS,
          winsorise,
          quantile,
        })),
      };
      const other = {
        ...plan,
        variants: otherVariants,
        fromMs: otherFromMs,
        variantOf: ({ name, properties }: WorldEvent) =>
          name === "$exposure" && properties["experiment"] === "another" ? String(properties["variant"]) : undefined,
      };
      const expected = referencePair(plan, other, stored);
      expect(answer.variants.flatMap(({ people }) => people)).toEqual(expected.people);
      const cells = answer.metrics.map(({ caps, within }) => ({
        caps,
        variants: VARIANTS.flatMap((_, first) => within.flatMap((variants) => variants[first] ?? [])),
      }));
      expect(rounded(cells)).toEqual(rounded(expected.metrics));
    }),
    { numRuns: RUNS / 2 },
  );
});

test("what a metric is of newcomers before an experiment is what a slow look at each of them tells", { timeout: 300_000 }, async () => {
  // Now is 8 in the morning of 1 April there.
  const toMs = Date.parse("2026-03-31T16:00:00Z");
  const metrics = fc.record({
    at: fc.integer({ min: 0, max: METRICS.length - 1 }),
    windowDays: fc.constantFrom(null, 1, 3),
    winsorise: fc.constantFrom(null, 0.5),
  });
  await fc.assert(
    fc.asyncProperty(world, metrics, fc.constantFrom(7, 8), async ({ events, covariateDays }, metric, days) => {
      const stored = await store(events);
      const fromMs = toMs - (days + (metric.windowDays ?? 0)) * DAY_MS;
      const asked = { of: { metric: METRICS[metric.at]?.metric ?? "" }, windowDays: metric.windowDays, winsorise: metric.winsorise };
      const answer = await call(queryExperimentBaseline, { body: { meets: { event: "Page Viewed" }, metric: asked, covariateDays, days } });
      const expected = referenceExperiment(
        {
          variants: ["everyone"],
          fromMs,
          toMs,
          beforeMs: covariateDays === null ? null : covariateDays * DAY_MS,
          leavesConflictsOut: false,
          waits: true,
          periodsMs: null,
          drawnOf: () => undefined,
          variantOf: ({ name }) => (name === "Page Viewed" ? "everyone" : undefined),
          isOtherUnit: () => false,
          metrics: [
            {
              values: METRICS[metric.at]?.values ?? [],
              windowMs: metric.windowDays === null ? null : metric.windowDays * DAY_MS,
              winsorise: metric.winsorise,
              quantile: undefined,
            },
          ],
        },
        stored,
      );
      const moments = expected.metrics[0]?.variants[0];
      const n = moments?.n ?? 0;
      expect(answer).toMatchObject({ from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString(), days, people: n });
      expect(answer.peoplePerDay).toBeCloseTo(n / days, 10);
      if (answer.untold === "unknown_metric") expect(stored.filter(({ name }) => name.startsWith("Order"))).toEqual([]);
      const [sum = 0, per = 0] = moments?.sums ?? [];
      const [[square = 0, both = 0] = [], [perSquare = 0] = []] = moments?.products ?? [];
      const mean = sum / n;
      if (answer.baseline?.kind === "proportion") expect(answer.baseline.share).toBeCloseTo(mean, 10);
      if (answer.baseline?.kind !== "mean") return;
      const quotient = sum / per;
      const variance =
        answer.statistic === "ratio"
          ? (square - 2 * quotient * both + quotient ** 2 * perSquare) / (n - 1) / (per / n) ** 2
          : (square - n * mean ** 2) / (n - 1);
      expect(answer.baseline.mean).toBeCloseTo(answer.statistic === "ratio" ? quotient : mean, 8);
      expect(answer.baseline.deviation).toBeCloseTo(Math.sqrt(variance), 6);
      if (answer.statistic !== "mean" || covariateDays === null) return;
      const [before, together] = [(perSquare - per ** 2 / n) / (n - 1), (both - (sum * per) / n) / (n - 1)];
      const correlation = before > 0 ? Math.abs(together) / Math.sqrt(variance * before) : 0;
      expect(answer.correlation).toBeCloseTo(Math.min(0.99, correlation), 6);
    }),
    { numRuns: RUNS / 2 },
  );
});

test("a baseline of nobody, of people who are alike and of what no person has by themselves is told as such", async () => {
  const seen = (id: number): Stored => ({ who: id, name: "Page Viewed", timeMs: START_MS, properties: {} });
  const bought = (id: number): Stored => ({ who: id, name: "Order Completed", timeMs: START_MS, properties: { revenue: 3 } });
  const asked = (metric: string) =>
    call(queryExperimentBaseline, { body: { meets: { event: "Page Viewed" }, metric: { of: { metric } }, days: 30 } });
  await store([seen(1), seen(4)]);
  expect(await asked("buyers")).toMatchObject({ people: 2, baseline: null, untold: "unknown_metric" });
  await store([seen(1), bought(1)]);
  expect(await asked("buyers")).toMatchObject({ people: 1, baseline: null, untold: "too_few_people" });
  await store([seen(1), bought(1), seen(4), bought(4)]);
  expect(await asked("orders")).toMatchObject({ people: 2, peoplePerDay: 2 / 30, baseline: null, untold: "no_variance" });
  await expect(asked("day_1_retention")).rejects.toMatchObject({ fault: { code: "experiment.metric_unfit", field: "metric.of" } });
});

/** Sums of halves come out the same whatever their order, to well below a minor unit. */
function rounded(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (_, each: unknown) => (typeof each === "number" ? Math.round(each * 1e6) / 1e6 + 0 : each)));
}

test("people of a variant, those who saw several and those with a value are told one by one", async () => {
  const exposed = (id: number, variant: string, hours: number): Stored => ({
    who: id,
    timeMs: START_MS + hours * HOUR_MS,
    ...exposureOf(0, variant),
  });
  await store([
    exposed(1, "control", 1),
    exposed(2, "new", 1),
    exposed(3, "control", 2),
    exposed(4, "new", 1),
    { who: 4, name: "Order Completed", timeMs: START_MS + HOUR_MS, properties: { revenue: 3 } },
    { who: 2, name: "Order Completed", timeMs: START_MS, properties: { revenue: 3 } },
  ]);
  const body = {
    exposure: { kind: "assignment" as const, key: "new-home" },
    variants: ["control", "new"],
    from: new Date(START_MS).toISOString(),
    metrics: [{ of: { metric: "buyers" } }],
  };
  const people = async (cell: { readonly variant: string; readonly conflicts?: boolean; readonly converted?: number }) =>
    (await call(listExperimentPeople, { body: { ...body, cell } })).items.map(({ personId }) => personId);
  expect(await people({ variant: "control" })).toEqual(["1"]);
  expect(await people({ variant: "new" })).toEqual(["2", "4"]);
  expect(await people({ variant: "new", conflicts: true })).toEqual(["2"]);
  expect(await people({ variant: "new", converted: 0 })).toEqual(["4"]);
});

test("a metric that no person has by themselves is refused with what to do", async () => {
  await store([]);
  await expect(
    call(queryExperiment, {
      body: {
        exposure: { kind: "assignment", key: "x" },
        variants: ["a", "b"],
        from: new Date(START_MS).toISOString(),
        metrics: [{ of: { metric: "orders" } }, { of: { metric: "day_1_retention" } }],
      },
    }),
  ).rejects.toMatchObject({ fault: { code: "experiment.metric_unfit", field: "metrics.1.of" } });
});

test("periods begin in order of time, and quantiles are not told over them", async () => {
  await store([]);
  const at = (day: number): string => new Date(START_MS + day * DAY_MS).toISOString();
  const asked = (periods: readonly string[], quantile?: number) =>
    call(queryExperiment, {
      body: {
        exposure: { kind: "assignment", key: "x" },
        variants: ["a", "b"],
        from: at(0),
        periods: [...periods],
        metrics: [{ of: { metric: "orders" }, ...(quantile === undefined ? {} : { quantile }) }],
      },
    });
  await expect(asked([at(2), at(1)])).rejects.toMatchObject({ fault: { code: "experiment.period_invalid", field: "periods" } });
  await expect(asked([at(-1)])).rejects.toMatchObject({ fault: { code: "experiment.period_invalid", field: "periods" } });
  await expect(asked([at(1)], 0.5)).rejects.toMatchObject({ fault: { code: "experiment.metric_unfit", field: "metrics" } });
});
