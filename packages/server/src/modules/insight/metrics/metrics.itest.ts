import { listMetricPeople, queryMetric, type metricQuerySchema } from "@terrace/contract/api/insight-metric";
import * as api from "@terrace/contract/api/metrics";
import type { RouteContract } from "@terrace/contract/route";
import type { BusinessEvents } from "@terrace/domain/insight/metrics/business-events";
import { METRIC_CATALOGUE } from "@terrace/domain/insight/metrics/catalogue";
import { dayOfIso, isoDay } from "@terrace/domain/time/zoned-time";
import { startBothEngines, type TestEngines } from "@terrace/testkit/both-engines";
import { callRoute, type CallInput } from "@terrace/testkit/call-route";
import { payloadCipher } from "@terrace/testkit/payload-cipher";
import fc from "fast-check";
import type { z } from "zod";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ANALYSES } from "../analyses.ts";
import { createAnswering } from "../answering.ts";
import { GOLDEN_BUSINESS, GOLDEN_EVENTS, GOLDEN_FIGURES, GOLDEN_IMPORTED, GOLDEN_MERGES } from "./golden-world.fixture.ts";
import { begunBetween, referenceExpected } from "./expected-value.reference.ts";
import { referenceMetric, type RandomEvent } from "./metrics.reference.ts";
import { loadMetricGround } from "./metric-ground.ts";
import { metricRoutes } from "./metrics.routes.ts";
import {
  METRIC_CHOICES,
  NOW_MS,
  peopleOfManyMonths,
  RANDOM_METRICS,
  randomWorld,
  worldWithoutOrders,
  type Drawn,
} from "./random-world.suite.ts";
import { shownEvents } from "./stored-definition.ts";

/** More by hand: a longer search for a difference. */
const RUNS = Number(process.env["TERRACE_RUNS"] ?? 1);
const PERIOD = { from: "2026-03-02", to: "2026-03-05" };

let engines: TestEngines;
let workspaceId = 0;
let zone = "Asia/Shanghai";
const audited: string[] = [];

beforeAll(async () => {
  engines = await startBothEngines();
  const [made] = await engines.db<{ id: number }[]>`insert into workspace (name) values ('golden') returning workspace_id as id`;
  workspaceId = made?.id ?? 0;
  await storeGolden();
}, 120_000);
afterAll(() => engines.stop());

function routes() {
  const privacy = { tokenise: () => "", ...payloadCipher(7) };
  const deps = {
    db: engines.db,
    warehouse: engines.warehouse,
    workspace: () => Promise.resolve({ workspaceId, name: "Shop", timeZone: zone, currency: "CNY", label: "" as const }),
    people: { displayNames: () => Promise.resolve(new Map()) },
    collect: { virtualEvents: { list: () => Promise.resolve([]) } },
    privacy,
    denies: () => false,
    nowMs: () => NOW_MS,
    usesOfMetric: () => Promise.resolve([]),
    metricGround: (id: number) => loadMetricGround({ db: engines.db, privacy }, id),
    audit: (_: unknown, entry: { readonly action: string; readonly target: string }) => {
      audited.push(`${entry.action} ${entry.target}`);
      return Promise.resolve();
    },
  };
  return [...createAnswering(deps, ANALYSES).routes, ...metricRoutes(deps)];
}
const call = <C extends RouteContract>(contract: C, input: CallInput<C> = {}) => callRoute(routes(), workspaceId, contract, input);

/** Makes a workspace, which is asked from now on. */
async function enterWorkspace(): Promise<void> {
  const [made] = await engines.db<{ id: number }[]>`insert into workspace (name) values ('random') returning workspace_id as id`;
  workspaceId = made?.id ?? 0;
}

/** Stores a world in a workspace of its own; ids 2 and 3 are one person, 7 and 8 another. */
async function storeRandom({ events, from }: Drawn): Promise<readonly RandomEvent[]> {
  await enterWorkspace();
  const merges: Readonly<Record<number, number>> = { 3: 2, 8: 7 };
  const timed = events.map((event) => ({ ...event, timeMs: Date.parse(from) + event.day * 86_400_000 + event.halfHour * 1_800_000 }));
  await insertEvents(timed.map(({ origin, name, timeMs, properties }) => ({ who: origin, name, timeMs, properties })));
  await insertMerges(merges);
  await call(api.setBusinessEvents, { body: { events: toBody(GOLDEN_BUSINESS) } });
  return timed.map(({ origin, name, timeMs, properties }) => ({ person: merges[origin] ?? origin, name, timeMs, properties }));
}

async function storeGolden(): Promise<void> {
  await insertEvents(GOLDEN_EVENTS.map(({ at, ...event }) => ({ ...event, timeMs: Date.parse(`${at.replace(" ", "T")}:00+08:00`) })));
  await insertMerges(GOLDEN_MERGES);
  for (const { import: number, day, channel, exposures, clicks, cost } of GOLDEN_IMPORTED) {
    const [row] = await engines.db<{ id: string }[]>`
      insert into import (workspace_id, file_name, file_hash, mapping_hash, mapping, kind) values (${workspaceId}, ${`f${number}`}, ${String(number)}, '', '{}', 'events') returning import_id as id`;
    await engines.db`insert into channel_figure (workspace_id, day, channel, import_id, exposures, clicks, cost, currency)
      values (${workspaceId}, ${day}, ${channel}, ${row?.id ?? "0"}, ${exposures}, ${clicks}, ${cost}, 'CNY')`;
  }
}

async function insertEvents(
  events: readonly { readonly who: number; readonly name: string; readonly timeMs: number; readonly properties: object }[],
): Promise<void> {
  const text = (ms: number): string => new Date(ms).toISOString().replace("T", " ").slice(0, 23);
  await engines.warehouse.client.insert({
    table: "events",
    format: "JSONEachRow",
    clickhouse_settings: {
      distributed_foreground_insert: 1,
      insert_deduplicate: 0,
      max_partitions_per_insert_block: "0",
      input_format_try_infer_dates: 0,
      input_format_try_infer_datetimes: 0,
    },
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
}

async function insertMerges(merges: Readonly<Record<number, number>>): Promise<void> {
  const rows = Object.entries(merges).map(([origin, person]) => `(${workspaceId}, ${origin}, ${person}, 1)`);
  await engines.warehouse.client.command({
    query: `insert into person_of_origin_row (workspace_id, origin_id, person_id, change_seq) values ${rows.join(", ")}`,
    clickhouse_settings: { distributed_foreground_insert: 1, insert_deduplicate: 0 },
  });
  for (const node of engines.warehouse.nodes) await node.command({ query: "SYSTEM RELOAD DICTIONARY person_of_origin" });
}

async function ask(metrics: readonly { readonly metric: string; readonly parameters?: Readonly<Record<string, number>> }[]) {
  return (
    await call(queryMetric, {
      body: { period: PERIOD, interval: "day", metrics: metrics.map((each) => ({ ...each, parameters: { ...each.parameters } })) },
    })
  ).metrics;
}

describe("the world that was reckoned by hand", () => {
  beforeAll(() => call(api.setBusinessEvents, { body: { events: toBody(GOLDEN_BUSINESS) } }));

  test("has figures for every metric of the catalogue", () => {
    expect(Object.keys(GOLDEN_FIGURES)).toEqual(METRIC_CATALOGUE.map(({ id }) => id));
  });
  test.each(Object.entries(GOLDEN_FIGURES))("%s", async (metric, { points, total, parameters = {} }) => {
    const [answer] = await ask([{ metric, parameters }]);
    const [line] = answer?.lines ?? [];
    const close = (value: number | null) => (value === null ? null : (expect.closeTo(value, 9) as number));
    expect({ points: line?.points, total: line?.total }).toEqual({ points: points.map(close), total: close(total) });
  });
});

const idsOf = async (input: NonNullable<CallInput<typeof listMetricPeople>["body"]>) =>
  (await call(listMetricPeople, { body: input })).items.map(({ personId }) => Number(personId));
const one = async (body: Omit<z.input<typeof metricQuerySchema>, "period">) =>
  (await call(queryMetric, { body: { period: PERIOD, ...body } })).metrics[0]?.lines;

test("people behind a figure, and what a quotient is made of", async () => {
  const query = { period: PERIOD, metrics: [{ metric: "repurchase_rate" }] };
  expect(await idsOf({ ...query, cell: {} })).toEqual([1, 4]);
  expect(await idsOf({ ...query, cell: { interval: 1 } })).toEqual([4]);
  expect(await idsOf({ ...query, cell: { interval: 1, part: "denominator" } })).toEqual([1, 4]);
  expect(await idsOf({ period: PERIOD, metrics: [{ metric: "activation_rate" }], cell: { part: "denominator" } })).toEqual([1, 2, 3]);
  expect(await idsOf({ period: PERIOD, metrics: [{ metric: "dau" }], cell: {} })).toEqual([1, 2]);
  await expect(idsOf({ period: PERIOD, metrics: [{ metric: "exposures" }], cell: {} })).rejects.toMatchObject({
    fault: { code: "insight.no_people" },
  });
  expect((await one({ metrics: [{ metric: "repurchase_rate" }] }))?.[0]?.basis).toEqual({
    numerator: { points: [0, 1, 0], total: 2 },
    denominator: { points: [1, 2, 0], total: 2 },
  });
});

test("a breakdown narrows every event of the metric; filters narrow it for all", async () => {
  const lines = await one({ metrics: [{ metric: "channel_conversion" }], breakdown: { by: { property: "channel" } } });
  // Ben and Cat came by ads: 1 of 100 on Monday, 1 of 1 on Tuesday, none of 50 on Wednesday. Ann's channel is not known, and nobody was shown anything without one.
  expect(lines?.map(({ value, points, total }) => ({ value, points, total }))).toEqual([
    { value: "ads", points: [1 / 100, 1, 0], total: 2 / 151 },
    { value: null, points: [null, null, null], total: null },
  ]);
  const [filtered] = (await one({ metrics: [{ metric: "orders" }], filters: { events: { property: "currency", isSet: false } } })) ?? [];
  expect(filtered).toMatchObject({ points: [1, 2, 0], total: 3 });
  const [compared] = (await one({ metrics: [{ metric: "active_people" }], compare: true })) ?? [];
  expect(compared).toMatchObject({ total: 5, previous: { points: [0, 0, 0], total: 0 }, change: null });
});

test("by segment and by first touch it is told of these people alone, and of nothing that only channels know", async () => {
  const told = async (by: object, more: object = {}) =>
    (await one({ metrics: [{ metric: "orders" }], breakdown: { by: by as never }, ...more }))?.map(({ value, total }) => [
      value ?? null,
      total,
    ]);
  const [all] = (await one({ metrics: [{ metric: "orders" }] })) ?? [];
  const byTouch = await told({ touch: "first", column: "channel" });
  expect(byTouch?.reduce((sum, [, total]) => sum + Number(total), 0)).toBe(all?.total);
  const [made] = await engines.db<{ id: string }[]>`
    insert into segment (workspace_id, name, kind, created_at, created_by) values (${workspaceId}, 's', 'snapshot', now(), 'a') returning segment_id as id`;
  const segment = made?.id ?? "";
  const { items } = await call(listMetricPeople, { body: { period: PERIOD, metrics: [{ metric: "orders" }], cell: {} } });
  const [buyer] = items;
  await engines.warehouse.client.insert({
    table: "segment_member",
    format: "JSONEachRow",
    values: [{ workspace_id: workspaceId, segment_id: segment, person_id: buyer?.personId, change_seq: 1, is_gone: 0 }],
    clickhouse_settings: { distributed_foreground_insert: 1, insert_deduplicate: 0 },
  });
  const lines = (await told({ segment: [segment] })) ?? [];
  const [filtered] = (await one({ metrics: [{ metric: "orders" }], filters: { people: { segment, in: true } } })) ?? [];
  expect(lines.find(([value]) => value === segment)?.[1]).toBe(filtered?.total);
  expect(lines.reduce((sum, [, total]) => sum + Number(total), 0)).toBe(all?.total);
  const cell = { value: segment, interval: undefined };
  const body = { period: PERIOD, metrics: [{ metric: "orders" }], breakdown: { by: { segment: [segment] } }, cell };
  expect((await call(listMetricPeople, { body })).items).toEqual([buyer]);
  const costs = await one({ metrics: [{ metric: "exposures" }], breakdown: { by: { segment: [segment] } } });
  expect(costs?.map(({ total }) => total ?? 0).every((total) => total === 0)).toBe(true);
});

test("beside other people it is told of these alone", async () => {
  const people = { did: { event: "Comment Posted" } };
  const compareWith = { people };
  const query = { period: PERIOD, metrics: [{ metric: "active_people" }, { metric: "exposures" }] };
  const { comparison } = await call(queryMetric, { body: { ...query, compareWith } });
  const alone = await call(queryMetric, { body: { ...query, filters: { people } } });
  expect(comparison?.metrics).toEqual(alone.metrics);
  expect(comparison?.metrics[0]?.lines[0]?.total).toBe(1);
  expect(await idsOf({ ...query, compareWith, of: { compared: true }, cell: {} })).toEqual([3]);
});

test("what has never come is unknown, not 0", async () => {
  const asked = { metrics: [{ metric: "orders", parameters: { order: [{ event: "Order Placed" }] } }] };
  expect((await one(asked))?.[0]).toMatchObject({ points: [null, null, null], total: null });
});

describe("own metrics", () => {
  const make = (
    name: string,
    definition: z.input<typeof api.createMetric.body>["definition"],
    unit: "number" | "money" | "count" | "share" = "number",
  ) => call(api.createMetric, { body: { name, unit, better: "up", definition } });
  const total = async (metric: string) => (await one({ metrics: [{ metric }] }))?.[0]?.total;
  const orders = [{ event: "Order Completed" }];

  test("copies, measures, quotients and formulas", async () => {
    const copy = await make("三日流失", { kind: "copy", basedOn: { id: "churn_rate", version: 1 }, parameters: { days: 5 } }, "share");
    const median = await make(
      "订单金额中位数",
      { kind: "measure", events: orders, measure: { kind: "median", property: "revenue" } },
      "money",
    );
    const ratio = await make("人均订单", { kind: "ratio", of: "orders", per: "buyers" });
    const formula = await make("合计", { kind: "formula", formula: "A + 2 * B", metrics: ["orders", ratio.id] });
    expect([await total(copy.id), await total(ratio.id), await total(formula.id)]).toEqual([0, 2, 4 + 2 * 2]);
    // 10, 15.25 and 20.50: the text of another property is no revenue.
    expect(await total(median.id)).toBe(1525);
    expect(formula.formula).toEqual({ zh: "订单数 + 2 × 人均订单", en: "Orders + 2 × 人均订单" });
    expect(copy.parameters.find(({ name }) => name === "days")).toMatchObject({ value: 5, chosen: true });
    expect((await call(api.getMetric, { params: { metric: ratio.id } })).usedBy).toEqual([
      { kind: "metric", id: formula.id, name: "合计" },
    ]);
    // Not stored, as a form shows it before it is saved.
    const preview = {
      definition: { kind: "measure" as const, events: orders, measure: { kind: "events" as const } },
      unit: "count" as const,
    };
    expect((await one({ metrics: [preview] }))?.[0]?.total).toBe(4);
  });

  test("a name that another one bears is refused, however it is cased, and the formula in words tells conditions", async () => {
    const narrowed = [{ event: "Order Completed", where: { property: "revenue", gt: 10 } }];
    const made = await make("Big Orders", { kind: "measure", events: narrowed, measure: { kind: "events" } }, "count");
    expect(made.formula).toEqual({ zh: "Order Completed（revenue > 10）的次数", en: "number of Order Completed (revenue > 10)" });
    const taken = { fault: { code: "metric.name_taken", field: "name", details: { metric: made.id } } };
    const definition = { kind: "ratio" as const, of: "orders", per: "buyers" };
    await expect(make("big orders", definition)).rejects.toMatchObject(taken);
    const other = await make("Others", definition);
    const change = (name: string) =>
      call(api.changeMetric, { params: { metric: other.id }, body: { name, unit: "number", better: "up", definition, version: 1 } });
    await expect(change("BIG ORDERS")).rejects.toMatchObject(taken);
    expect((await change("OTHERS")).name.zh).toBe("OTHERS");
    await expect(
      engines.db`insert into metric (workspace_id, name, name_en, description, unit, better, definition, changed_at, changed_by)
        select workspace_id, name, name_en, description, unit, better, definition, changed_at, changed_by from metric where metric_id = ${made.id.slice(4)}`,
    ).rejects.toMatchObject({ constraint_name: "metric_name" });
  });

  test("changes keep versions; circles, strangers and stale changes are refused", async () => {
    const first = await make("甲", { kind: "ratio", of: "orders", per: "buyers" });
    const second = await make("乙", { kind: "ratio", of: first.id, per: "buyers" });
    const change = (version: number, definition: z.input<typeof api.createMetric.body>["definition"]) =>
      call(api.changeMetric, { params: { metric: first.id }, body: { name: "甲", unit: "number", better: "up", definition, version } });
    await expect(change(1, { kind: "ratio", of: second.id, per: "buyers" })).rejects.toMatchObject({ fault: { code: "metric.cycle" } });
    await expect(change(1, { kind: "ratio", of: "nothing", per: "buyers" })).rejects.toMatchObject({ fault: { code: "metric.not_found" } });
    await change(1, { kind: "ratio", of: "orders", per: "active_people" });
    await expect(change(1, { kind: "ratio", of: "orders", per: "users" })).rejects.toMatchObject({
      fault: { code: "metric.changed_meanwhile" },
    });
    await call(api.archiveMetric, { params: { metric: first.id }, body: { archived: true } });
    const { versions, archivedAt } = await call(api.getMetric, { params: { metric: first.id } });
    expect(versions.map(({ version, definition, by }) => [version, definition, by])).toEqual([
      [2, { kind: "ratio", of: "orders", per: "active_people" }, "ann@example.test"],
      [1, { kind: "ratio", of: "orders", per: "buyers" }, "ann@example.test"],
    ]);
    expect(archivedAt).not.toBeNull();
    const { items } = await call(api.listMetrics);
    expect(items.some(({ id }) => id === first.id)).toBe(false);
    // What was built on it goes on.
    expect(await total(second.id)).toBe(4 / 5 / 2);
    expect(audited).toEqual(expect.arrayContaining([`metric.update metric:${first.id}`, "business_events.update business_events"]));
  });
});

test("random worlds: the same as a slow reference, also where clocks are set", async () => {
  await fc.assert(
    fc.asyncProperty(randomWorld, async (world) => {
      zone = world.zone;
      const events = await storeRandom(world);
      const asked = RANDOM_METRICS.map((metric) => ({ metric, parameters: METRIC_CHOICES[metric] ?? {} }));
      const period = { from: world.from, to: isoDay((dayOfIso(world.from) ?? 0) + world.days) };
      const answer = await call(queryMetric, { body: { period, interval: world.interval, metrics: asked } });
      const spans = answer.intervals.map(({ from, to }) => ({ fromMs: Date.parse(from), toMs: Date.parse(to) }));
      const whole = { fromMs: spans[0]?.fromMs ?? 0, toMs: spans.at(-1)?.toMs ?? 0 };
      for (const [index, { metric, parameters }] of asked.entries()) {
        const line = answer.metrics[index]?.lines[0];
        const expected = [...spans, whole].map((span) =>
          referenceMetric(metric, parameters, { events, span, zone: world.zone, nowMs: NOW_MS }),
        );
        const close = expected.map((value) => (value === null ? null : (expect.closeTo(value, 9) as number)));
        expect([metric, ...(line?.points ?? []), line?.total]).toEqual([metric, ...close]);
      }
    }),
    { numRuns: RUNS + 1, examples: [[worldWithoutOrders]] },
  );
}, 120_000);

test("what people are expected to bring: each as a head of their month, by weeks, in groups, and in the period before", async () => {
  zone = "Europe/Berlin";
  await enterWorkspace();
  const events = peopleOfManyMonths();
  await insertEvents(events.map(({ person, ...event }) => ({ ...event, who: person })));
  await call(api.setBusinessEvents, { body: { events: toBody(GOLDEN_BUSINESS) } });
  const period = { from: "2025-12-29", to: "2026-05-18" };
  for (const [start, property] of [["Order Completed", "channel"], ["Signed Up"]] as const) {
    const metrics = [{ metric: "ltv_predicted", parameters: { months: 4, start: [{ event: start }] } }];
    const body = { period, interval: "week" as const, metrics, ...(property === undefined ? {} : { breakdown: { by: { property } } }) };
    const answer = await call(queryMetric, { body: { ...body, compare: true } });
    const spansOf = (labels: typeof answer.intervals = []) =>
      labels.map(({ from, to }) => ({ fromMs: Date.parse(from), toMs: Date.parse(to) }));
    const spans = spansOf(answer.intervals);
    const lines = answer.metrics[0]?.lines ?? [];
    expect(lines.map(({ value }) => value).toSorted()).toEqual(property === undefined ? [undefined] : ["x", "y"]);
    for (const { value, points, total, previous, why } of lines) {
      const own = events.filter(({ properties }) => property === undefined || properties[property] === value);
      const meant = (of: typeof spans) => referenceExpected(own, of, { start, months: 4, zone, nowMs: NOW_MS });
      expect({ points, total }).toEqual(roughly(meant(spans)));
      expect(previous).toEqual(roughly(meant(spansOf(answer.previousIntervals))));
      // Who began in May cannot be told of yet, and that is said of the weeks and of the whole.
      expect([points.filter((point) => point !== null).length > 8, total]).toEqual([true, null]);
      expect([why?.total, why?.points.at(-1)]).toEqual(["no_age_over", "no_age_over"]);
      expect(points.every((point, at) => point === null || why?.points[at] === null)).toBe(true);
      const cell = { interval: 1, ...(property === undefined ? {} : { value: value ?? null }) };
      const begun = begunBetween(own, spans[1] ?? { fromMs: 0, toMs: 0 }, start);
      expect(await idsOf({ ...body, cell })).toEqual(begun.map(({ person }) => person).toSorted((a, b) => a - b));
    }
  }
  // Beside other people: the same question about these alone, with the same reasons.
  const metrics = [{ metric: "ltv_predicted", parameters: { months: 4, start: [{ event: "Order Completed" }] } }];
  const others = { did: { event: "Signed Up" } };
  const asked = { period, interval: "week" as const, metrics };
  const beside = await call(queryMetric, { body: { ...asked, compareWith: { people: others } } });
  const alone = await call(queryMetric, { body: { ...asked, filters: { people: others } } });
  expect(beside.comparison?.metrics).toEqual(alone.metrics);
  expect(beside.comparison?.metrics[0]?.lines[0]?.why?.total).toBe("no_age_over");
  // Of months that are over everything is told, and nothing has to be said.
  const over = await call(queryMetric, { body: { ...asked, period: { from: "2026-02-01", to: "2026-05-01" }, interval: "month" } });
  expect(over.metrics[0]?.lines[0]).toMatchObject({ total: expect.any(Number) });
  expect(over.metrics[0]?.lines[0]?.why).toBeUndefined();
});

const roughly = (line: { readonly points: readonly (number | null)[]; readonly total: number | null }) => {
  const close = (value: number | null) => (value === null ? null : (expect.closeTo(value, 6) as number));
  return { points: line.points.map(close), total: close(line.total) };
};

function toBody(events: BusinessEvents) {
  const { user, registration, activation, login, use, order, refund, comment } = events;
  return {
    user: shownEvents(user),
    registration: shownEvents(registration),
    activation: shownEvents(activation),
    login: shownEvents(login),
    use: shownEvents(use),
    order: shownEvents(order),
    refund: shownEvents(refund),
    comment: shownEvents(comment),
  };
}
