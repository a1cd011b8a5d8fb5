import { getDistribution, listDistributionPeople } from "@terrace/contract/api/insight-distribution";
import { getFunnel, listFunnelPeople } from "@terrace/contract/api/insight-funnel";
import { getInterval, listIntervalPeople } from "@terrace/contract/api/insight-interval";
import { getPaths, listPathPeople } from "@terrace/contract/api/insight-paths";
import { getRfm, listRfmPeople } from "@terrace/contract/api/insight-rfm";
import { getSessions, listSessionPeople } from "@terrace/contract/api/insight-sessions";
import type { RouteContract } from "@terrace/contract/route";
import { EMPTY_CONTEXT, type FeedEvent } from "@terrace/domain/event/feed-event";
import type { Measure } from "@terrace/domain/insight/spread/distribution-plan";
import type { FunnelPlan } from "@terrace/domain/insight/funnel/funnel-plan";
import { shapeFunnel } from "@terrace/domain/insight/funnel/shape-funnel";
import type { PathsPlan } from "@terrace/domain/insight/paths/paths-plan";
import { RFM_GROUPS, type RfmMoment, type RfmPlan } from "@terrace/domain/insight/rfm/rfm-plan";
import { startBothEngines, type TestEngines } from "@terrace/testkit/both-engines";
import { callRoute, type CallInput } from "@terrace/testkit/call-route";
import fc from "fast-check";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ch, type ChStatement } from "../../../platform/storage/clickhouse.ts";
import { createWarehouseModule } from "../../warehouse/module.ts";
import { referenceDistribution } from "../spread/distribution.reference.ts";
import { distributionFigures, distributionPeople } from "../spread/distribution.views.ts";
import { funnelFigures, funnelOverTime, funnelPeople } from "../funnel/funnel.views.ts";
import { referenceFunnel, type ReferenceAttempt } from "../funnel/funnel.reference.ts";
import { referenceIntervals } from "../interval/interval.reference.ts";
import { intervalFigures, intervalPeople } from "../interval/interval.views.ts";
import { createInsight, type Insight } from "../module.ts";
import { NUMBERED_MAX } from "../paths/path-events.views.ts";
import { pathFigures, pathPeople } from "../paths/paths.views.ts";
import { referencePaths } from "../paths/paths.reference.ts";
import { referenceRfm } from "../rfm/rfm.reference.ts";
import { rfmGrid, rfmMigration, rfmPeople } from "../rfm/rfm.views.ts";
import { referenceSessions } from "../sessions/sessions.reference.ts";
import { sessionFigures, sessionPeople } from "../sessions/sessions.views.ts";
import type { AnalysisTools, Asking } from "../time/asking.ts";
import { askingWith, idsOf } from "../time/asking-fixture.ts";
import type { ReferenceEvent } from "./reference-event.ts";

let engines: TestEngines;
let insight: Insight;
let batches = 0;
let workspaceId = 5_000;
/** A Saturday: the clocks of Berlin go forward in the night that follows. */
const START = Date.UTC(2026, 2, 28, 12);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const ZONE = "Europe/Berlin";
/** More by hand: a longer search for a difference. */
const RUNS = Number(process.env["TERRACE_RUNS"] ?? 1);

beforeAll(async () => {
  engines = await startBothEngines();
  insight = createInsight({
    db: engines.db,
    warehouse: engines.warehouse,
    workspace: () => Promise.resolve({ workspaceId, name: "Shop", timeZone: "UTC", currency: "CNY", label: "" }),
    people: { displayNames: (_, ids) => Promise.resolve(new Map(ids.map((id) => [id, { personId: id, displayName: `Person ${id}` }]))) },
    collect: {
      definitions: { eventSpan: () => Promise.resolve(undefined) },
      quarantine: { openCount: () => Promise.resolve(0) },
      virtualEvents: { list: () => Promise.resolve([]) },
    },
    privacy: { tokenise: () => "", encryptPayload: (payload) => payload, decryptPayload: (payload) => Buffer.from(payload) },
    audit: () => Promise.resolve(),
    feedStatus: () => Promise.resolve([]),
    usesOfMetric: () => Promise.resolve([]),
    denies: () => false,
    nowMs: () => START + 30 * DAY,
    log: pino({ level: "silent" }),
  });
}, 120_000);
afterAll(async () => {
  await insight.stop();
  await engines.stop();
});

type Given = ReferenceEvent & { readonly origin: string };

const call = <C extends RouteContract>(of: C, input: CallInput<C> = {}) => callRoute(insight.routes, workspaceId, of, input);
const tools = (): AnalysisTools => ({
  workspaceId,
  virtuals: [],
  tokenise: () => "",
  nowMs: START,
  zone: ZONE,
  scope: ch`1`,
  people: ch`1`,
  startScope: ch`1`,
});
const asking = (): Asking => askingWith(engines, tools());
const ids = (people: ChStatement) => idsOf(asking(), people);

/** Stores events in a workspace of their own, and says whose the origins are. */
async function store(events: readonly Given[]): Promise<void> {
  batches += 1;
  workspaceId += 1;
  const warehouse = createWarehouseModule({
    warehouse: engines.warehouse,
    originId: (event) => event.ids[0]?.value ?? "0",
    nowMs: Date.now,
    stored: () => undefined,
    quarantine: () => Promise.reject(new Error("not storable")),
    pending: () => Promise.resolve([]),
    confirm: () => Promise.resolve(),
    pendingTraits: () => Promise.resolve([]),
    pendingTags: () => Promise.resolve([]),
    confirmTags: () => Promise.resolve(),
    confirmTraits: () => Promise.resolve(),
  });
  const placed = events.map(({ origin, name, atMs, receivedAtMs, place, properties, page }) => {
    const event: FeedEvent = {
      workspaceId,
      messageId: `m${batches}-${place}`,
      source: "import",
      name,
      timeMs: atMs,
      receivedAtMs,
      ids: [{ kind: "user_id", value: origin }],
      link: "observed",
      properties,
      context: { ...EMPTY_CONTEXT, pagePath: page ?? "" },
      traits: [],
      secrets: {},
    };
    // Places whose text is in another order than their numbers.
    return { lane: 0, seq: String(8 + Math.floor(place / 12)), index: place % 12, event, propertiesText: JSON.stringify(properties) };
  });
  const batch = { batchId: String(batches), ranges: [], eventCount: placed.length, generation: 0, settledAt: new Date() };
  if (placed.length > 0) await warehouse.storeBatch(batch, placed, false);
  const owners = new Map(events.map(({ origin, person }) => [origin, person]));
  const rows = [...owners]
    .filter(([origin, person]) => origin !== person)
    .map(([origin, person]) => `(${workspaceId}, ${origin}, ${person}, 1)`);
  if (rows.length === 0) return;
  await engines.warehouse.client.command({
    query: `insert into person_of_origin_row (workspace_id, origin_id, person_id, change_seq) values ${rows.join(",")}`,
  });
  for (const node of engines.warehouse.nodes) await node.command({ query: "SYSTEM RELOAD DICTIONARY person_of_origin" });
}

/** Ids 2, 4 … 20 belong to the person before them. */
function ownerOf(origin: number): string {
  return String(origin <= 20 && origin % 2 === 0 ? origin - 1 : origin);
}

const eventArb = fc.record({
  origin: fc.integer({ min: 1, max: 40 }),
  name: fc.constantFrom("a", "b", "c", "x", "other", "$exposure"),
  // Few instants, so that ties are common.
  hours: fc.integer({ min: 0, max: 14 }),
  later: fc.nat({ max: 1 }),
  properties: fc.record(
    {
      order: fc.constantFrom<string | number | boolean>("7", 7, 7.5, true, "seven"),
      revenue: fc.constantFrom<string | number | boolean>(1, 2.5, "3.25", "free", true, -1, 0.1),
      currency: fc.constantFrom("CNY", "cny", "USD"),
    },
    { requiredKeys: [] },
  ),
  page: fc.constantFrom("/a", "/b", ""),
});
const worldArb = fc.array(eventArb, { minLength: 0, maxLength: 260, size: "max" }).map((events) =>
  events.map(({ origin, hours, later, ...rest }, place): Given => ({
    ...rest,
    place,
    origin: String(origin),
    person: ownerOf(origin),
    atMs: START + hours * HOUR,
    receivedAtMs: START + 100 * HOUR + later,
  })),
);

/** Compares what some queries say of random events with what the reference says. */
async function onWorlds<Plan>(plans: fc.Arbitrary<Plan>, agree: (plan: Plan, events: readonly Given[]) => Promise<void>): Promise<void> {
  await fc.assert(
    fc.asyncProperty(worldArb, fc.array(plans, { minLength: 4, maxLength: 4 }), async (events, some) => {
      await store(events);
      for (const plan of some) await agree(plan, events);
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
}

const person = (personId: string) => ({ personId, displayName: `Person ${personId}` });
const byId = (ids: Iterable<string>): readonly string[] => [...new Set(ids)].toSorted((a, b) => Number(a) - Number(b));
const periodArb = fc
  .tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 5, max: 15 }))
  .map(([from, to]) => ({ fromMs: START + from * HOUR, toMs: START + to * HOUR }));

function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.ceil((sorted.length - 1) / 2)]];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}

const funnelArb: fc.Arbitrary<FunnelPlan> = fc
  .record({
    order: fc.constantFrom("ordered" as const, "strict" as const, "any" as const),
    steps: fc.array(fc.uniqueArray(fc.constantFrom("a", "b", "c"), { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 4 }),
    windowMs: fc.constantFrom(0, HOUR, 3 * HOUR, 6 * HOUR),
    excluded: fc.array(fc.tuple(fc.nat({ max: 3 }), fc.nat({ max: 3 }), fc.constantFrom("x", "b")), { maxLength: 2 }),
    hold: fc.boolean(),
    attribution: fc.constantFrom("none" as const, "first" as const, "last" as const, { step: 0 }, { step: 1 }),
    period: periodArb,
  })
  .map(({ order, steps, windowMs, excluded, hold, attribution, period }) => {
    const used = order === "any" ? ["a", "b", "c"].slice(0, steps.length).map((name) => [name]) : steps;
    const last = used.length - 1;
    const exclusions = excluded.flatMap(([one, two, name]) => {
      const [from, to] = [Math.min(one, two, last), Math.min(Math.max(one, two), last)];
      if (last > 0 && order === "any") return [{ selector: { event: "x" }, from: 0, to: last }];
      return from === to ? [] : [{ selector: { event: name }, from, to }];
    });
    return {
      order,
      steps: used.map((names) => names.map((event) => ({ event }))),
      windowMs,
      exclusions,
      hold: hold ? { property: "order" } : undefined,
      breakdown:
        attribution === "none"
          ? undefined
          : {
              by: { property: "order" },
              attribution: typeof attribution === "object" ? { step: Math.min(attribution.step, last) } : attribution,
            },
      ...period,
    };
  });

describe("SQL agrees with the slow reference on random events: ties, merged ids, values of any type", () => {
  test("funnels of all orders, with exclusions, repeated steps, alternatives, a property held constant, breakdowns and intervals", async () => {
    await onWorlds(funnelArb, async (plan, events) => {
      const last = plan.steps.length - 1;
      const found = [...referenceFunnel(plan, events)].map(([key, attempt]) => ({ person: key.split("@")[0] ?? "", ...attempt }));
      const reachedBy = (attempts: readonly ReferenceAttempt[]) =>
        plan.steps.map((_, step) => attempts.filter(({ level }) => level > step).length);
      const histogram = { from: 0, to: last, startsMs: [0, 2 * HOUR] };
      const { total, values: byValue } = await funnelFigures(asking(), plan, { histogram, valuesMax: 50 });
      const took = found.filter(({ level }) => level > last).map(({ times }) => (times.at(-1) ?? 0) - (times[0] ?? 0));
      expect(total).toMatchObject({
        reached: reachedBy(found),
        brackets: [took.filter((ms) => ms < 2 * HOUR).length, took.filter((ms) => ms >= 2 * HOUR).length],
      });
      expect([total.sums.at(-1), total.medians.at(-1)]).toEqual([took.reduce((sum, ms) => sum + ms, 0), median(took)]);
      const values = [...new Set(found.map(({ value }) => value))].toSorted();
      expect(byValue.map(({ value, reached }) => ({ value, reached })).toSorted((a, b) => (a.value < b.value ? -1 : 1))).toEqual(
        (plan.breakdown === undefined ? [] : values).map((value) => ({
          value,
          reached: reachedBy(found.filter((attempt) => attempt.value === value)),
        })),
      );
      const startsMs = [plan.fromMs, START + 4.5 * HOUR, START + 5 * HOUR];
      const slotOf = (ms: number) => startsMs.findLast((startMs) => startMs <= ms) ?? 0;
      const slots = [...referenceFunnel(plan, events, slotOf)];
      expect(await funnelOverTime(asking(), plan, startsMs)).toEqual(
        startsMs.flatMap((startMs) => {
          const own = slots.filter(([key]) => key.endsWith(`@${startMs}`)).map(([, attempt]) => attempt);
          return own.length === 0 ? [] : [{ startMs, reached: reachedBy(own) }];
        }),
      );
      const value = values[0] ?? "";
      const cell = { levels: { from: 1, to: 1 }, value, interval: undefined };
      expect(await ids(funnelPeople(plan, tools(), cell))).toEqual(
        byId(found.filter((attempt) => attempt.level === 1 && attempt.value === value).map(({ person }) => person)),
      );
    });
  }, 300_000);

  const pathsArb: fc.Arbitrary<PathsPlan> = fc
    .record({
      node: fc.constantFrom("event" as const, "page" as const),
      events: fc.option(fc.constant([{ event: "a" }, { event: "b" }, { event: "other" }]), { nil: undefined }),
      gapMs: fc.constantFrom(HOUR, 2 * HOUR, 5 * HOUR),
      stepsMax: fc.constantFrom(2, 3, 5),
      startsAt: fc.boolean(),
      endsAt: fc.boolean(),
      collapseRepeats: fc.boolean(),
      period: periodArb,
    })
    .map(({ startsAt, endsAt, period, ...rest }) => ({
      ...rest,
      ...period,
      startAt: startsAt ? (rest.node === "page" ? "/a" : "a") : undefined,
      endAt: endsAt ? (rest.node === "page" ? "/b" : "b") : undefined,
    }));

  test("paths through events and pages", async () => {
    await onWorlds(pathsArb, async (plan, events) => {
      const steps = referencePaths(plan, events);
      const keyOf = ({ step, source, target }: { readonly step: number; readonly source: string; readonly target: string }) =>
        `${step} ${source} ${target}`;
      const figures = await pathFigures(asking(), plan, 1_000);
      expect(await pathFigures(asking(), plan, 1_000, 0), "with more nodes than have numbers").toEqual(figures);
      for (const [isEnd, shown] of [
        [false, figures.edges],
        [true, figures.ends],
      ] as const) {
        const wanted = Map.groupBy(
          steps.filter(({ target }) => (target === "") === isEnd),
          keyOf,
        );
        expect(new Map(shown.map((edge) => [keyOf(edge), [edge.sessions, edge.people]]))).toEqual(
          new Map([...wanted].map(([key, of]) => [key, [of.length, new Set(of.map(({ person }) => person)).size]])),
        );
      }
      const begun = steps.filter(({ step }) => step === 1);
      expect([figures.sessions, figures.people]).toEqual([begun.length, new Set(begun.map(({ person }) => person)).size]);
      const gone = steps.filter(({ target }) => target !== "");
      expect(figures.allEdges).toEqual({ kinds: new Set(gone.map(keyOf)).size, sessions: gone.length });
      const cell = steps[0] ?? { step: 1, source: "a", target: "b" };
      expect(await ids(pathPeople(plan, tools(), cell))).toEqual(
        byId(steps.filter((step) => keyOf(step) === keyOf(cell)).map(({ person }) => person)),
      );
      // A node: whoever was there, however they came and wherever they went on.
      for (const side of ["source", "target"] as const)
        expect(await ids(pathPeople(plan, tools(), { source: undefined, target: undefined, step: cell.step, [side]: cell[side] }))).toEqual(
          byId(steps.filter((step) => step.step === cell.step && step[side] === cell[side]).map(({ person }) => person)),
        );
    });
  }, 300_000);

  test("sessions and their time", async () => {
    await onWorlds(fc.record({ period: periodArb, gapMs: fc.constantFrom(1, HOUR, 3 * HOUR) }), async ({ period, gapMs }, events) => {
      const plan = { ...period, gapMs, events: undefined };
      const sessions = referenceSessions(plan, events);
      const startsMs = [period.fromMs, START + 4.5 * HOUR];
      const rows = await sessionFigures(asking(), plan, startsMs);
      const figures = (of: typeof sessions) => ({
        sessions: of.length,
        people: new Set(of.map(({ person }) => person)).size,
        events: of.reduce((sum, { size }) => sum + size, 0),
        bounces: of.filter(({ size }) => size === 1).length,
        totalMs: of.reduce((sum, { beginMs, endMs }) => sum + endMs - beginMs, 0),
        medianMs: median(of.map(({ beginMs, endMs }) => endMs - beginMs)),
      });
      expect(rows.find(({ all }) => all === 1)).toMatchObject(figures(sessions));
      for (const startMs of startsMs) {
        const own = sessions.filter(({ beginMs }) => startsMs.findLast((each) => each <= beginMs) === startMs);
        const row = rows.find((each) => each.all === 0 && each.startMs === startMs);
        if (own.length === 0) expect(row).toBeUndefined();
        else expect(row).toMatchObject(figures(own));
      }
      const cell = { bounced: false, fromMs: 0, toMs: 3 * HOUR, begunFromMs: period.fromMs, begunToMs: START + 5 * HOUR };
      expect(await ids(sessionPeople(plan, tools(), cell))).toEqual(
        byId(
          sessions
            .filter(({ size, beginMs, endMs }) => size > 1 && endMs - beginMs < 3 * HOUR && beginMs < START + 5 * HOUR)
            .map(({ person }) => person),
        ),
      );
    });
  }, 300_000);

  test("intervals between events, also of the same event and with a property held constant", async () => {
    const planArb = fc.record({
      period: periodArb,
      end: fc.constantFrom("a", "b"),
      hold: fc.boolean(),
      withinMs: fc.constantFrom(undefined, 2 * HOUR),
    });
    await onWorlds(planArb, async ({ period, end, hold, withinMs }, events) => {
      const plan = { ...period, start: { event: "a" }, end: { event: end }, hold: hold ? { property: "order" } : undefined, withinMs };
      const found = referenceIntervals({ ...period, start: "a", end, hold: hold ? "order" : undefined, withinMs }, events);
      const lengths = found.map(({ took }) => took);
      const figures = await intervalFigures(asking(), plan, [0, HOUR, 4 * HOUR]);
      expect(figures).toMatchObject({
        intervals: found.length,
        people: new Set(found.map(({ person }) => person)).size,
        total: lengths.reduce((sum, ms) => sum + ms, 0),
        ...(found.length === 0 ? {} : { least: Math.min(...lengths), most: Math.max(...lengths) }),
      });
      expect(figures?.percentiles[2]).toBe(median(lengths));
      expect(figures?.bracketIntervals).toEqual([
        lengths.filter((ms) => ms < HOUR).length,
        lengths.filter((ms) => ms >= HOUR && ms < 4 * HOUR).length,
        lengths.filter((ms) => ms >= 4 * HOUR).length,
      ]);
      expect(await ids(intervalPeople(plan, tools(), { fromMs: HOUR, toMs: 4 * HOUR }))).toEqual(
        byId(found.filter(({ took }) => took >= HOUR && took < 4 * HOUR).map(({ person }) => person)),
      );
    });
  }, 300_000);

  test("distributions by times, local days and sums of numbers and texts that are numbers", async () => {
    const measures: fc.Arbitrary<Measure> = fc.constantFrom({ kind: "count" }, { kind: "days" }, { kind: "sum", property: "revenue" });
    await onWorlds(fc.record({ period: periodArb, measure: measures }), async ({ period, measure }, events) => {
      const plan = { ...period, event: { event: "a" }, measure };
      const values = referenceDistribution({ ...period, event: "a", measure, zone: ZONE }, events);
      const numbers = [...values.values()];
      const starts = [0, 1, 2, 3.5];
      const totals = await distributionFigures(asking(), plan, starts);
      expect(totals.people).toBe(values.size);
      expect(totals.total).toBeCloseTo(
        numbers.reduce((sum, value) => sum + value, 0),
        6,
      );
      expect(totals.counts).toEqual(
        [-Infinity, ...starts].map((from, index) => numbers.filter((value) => value >= from && value < (starts[index] ?? Infinity)).length),
      );
      expect(await ids(distributionPeople(plan, tools(), { from: 1, to: 3.5 }))).toEqual(
        byId([...values].filter(([, value]) => value >= 1 && value < 3.5).map(([person]) => person)),
      );
    });
  }, 300_000);

  test("RFM by equal parts and by own limits, net of refunds, and who moved between two dates", async () => {
    const scorings: fc.Arbitrary<RfmPlan["scoring"]> = fc.constantFrom(
      { kind: "quantile", scores: 2 },
      { kind: "quantile", scores: 5 },
      { kind: "own", limits: { recencyDays: [1, 3], frequency: [2, 3], monetaryMinor: [0, 200, 500] } },
    );
    await onWorlds(scorings, async (scoring, events) => {
      const plan: RfmPlan = { orders: [{ event: "a" }], refunds: [{ event: "b" }], scoring, currency: "CNY", digits: 2, zone: ZONE };
      // Midnight of the 29th in Berlin is 23:00 UTC.
      const at: RfmMoment = { day: 20_541, atMs: START + 13 * HOUR, sinceMs: START };
      const before: RfmMoment = { day: 20_541, atMs: START + 11 * HOUR, sinceMs: START - DAY };
      const scores = referenceRfm(plan, at, events);
      const grid = await rfmGrid(asking(), plan, at);
      const keyOf = (of: { readonly recency: number; readonly frequency: number; readonly monetary: number }) =>
        `${of.recency}${of.frequency}${of.monetary}`;
      expect(new Map(grid.map((cell) => [keyOf(cell), [cell.people, cell.orders, cell.monetaryMinor]]))).toEqual(
        new Map(
          [...Map.groupBy(scores, keyOf)].map(([key, of]) => [
            key,
            [of.length, of.reduce((sum, { orders }) => sum + orders, 0), of.reduce((sum, { minor }) => sum + minor, 0)],
          ]),
        ),
      );
      const groups = new Map(scores.map(({ person, group }) => [person, group]));
      const groupsBefore = new Map(referenceRfm(plan, before, events).map(({ person, group }) => [person, group]));
      const moves = [...new Set([...groups.keys(), ...groupsBefore.keys()])].map(
        (person) => `${groupsBefore.get(person)} ${groups.get(person)}`,
      );
      const migration = await rfmMigration(asking(), plan, { from: before, to: at });
      expect(new Map(migration.map(({ from, to, people }) => [`${from} ${to}`, people]))).toEqual(
        new Map([...Map.groupBy(moves, (move) => move)].map(([move, of]) => [move, of.length])),
      );
      const group = scores[0]?.group ?? RFM_GROUPS[0];
      expect(await ids(rfmPeople(plan, tools(), { at, group }))).toEqual(
        byId(scores.filter((each) => each.group === group).map(({ person }) => person)),
      );
    });
  }, 300_000);
});

describe("through the API", () => {
  const at = (day: number, hour = 12): number => Date.UTC(2026, 2, day, hour);
  const period = { from: "2026-03-01", to: "2026-03-11" };
  const event = (origin: string, name: string, atMs: number, more: Partial<Given> = {}): Given => ({
    origin,
    person: origin,
    name,
    atMs,
    receivedAtMs: atMs,
    place: (places += 1),
    properties: {},
    ...more,
  });
  let places = 0;

  test("a funnel with breakdown, intervals, histogram and people by pages; a cell opens those it counted", async () => {
    await store([
      event("1", "view", at(1), { properties: { city: "Hangzhou" } }),
      event("1", "buy", at(2)),
      event("2", "view", at(1), { properties: { city: "Hangzhou" } }),
      event("3", "view", at(2), { properties: { city: "Suzhou" } }),
      event("3", "buy", at(2, 13)),
      event("4", "view", at(2)),
    ]);
    const query = { period, steps: [{ event: "view" }, { event: "buy" }], breakdown: { by: { property: "city" }, limit: 1 } };
    const funnel = await call(getFunnel, { body: { ...query, interval: "day", histogram: { bracketsSeconds: [0, 7_200] } } });
    expect(funnel).toMatchObject({
      from: "2026-03-01T00:00:00.000Z",
      windowSeconds: 1_209_600,
      ...shapeFunnel({ reached: [4, 2], sums: [25 * HOUR, 25 * HOUR], medians: [12.5 * HOUR, 12.5 * HOUR] }),
      breakdown: { values: [{ value: "Hangzhou", steps: [{ people: 2 }, { people: 1 }] }], rest: [2, 1] },
      histogram: [
        { fromSeconds: 0, toSeconds: 7_200, people: 1 },
        { fromSeconds: 7_200, toSeconds: null, people: 1 },
      ],
    });
    expect(funnel.intervals?.slice(0, 2)).toMatchObject([
      { label: "2026-03-01", people: [2, 1], conversion: 0.5, complete: true },
      { label: "2026-03-02", people: [2, 1] },
    ]);
    const dropped = { ...query, cell: { step: 2, outcome: "dropped" as const } };
    const first = await call(listFunnelPeople, { body: dropped, query: { limit: 1 } });
    const second = await call(listFunnelPeople, { body: dropped, query: { limit: 1, cursor: first.nextCursor } });
    expect([first.items, second.items, second.nextCursor]).toEqual([[person("2")], [person("4")], undefined]);
    const ofDay = { unit: "day" as const, from: funnel.intervals?.[1]?.from ?? "" };
    expect(
      await call(listFunnelPeople, { body: { ...query, cell: { step: 1, outcome: "converted", value: null, interval: ofDay } } }),
    ).toEqual({
      items: [person("4")],
    });
    await expect(call(listFunnelPeople, { body: { ...query, cell: { step: 3, outcome: "converted" } } })).rejects.toMatchObject({
      code: "insight.query_invalid",
      fault: { field: "cell.step" },
    });
  });

  test("attempts whose window is open are left out when asked; the first event of an attempt lies in the period, the others may follow it", async () => {
    const now = START + 30 * DAY;
    await store([
      event("1", "view", now - 3 * DAY),
      event("2", "view", now - 1 * DAY),
      event("3", "view", now - 2 * DAY),
      event("3", "buy", now - DAY / 2),
    ]);
    const query = {
      period: { last: 30, unit: "day" as const },
      window: { value: 2, unit: "day" as const },
      steps: [{ event: "view" }, { event: "buy" }],
    };
    const counts = async (more: object) => (await call(getFunnel, { body: { ...query, ...more } })).steps.map(({ people }) => people);
    expect(await counts({})).toEqual([3, 1]);
    expect(await counts({ hideIncomplete: true })).toEqual([1, 0]);
    const day = new Date(now - 2 * DAY).toISOString().slice(0, 10);
    const next = new Date(now - 1 * DAY).toISOString().slice(0, 10);
    expect(await counts({ period: { from: day, to: next } })).toEqual([1, 1]);
  });

  test("paths through more nodes than have numbers", async () => {
    const pages = NUMBERED_MAX + 10;
    await store(
      Array.from({ length: pages }, (_, index) => [
        event("1", "seen", at(1, 8) + index, { page: `/${String(index).padStart(5, "0")}` }),
        event("2", "seen", at(1, 8) + index, { page: index % 2 === 0 ? "/a" : "/b" }),
      ]).flat(),
    );
    const paths = await call(getPaths, { body: { period, node: "page", maxSteps: 2, limit: 5 } });
    expect(paths).toMatchObject({
      sessions: 2,
      people: 2,
      edges: [
        { step: 1, source: "/00000", target: "/00001", sessions: 1, people: 1 },
        { step: 1, source: "/a", target: "/b", sessions: 1, people: 1 },
      ],
      rest: { edges: 0, sessions: 0 },
    });
  });

  test("paths, sessions, intervals, distributions and RFM answer with people behind their cells", async () => {
    await store([
      event("1", "home", at(1, 8)),
      event("1", "search", at(1, 8) + 60_000),
      event("2", "home", at(1, 9)),
      event("1", "Order Completed", at(3), { properties: { revenue: 100 } }),
      event("1", "Order Completed", at(5), { properties: { revenue: "50.5" } }),
      event("1", "Order Refunded", at(6), { properties: { revenue: 20 } }),
      event("2", "Order Completed", at(9), { properties: { revenue: 5 } }),
    ]);
    const paths = await call(getPaths, { body: { period, events: [{ event: "home" }, { event: "search" }] } });
    expect(paths).toMatchObject({
      sessions: 2,
      people: 2,
      edges: [{ step: 1, source: "home", target: "search", sessions: 1 }],
      rest: { edges: 0, sessions: 0 },
    });
    expect(paths.ends).toContainEqual({ step: 1, node: "home", sessions: 1, people: 1 });
    const end = { step: 1, source: "home", target: null };
    expect((await call(listPathPeople, { body: { period, events: [{ event: "home" }, { event: "search" }], cell: end } })).items).toEqual([
      person("2"),
    ]);

    const sessions = await call(getSessions, { body: { period, interval: "week" } });
    expect(sessions).toMatchObject({ sessions: 6, people: 2, events: 7, totalSeconds: 60, secondsPerPerson: 30, bounceRate: 5 / 6 });
    expect(sessions.intervals?.map((week) => week.sessions)).toEqual([2, 3, 1]);
    expect((await call(listSessionPeople, { body: { period, cell: { bounced: false } } })).items).toEqual([person("1")]);

    const order = { event: "Order Completed" };
    const interval = await call(getInterval, { body: { period, start: order, end: order } });
    expect(interval).toMatchObject({ intervals: 1, people: 1, averageSeconds: 172_800, minSeconds: 172_800 });
    expect((await call(listIntervalPeople, { body: { period, start: order, end: order } })).items).toEqual([person("1")]);

    const distribution = await call(getDistribution, {
      body: { period, event: order, measure: { kind: "sum", property: "revenue" }, brackets: [10, 100] },
    });
    expect(distribution).toMatchObject({
      people: 2,
      total: 155.5,
      below: 1,
      brackets: [{ people: 0 }, { from: 100, to: null, people: 1, share: 0.5 }],
    });
    expect((await call(getDistribution, { body: { period, event: order } })).brackets).toMatchObject([
      { from: 1, to: 2, people: 1 },
      { from: 2, to: null, people: 1 },
    ]);
    expect((await call(listDistributionPeople, { body: { period, event: order, cell: { from: 2 } } })).items).toEqual([person("1")]);

    const rfm = await call(getRfm, { body: { at: "2026-03-11", compareTo: "2026-03-04", scores: 2 } });
    expect(rfm).toMatchObject({ people: 2, orders: 3, monetaryMinor: 13_550, currency: "CNY" });
    expect(rfm.grid).toEqual([
      { recency: 2, frequency: 1, monetary: 1, people: 1, orders: 1, monetaryMinor: 500 },
      { recency: 1, frequency: 2, monetary: 2, people: 1, orders: 2, monetaryMinor: 13_050 },
    ]);
    expect(rfm.migration).toContainEqual({ from: "none", to: "general_develop", people: 1 });
    const moved = { from: "none" as const, to: "general_develop" as const };
    expect((await call(listRfmPeople, { body: { at: "2026-03-11", compareTo: "2026-03-04", scores: 2, cell: moved } })).items).toEqual([
      person("2"),
    ]);
  });
});
