import { getFunnel, listFunnelPeople } from "@terrace/contract/api/insight-funnel";
import { queryLifecycle, listLifecyclePeople } from "@terrace/contract/api/insight-lifecycle";
import { cancelQuery, getQuery, listQueries } from "@terrace/contract/api/insight-queries";
import { getSessions } from "@terrace/contract/api/insight-sessions";
import { listRetentionPeople, queryRetention } from "@terrace/contract/api/insight-retention";
import { listStickinessPeople, queryStickiness } from "@terrace/contract/api/insight-stickiness";
import { listTrendPeople, queryTrends } from "@terrace/contract/api/insight-trends";
import { fieldView, NO_FIELD_RULES } from "@terrace/domain/access/field-view";
import type { RouteContract } from "@terrace/contract/route";
import type { BreakdownBy } from "@terrace/domain/insight/breakdown";
import { LIFECYCLE_STATES } from "@terrace/domain/insight/lifecycle/lifecycle";
import { RETENTION_KINDS, RETENTION_MODES } from "@terrace/domain/insight/retention/retention-plan";
import { dayStart, type Calendar, type IntervalUnit } from "@terrace/domain/insight/time/calendar";
import { intervalAt, intervalsOf } from "@terrace/domain/insight/time/intervals";
import { PROPERTY_MEASURES, type Measure } from "@terrace/domain/insight/trends/trends-plan";
import { dayOfIso, isoDay } from "@terrace/domain/time/zoned-time";
import { startBothEngines, type TestEngines } from "@terrace/testkit/both-engines";
import { callRoute, type CallInput } from "@terrace/testkit/call-route";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ANALYSES } from "./analyses.ts";
import { ch, type ChStatement } from "../../platform/storage/clickhouse.ts";
import { loadDataGeneration, noteDataChanged } from "../../platform/storage/data-generation.store.ts";
import type { AnyAnalysis } from "./analysis.ts";
import { createAnswering, type Answering } from "./answering.ts";
import { type Wanted } from "./any-answer.ts";
import { referenceLifecycle } from "./lifecycle/lifecycle.reference.ts";
import { referenceRetention } from "./retention/retention.reference.ts";
import { engineFault } from "./running/engine-fault.ts";
import { readRows, type AnalysisDeps, type Filters } from "./time/asking.ts";
import { askingWith, noOwnMetrics } from "./time/asking-fixture.ts";
import { distinctPeople, intervalOrdinal, type ReferenceEvent } from "./time/local-interval.reference.ts";
import { referenceFigure, referenceValues } from "./trends/trends.reference.ts";
import { readLines } from "./trends/trends.views.ts";
import { readValues, type AtOnce } from "./trends/values-at-once.views.ts";

const NOW_MS = Date.UTC(2026, 11, 1);
/** More by hand: a longer search for a difference. */
const RUNS = Number(process.env["TERRACE_RUNS"] ?? 4);
const ZONES = ["UTC", "Asia/Shanghai", "Asia/Kolkata", "Europe/Berlin", "America/New_York"];
/** Around the nights in which Berlin and New York set their clocks. */
const BASES = ["2026-03-25", "2026-10-22", "2026-03-05", "2026-10-30"];

let engines: TestEngines;
let answering: Answering;
let workspaceId = 500;
let calendar: Calendar = { zone: "UTC", weekStart: "monday" };

beforeAll(async () => {
  engines = await startBothEngines();
  answering = createAnswering(deps(), ANALYSES);
}, 60_000);
afterAll(() => engines.stop());

function deps(): AnalysisDeps {
  return {
    db: engines.db,
    warehouse: engines.warehouse,
    workspace: () =>
      Promise.resolve({ workspaceId, name: "w", timeZone: calendar.zone, currency: "CNY" }) as ReturnType<AnalysisDeps["workspace"]>,
    people: { displayNames: () => Promise.resolve(new Map()) },
    collect: { virtualEvents: { list: () => Promise.resolve([]) } },
    privacy: { tokenise: (_, personalClass) => `~${personalClass}.${"t".repeat(22)}` },
    denies: (_, originId) => originId === "99",
    nowMs: () => NOW_MS,
    metricGround: noOwnMetrics,
  };
}
const call = <C extends RouteContract>(contract: C, input: CallInput<C>) => callRoute(answering.routes, workspaceId, contract, input);

type Drawn = {
  readonly origin: number;
  readonly name: string;
  readonly timeMs: number;
  readonly properties: Record<string, unknown>;
  readonly channel: string;
};

/** Stores events in a workspace of their own; `merges` are ids and the people they belong to. */
async function stored(events: readonly Drawn[], merges: Readonly<Record<number, number>> = {}): Promise<readonly ReferenceEvent[]> {
  workspaceId += 1;
  await insertEvents(events);
  const rows = Object.entries(merges).map(([origin, person]) => `(${workspaceId}, ${origin}, ${person}, 1)`);
  if (rows.length > 0) {
    await engines.warehouse.client.command({
      query: `insert into person_of_origin_row (workspace_id, origin_id, person_id, change_seq) values ${rows.join(", ")}`,
      clickhouse_settings: { distributed_foreground_insert: 1, insert_deduplicate: 0 },
    });
    for (const node of engines.warehouse.nodes) await node.command({ query: "SYSTEM RELOAD DICTIONARY person_of_origin" });
  }
  return events.map((event) => ({ ...event, person: merges[event.origin] ?? event.origin }));
}

/** Segments of the workspace as PostgreSQL knows them. */
async function segmentsMade(ids: readonly string[]): Promise<void> {
  await engines.db`insert into workspace (workspace_id, name) overriding system value values (${workspaceId}, 'w') on conflict do nothing`;
  await engines.db`insert into segment (segment_id, workspace_id, name, kind, created_at, created_by)
    overriding system value select id, ${workspaceId}, 's', 'snapshot', now(), 'test' from unnest(${[...ids]}::bigint[]) as id
    on conflict (segment_id) do update set workspace_id = excluded.workspace_id`;
}

async function insertEvents(events: readonly Drawn[]): Promise<void> {
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
    values: events.map(({ origin, name, timeMs, properties, channel }, index) => ({
      workspace_id: workspaceId,
      origin_id: String(origin),
      name,
      time: text(timeMs),
      received_at: text(NOW_MS),
      message_id: `m${index}`,
      event_id: `e${index}`,
      source: "import",
      properties,
      channel,
    })),
  });
}

const price = fc.constantFrom<unknown>(5, 5.25, 0.1, 0.2, -3, "7.5", "x", true, undefined, [1, 2], { a: 1 }, 1e6);
const kind = fc.constantFrom<unknown>("tea", "Tea", 5, "5", 2.5, true, undefined, ["tea", "cup"], ["cup", "cup", 5], [], "");
/** Days and hours at which the zones' days begin, and the moments around them. */
const event = (base: number, days: number) =>
  fc
    .record({
      origin: fc.integer({ min: 1, max: 6 }),
      name: fc.constantFrom("a", "b", "c"),
      day: fc.integer({ min: -3, max: days + 2 }),
      halfHour: fc.constantFrom(0, 1, 2, 9, 10, 25, 32, 37, 44, 45, 46),
      shiftMs: fc.constantFrom(-1, 0, 1, 700_000),
      price,
      kind,
      channel: fc.constantFrom("", "wechat", "direct"),
    })
    .map(({ origin, name, day, halfHour, shiftMs, price: amount, kind: sort, channel }) => ({
      origin,
      name,
      channel,
      timeMs: base + day * 86_400_000 + halfHour * 1_800_000 + shiftMs,
      properties: { ...(amount === undefined ? {} : { price: amount }), ...(sort === undefined ? {} : { "kind of": sort }) },
    }));
const setting = fc
  .record({
    base: fc.constantFrom(...BASES),
    days: fc.integer({ min: 1, max: 12 }),
    zone: fc.constantFrom(...ZONES),
    weekStart: fc.constantFrom("monday" as const, "sunday" as const),
  })
  .chain((drawn) =>
    fc
      .record({
        events: fc.array(event(Date.parse(drawn.base), drawn.days), { minLength: 1, maxLength: 40 }),
        merges: fc.constantFrom<Record<number, number>>({}, { 2: 1 }, { 2: 1, 3: 1, 5: 4 }),
      })
      .map((happened) => ({ ...drawn, ...happened })),
  );
const name = fc.constantFrom("a", "b", null);
const period = ({ base, days }: { readonly base: string; readonly days: number }) => ({
  from: base,
  to: isoDay((dayOfIso(base) ?? 0) + days),
});
/** An hour of a zone that is half an hour off is none of the epoch's. */
const units = fc.constantFrom<IntervalUnit>("hour", "day", "day", "week", "month", "quarter", "year");
const reckons = (unit: IntervalUnit, zone: string): boolean => unit !== "hour" || zone !== "Asia/Kolkata";

/** The first instant and the number of the whole intervals of a period. */
function wholeIntervals(asked: { readonly base: string; readonly days: number }, unit: IntervalUnit) {
  const fromMs = dayStart(dayOfIso(asked.base) ?? 0, calendar);
  const toMs = dayStart((dayOfIso(asked.base) ?? 0) + asked.days, calendar);
  const count = intervalOrdinal(toMs - 1, unit, calendar) - intervalOrdinal(fromMs, unit, calendar) + 1;
  return { firstMs: fromMs, count };
}

describe("agrees with a slow and obvious reckoning", { timeout: 120_000 }, () => {
  test("retention", async () => {
    await fc.assert(
      fc.asyncProperty(
        setting,
        fc.record({
          unit: units,
          start: name,
          back: name,
          kind: fc.constantFrom(...RETENTION_KINDS),
          mode: fc.constantFrom(...RETENTION_MODES),
          follow: fc.constantFrom(undefined, undefined, 1, 9, 70),
        }),
        async (drawn, asked) => {
          fc.pre(reckons(asked.unit, drawn.zone) && (asked.unit !== "hour" || drawn.days < 6));
          calendar = { zone: drawn.zone, weekStart: drawn.weekStart };
          const { firstMs, count: cohorts } = wholeIntervals(drawn, asked.unit);
          const brackets = [
            { first: 1, last: 1 },
            { first: 2, last: 4 },
          ];
          fc.pre(asked.mode !== "brackets" || (asked.follow ?? cohorts - 1) >= 1);
          const events = await stored(drawn.events, drawn.merges);
          const answer = await call(queryRetention, {
            body: {
              period: period(drawn),
              interval: asked.unit,
              weekStart: drawn.weekStart,
              start: { event: asked.start },
              return: { event: asked.back },
              kind: asked.kind,
              mode: asked.mode,
              follow: asked.follow,
              ...(asked.mode === "brackets" ? { brackets } : {}),
              value: { property: "price" },
            },
          });
          const meant = referenceRetention(events, { ...asked, firstMs, cohorts, brackets, property: "price" }, calendar);
          expect(answer.cohorts.map(({ cells }) => cells.map(({ people }) => people))).toEqual(meant.people);
          const rounded = (rows: readonly (readonly (number | undefined)[])[]) =>
            rows.map((row) => row.map((value) => (value ?? 0).toFixed(4).replace("-0.0000", "0.0000")));
          expect(rounded(answer.cohorts.map(({ cells }) => cells.map(({ value }) => value)))).toEqual(rounded(meant.values));
        },
      ),
      { numRuns: RUNS },
    );
  });

  test("lifecycle and stickiness", async () => {
    await fc.assert(
      fc.asyncProperty(setting, units, name, async (drawn, unit, asked) => {
        fc.pre(reckons(unit, drawn.zone) && (unit !== "hour" || drawn.days < 6));
        calendar = { zone: drawn.zone, weekStart: drawn.weekStart };
        const { firstMs, count } = wholeIntervals(drawn, unit);
        const events = await stored(drawn.events, drawn.merges);
        const body = { period: period(drawn), interval: unit, weekStart: drawn.weekStart, event: { event: asked } };
        const { states } = await call(queryLifecycle, { body });
        expect(states).toEqual(referenceLifecycle(events, { firstMs, intervals: count, unit, event: asked }, calendar));

        const first = intervalOrdinal(firstMs, unit, calendar);
        const active = new Map<number, Set<number>>();
        for (const each of events) {
          const at = intervalOrdinal(each.timeMs, unit, calendar) - first;
          if (at >= 0 && at < count && (asked === null || each.name === asked))
            active.set(each.person, (active.get(each.person) ?? new Set()).add(at));
        }
        const { rows, people } = await call(queryStickiness, { body });
        expect(rows.map((row) => row.people)).toEqual(
          Array.from({ length: count }, (_, index) => [...active.values()].filter(({ size }) => size === index + 1).length),
        );
        expect(people).toBe(active.size);
      }),
      { numRuns: RUNS },
    );
  });

  const measure = fc.oneof<fc.Arbitrary<Measure>[]>(
    fc.constantFrom<Measure>({ kind: "events" }, { kind: "people" }, { kind: "events_per_person" }),
    fc.constantFrom(...PROPERTY_MEASURES).map((each) => ({ kind: each, property: "price" })),
    fc.constantFrom(0.1, 25, 90, 99.9).map((percentile) => ({ kind: "percentile", property: "price", percentile })),
  );

  test("trends, broken down and not, cumulative and compared", async () => {
    await fc.assert(
      fc.asyncProperty(
        setting,
        fc.record({
          unit: units,
          event: name,
          measure,
          cumulative: fc.boolean(),
          by: fc.constantFrom("none", "property", "column"),
          top: fc.integer({ min: 1, max: 4 }),
        }),
        async (drawn, asked) => {
          calendar = { zone: drawn.zone, weekStart: drawn.weekStart };
          const cumulative = asked.cumulative && ["events", "people", "sum", "average"].includes(asked.measure.kind);
          const events = (await stored(drawn.events, drawn.merges)).filter((each) => asked.event === null || each.name === asked.event);
          const by = asked.by === "property" ? { property: "kind of" } : { column: "channel" as const };
          const answer = await call(queryTrends, {
            body: {
              period: period(drawn),
              interval: asked.unit,
              weekStart: drawn.weekStart,
              series: [{ event: { event: asked.event }, measure: asked.measure }],
              cumulative,
              compare: true,
              ...(asked.by === "none" ? {} : { breakdown: { by, top: asked.top } }),
            },
          });
          const valuesOf = (each: ReferenceEvent): readonly (string | null)[] =>
            asked.by === "property" ? referenceValues(each.properties["kind of"]) : [each.channel === "" ? null : each.channel];
          const shown = answer.lines.filter(({ other }) => !other).map(({ value }) => value ?? null);
          for (const line of answer.lines) {
            const own =
              asked.by === "none"
                ? events
                : events.filter((each) =>
                    valuesOf(each).some((value) => (line.other ? !shown.includes(value) : value === (line.value ?? null))),
                  );
            for (const [side, intervals] of [
              [line, answer.intervals],
              [line.previous, answer.previousIntervals ?? []],
            ] as const) {
              const begin = Date.parse(intervals[0]?.from ?? "");
              const meant = intervals.map(({ from, to }) =>
                referenceFigure(
                  asked.measure,
                  own.filter(({ timeMs }) => timeMs >= (cumulative ? begin : Date.parse(from)) && timeMs < Date.parse(to)),
                ),
              );
              const total = referenceFigure(
                asked.measure,
                own.filter(({ timeMs }) => timeMs >= begin && timeMs < Date.parse(intervals.at(-1)?.to ?? "")),
              );
              const told = (figures: readonly (number | null)[]) =>
                figures.map((figure) => (figure === null ? null : Number(figure.toFixed(6)) + 0));
              expect(told([...(side?.points ?? []).slice(0, meant.length), side?.total ?? null])).toEqual(
                told([...meant.slice(0, side?.points.length), total]),
              );
            }
          }
        },
      ),
      { numRuns: RUNS },
    );
  });

  test("filters by events and by people, whoever their ids belong to now", async () => {
    const did = (all: readonly ReferenceEvent[], person: number, name: string) =>
      all.filter((each) => each.person === person && each.name === name).length;
    const filters: readonly { filters: Filters; keeps: (each: ReferenceEvent, all: readonly ReferenceEvent[]) => boolean }[] = [
      {
        filters: { events: { property: "kind of", is: ["tea"] } },
        keeps: ({ properties }) => referenceValues(properties["kind of"]).includes("tea"),
      },
      {
        filters: { people: { did: { event: "a" }, count: { op: "gte", value: 2 } } },
        keeps: ({ person }, all) => did(all, person, "a") >= 2,
      },
      {
        filters: { people: { any: [{ not: { did: { event: "b" } } }, { trait: "plan", is: ["pro"] }] } },
        keeps: ({ person }, all) => did(all, person, "b") === 0 || person === 1 || person === 4,
      },
      {
        filters: {
          people: { trait: "plan", isNot: ["pro"] },
          events: { all: [{ column: "channel", isSet: true }, { did: { event: "c" } }] },
        },
        keeps: ({ person, channel }, all) => person !== 1 && person !== 4 && channel !== "" && did(all, person, "c") > 0,
      },
    ];
    await fc.assert(
      fc.asyncProperty(setting, fc.constantFrom(...filters), name, async (drawn, { filters: asked, keeps }, event) => {
        calendar = { zone: drawn.zone, weekStart: "monday" };
        const all = await stored(drawn.events, drawn.merges);
        await engines.warehouse.client.insert({
          table: "person_trait",
          format: "JSONEachRow",
          values: [1, 4].map((personId) => ({
            workspace_id: workspaceId,
            person_id: personId,
            traits: { plan: "pro" },
            change_seq: 1,
            is_gone: 0,
          })),
          clickhouse_settings: { distributed_foreground_insert: 1, insert_deduplicate: 0 },
        });
        const events = all.filter((each) => keeps(each, all));
        const { firstMs, count } = wholeIntervals(drawn, "day");
        const common = { period: period(drawn), interval: "day" as const, filters: asked };
        const { states } = await call(queryLifecycle, { body: { ...common, event: { event } } });
        expect(states).toEqual(referenceLifecycle(events, { firstMs, intervals: count, unit: "day", event }, calendar));
        // The same narrowing on the event itself means the same.
        const where = { all: [asked.events, asked.people].filter((part) => part !== undefined) };
        const series = { measure: { kind: "people" as const } };
        const trends = { period: period(drawn), interval: "day" as const };
        const { lines } = await call(queryTrends, { body: { ...trends, filters: asked, series: [{ ...series, event: { event } }] } });
        const { lines: narrowed } = await call(queryTrends, { body: { ...trends, series: [{ ...series, event: { event, where } }] } });
        const inPeriod = events.filter((each) => (event === null || each.name === event) && each.timeMs >= firstMs);
        const day = intervalOrdinal(firstMs, "day", calendar);
        expect(lines[0]?.points).toEqual(
          Array.from({ length: count }, (_, at) =>
            distinctPeople(inPeriod.filter(({ timeMs }) => intervalOrdinal(timeMs, "day", calendar) === day + at)),
          ),
        );
        expect(narrowed).toEqual(lines);
        const { people } = await call(getSessions, { body: { period: period(drawn), filters: asked } });
        const last = day + count;
        const active = events.filter(({ timeMs }) => timeMs >= firstMs && intervalOrdinal(timeMs, "day", calendar) < last);
        expect(people).toBe(distinctPeople(active));
      }),
      { numRuns: RUNS },
    );
  });

  test("groups by property, trait, segment and first or last touch, beside the whole, and comparisons", async () => {
    type Told = (each: ReferenceEvent, all: readonly ReferenceEvent[], toMs: number) => readonly (string | null)[];
    const plans: Record<number, string[]> = { 1: ["pro"], 4: ["pro", "trial"] };
    const orNone = (values: readonly string[]): readonly (string | null)[] => (values.length === 0 ? [null] : values);
    const touched =
      (isLast: boolean): Told =>
      ({ person }, all, toMs) => {
        const own = all.filter((each) => each.person === person && each.channel !== "" && each.timeMs < toMs);
        const sorted = own.toSorted((a, b) => a.timeMs - b.timeMs || (a.channel < b.channel ? -1 : 1));
        return orNone([(isLast ? sorted.at(-1) : sorted[0])?.channel ?? ""].filter(Boolean));
      };
    const cases: readonly { by: BreakdownBy; told: Told }[] = [
      { by: { property: "kind of" }, told: ({ properties }) => referenceValues(properties["kind of"]) },
      { by: { trait: "plan" }, told: ({ person }) => orNone(plans[person] ?? []) },
      {
        by: { segment: ["7", "8"] },
        told: ({ person }) => orNone([...(person === 1 || person === 6 ? ["7"] : []), ...(person === 6 ? ["8"] : [])]),
      },
      { by: { touch: "first", column: "channel" }, told: touched(false) },
      { by: { touch: "last", column: "channel" }, told: touched(true) },
    ];
    const settings = { distributed_foreground_insert: 1, insert_deduplicate: 0 } as const;
    await fc.assert(
      fc.asyncProperty(
        setting,
        fc.constantFrom(...cases),
        name,
        fc.integer({ min: 1, max: 3 }),
        async (drawn, { by, told }, event, top) => {
          calendar = { zone: drawn.zone, weekStart: "monday" };
          const all = await stored(drawn.events, drawn.merges);
          const rows = Object.entries(plans).map(([id, plan]) => ({
            workspace_id: workspaceId,
            person_id: id,
            traits: { plan },
            change_seq: 1,
            is_gone: 0,
          }));
          await engines.warehouse.client.insert({
            table: "person_trait",
            format: "JSONEachRow",
            values: rows,
            clickhouse_settings: settings,
          });
          const members = [
            [7, 1],
            [7, 6],
            [8, 6],
          ].map(([segment, person]) => ({ workspace_id: workspaceId, segment_id: segment, person_id: person, change_seq: 1, is_gone: 0 }));
          await segmentsMade(["7", "8"]);
          await engines.warehouse.client.insert({
            table: "segment_member",
            format: "JSONEachRow",
            values: members,
            clickhouse_settings: settings,
          });
          const { firstMs, count } = wholeIntervals(drawn, "day");
          const toMs = dayStart((dayOfIso(drawn.base) ?? 0) + drawn.days, calendar);
          const body = { period: period(drawn), interval: "day" as const, event: { event }, breakdown: { by: by as never, top } };
          const people = { did: { event: "c" } };
          const answer = await call(queryLifecycle, { body: { ...body, compareWith: { people } } });
          const asked = { firstMs, intervals: count, unit: "day" as const, event };
          expect(answer.states).toEqual(referenceLifecycle(all, asked, calendar));
          const shown = (answer.breakdown ?? []).flatMap(({ value, other }) => (other ? [] : [value]));
          const seen = all.filter((each) => (event === null || each.name === event) && each.timeMs >= firstMs && each.timeMs < toMs);
          const values = new Set(seen.flatMap((each) => told(each, all, toMs)));
          expect(new Set(shown).size).toBe(Math.min(values.size, top));
          const gathered = (answer.breakdown ?? []).flatMap(({ other, values: count }) => (other ? [count] : []));
          expect(gathered).toEqual(values.size > top ? [values.size - top] : []);
          for (const { value, other, figures } of answer.breakdown ?? []) {
            const own = all.filter((each) => told(each, all, toMs).some((mine) => (other ? !shown.includes(mine) : mine === value)));
            expect(figures.states).toEqual(referenceLifecycle(own, asked, calendar));
            const of = other ? { other: true as const } : { value };
            const { items } = await call(listLifecyclePeople, {
              body: { ...body, of, cell: { interval: 0, state: "new" } },
              query: { limit: 100 },
            });
            expect(items.length).toBe(figures.states.new[0]);
          }
          const did = all.filter((each) => all.some((mine) => mine.person === each.person && mine.name === "c"));
          expect(answer.comparison?.states).toEqual(referenceLifecycle(did, asked, calendar));
          const series = [{ event: { event }, measure: { kind: "people" as const } }];
          const { lines } = await call(queryTrends, { body: { period: period(drawn), series, breakdown: { by: by as never, top } } });
          for (const line of lines) {
            const own = seen.filter((each) =>
              told(each, all, toMs).some((mine) => (line.other ? !shown.includes(mine) : mine === line.value)),
            );
            if (!line.other || shown.length === lines.length - 1) expect(line.total).toBe(distinctPeople(own));
          }
        },
      ),
      { numRuns: RUNS },
    );
  });

  test("a comparison with the previous period is the same question about that", async () => {
    calendar = { zone: "Europe/Berlin", weekStart: "monday" };
    const at = Date.parse("2026-03-20T12:00:00Z");
    await stored(
      [0, 1, 1, 3, 8, 9].map((day, index) => ({
        origin: index + 1,
        name: "a",
        timeMs: at + day * 86_400_000,
        properties: {},
        channel: "x",
      })),
    );
    const body = { period: { from: "2026-03-27", to: "2026-04-03" }, interval: "day" as const, event: { event: "a" } };
    const { comparison, ...now } = await call(queryLifecycle, { body: { ...body, compareWith: "previous" } });
    const before = await call(queryLifecycle, { body: { ...body, period: { from: "2026-03-20", to: "2026-03-27" } } });
    expect([comparison?.states, comparison?.intervals]).toEqual([before.states, before.intervals]);
    expect(now.states.new.reduce((sum, each) => sum + each, 0)).toBe(2);
    const steps = [{ event: "a" }, { event: "a" }];
    const funnel = await call(getFunnel, {
      body: { period: body.period, steps, compareWith: "previous", breakdown: { by: { touch: "first", column: "channel" } } },
    });
    expect([funnel.steps[0]?.people, funnel.comparison?.steps[0]?.people]).toEqual([2, 4]);
    expect(funnel.breakdown).toMatchObject({ values: [{ value: "x", steps: [{ people: 2 }, { people: 0 }] }], rest: [0, 0] });
    const cell = { step: 1, outcome: "converted" as const, value: "x" };
    const { items } = await call(listFunnelPeople, {
      body: { period: body.period, steps, breakdown: { by: { touch: "first", column: "channel" } }, cell },
    });
    expect(items.map(({ personId }) => personId)).toEqual(["5", "6"]);
  });

  test("a condition that cannot be read is named by its path, and what a role does not see cannot be asked for", async () => {
    const read = (where: unknown) =>
      answering.check("trends", {
        period: { current: "week" },
        series: [{ event: { event: "a", where }, measure: { kind: "events" } }],
      });
    expect(() => read({ all: [{ property: "x", is: [] }] })).toThrow(
      expect.objectContaining({ code: "condition.invalid", fault: expect.objectContaining({ field: "series.0.event.where.all.0.is" }) }),
    );
    const fields = fieldView({ ...NO_FIELD_RULES, properties: { cost: "masked" }, traits: { level: "hidden" } }, true);
    const ask = (body: object) =>
      answering.runKept(
        "stickiness",
        { period: { current: "week" }, event: { event: null }, ...body },
        { workspaceId, fields, signal: new AbortController().signal },
      );
    await expect(ask({ event: { event: "a", where: { property: "cost.net", gt: 1 } } })).rejects.toMatchObject({
      code: "field.hidden",
      fault: { field: "event.where.property" },
    });
    await expect(ask({ filters: { people: { not: { trait: "level", isSet: true } } } })).rejects.toMatchObject({
      code: "field.hidden",
      fault: { field: "filters.people.not.trait" },
    });
  });

  test("a breakdown tells the most frequent values and has the rest as one", async () => {
    calendar = { zone: "UTC", weekStart: "monday" };
    const at = Date.parse("2026-03-25");
    await stored([
      ...["tea", "tea", "tea", "cup", "cup", "pot", `~phone.${"a".repeat(22)}`].map((value, index) => ({
        origin: index + 1,
        name: "a",
        timeMs: at,
        properties: { "kind of": value },
        channel: "",
      })),
      { origin: 1, name: "a", timeMs: at, properties: {}, channel: "" },
      { origin: 99, name: "a", timeMs: at, properties: { "kind of": "cup" }, channel: "" },
    ]);
    const body = {
      period: { from: "2026-03-25", to: "2026-03-26" },
      series: [{ event: { event: "a" }, measure: { kind: "events" as const } }],
      breakdown: { by: { property: "kind of" }, top: 3 },
      formula: "A * 2",
      movingAverage: 2,
    };
    const { lines } = await call(queryTrends, { body });
    expect(lines.map(({ series, value, other, total }) => [series, value, other, total])).toEqual([
      [0, "cup", false, 3],
      [null, "cup", false, 6],
      [0, "tea", false, 3],
      [null, "tea", false, 6],
      [0, null, false, 2],
      [null, null, false, 4],
      [0, undefined, true, 1],
      [null, undefined, true, 2],
    ]);
    const people = async (cell: object) =>
      (await call(listTrendPeople, { body: { ...body, cell: { series: 0, ...cell } } })).items.map(({ personId }) => personId);
    // The one who was erased is left out.
    expect([await people({ value: "cup" }), await people({ value: null, interval: 0 }), await people({ other: true })]).toEqual([
      ["4", "5"],
      ["1", "7"],
      ["6"],
    ]);
    await expect(people({ value: "pot" })).rejects.toMatchObject({ code: "insight.no_such_cell" });
    await expect(people({ series: 1 })).rejects.toMatchObject({ code: "insight.no_such_cell" });
  });
});

test(
  "a breakdown by more values than are read at once is read by the most frequent ones, with the same figures",
  { timeout: 120_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(
        setting,
        fc.constantFrom<Measure>({ kind: "events" }, { kind: "sum", property: "price" }, { kind: "average", property: "price" }),
        fc.integer({ min: 1, max: 4 }),
        async (drawn, measured, top) => {
          calendar = { zone: drawn.zone, weekStart: drawn.weekStart };
          const begin = dayOfIso(drawn.base) ?? 0;
          const bounds = Array.from({ length: drawn.days + 1 }, (_, index) => dayStart(begin + index, calendar));
          const [fromMs = 0, toMs = 0] = [bounds[0], bounds.at(-1)];
          const events = (await stored(drawn.events, drawn.merges)).filter(({ timeMs }) => timeMs >= fromMs && timeMs < toMs);
          const tools = { workspaceId, virtuals: [], tokenise: () => "", nowMs: NOW_MS, zone: drawn.zone };
          const asking = askingWith(engines, tools);
          const asked = { series: { event: { event: null }, measure: measured }, intervals: { unit: "day" as const, bounds } };
          const by = { property: "kind of" };
          const lists = new Set(events.map(({ properties }) => referenceValues(properties["kind of"]).join("\n")));
          fc.pre(lists.size > 0);
          const read = (atOnce?: AtOnce) => readValues(asking, asked, { by, top }, atOnce);
          const { shown, lines } = await read();
          for (const atOnce of [
            { listsMax: lists.size - 1, cellsMax: 100_000 },
            { listsMax: 5_000, cellsMax: lists.size - 1 },
          ]) {
            const found = await read(atOnce);
            expect(found).toEqual({ shown, lines: undefined });
            expect(await readLines(asking, { ...asked, breakdown: { by, shown: found.shown }, cumulative: false })).toEqual(lines);
          }
        },
      ),
      { numRuns: RUNS },
    );
  },
);

test("a breakdown by thousands of values", { timeout: 120_000 }, async () => {
  calendar = { zone: "UTC", weekStart: "monday" };
  const at = Date.parse("2026-03-25");
  await stored(
    Array.from({ length: 5_200 }, (_, index) => ({
      origin: (index % 50) + 1,
      name: "a",
      timeMs: at,
      properties: { "kind of": index < 100 ? "tea" : `kind${index}` },
      channel: "",
    })),
  );
  const { lines } = await call(queryTrends, {
    body: {
      period: { from: "2026-03-25", to: "2026-03-26" },
      series: [{ event: { event: "a" }, measure: { kind: "events" as const } }],
      breakdown: { by: { property: "kind of" }, top: 2 },
    },
  });
  expect(lines.map(({ value, other, total }) => [value, other, total])).toEqual([
    ["tea", false, 100],
    ["kind100", false, 1],
    [undefined, true, 5_099],
  ]);
});

describe("behind every figure stand as many people", { timeout: 120_000 }, () => {
  /** All pages of a list. */
  async function all<
    C extends typeof listRetentionPeople | typeof listLifecyclePeople | typeof listStickinessPeople | typeof listTrendPeople,
  >(contract: C, body: NonNullable<CallInput<C>["body"]>): Promise<number> {
    const seen: string[] = [];
    for (let cursor: string | undefined; ;) {
      const page = (await call(contract, { body, query: { limit: 2, ...(cursor === undefined ? {} : { cursor }) } } as CallInput<C>)) as {
        items: { personId: string }[];
        nextCursor?: string;
      };
      seen.push(...page.items.map(({ personId }) => personId));
      if (page.nextCursor === undefined) break;
      cursor = page.nextCursor;
    }
    expect(new Set(seen).size).toBe(seen.length);
    return seen.length;
  }

  test("of retention, lifecycle, stickiness and trends", async () => {
    await fc.assert(
      fc.asyncProperty(setting, name, fc.constantFrom(...RETENTION_MODES), async (drawn, asked, mode) => {
        calendar = { zone: drawn.zone, weekStart: drawn.weekStart };
        fc.pre(drawn.days > 1);
        await stored(drawn.events, drawn.merges);
        const common = { period: period(drawn), interval: "day" as const };
        const retention = {
          ...common,
          start: { event: asked },
          return: { event: "b" },
          mode,
          ...(mode === "brackets" ? { brackets: [{ first: 1, last: 3 }] } : {}),
        };
        const { cohorts } = await call(queryRetention, { body: retention });
        const cohort = Math.max(
          cohorts.findIndex(({ size }) => size > 0),
          0,
        );
        const column = (cohorts[cohort]?.cells.length ?? 1) - 1;
        const [size = 0, came = 0] = [cohorts[cohort]?.size, cohorts[cohort]?.cells[column]?.people];
        expect(await all(listRetentionPeople, { ...retention, cell: { cohort, column } })).toBe(came);
        expect(await all(listRetentionPeople, { ...retention, cell: { cohort, column, returned: false } })).toBe(size - came);

        const active = { ...common, event: { event: asked } };
        const { states } = await call(queryLifecycle, { body: active });
        for (const state of LIFECYCLE_STATES)
          expect(await all(listLifecyclePeople, { ...active, cell: { interval: 1, state } })).toBe(Math.abs(states[state][1] ?? 0));
        const { rows } = await call(queryStickiness, { body: active });
        expect(await all(listStickinessPeople, { ...active, cell: { activeIntervals: 1 } })).toBe(rows[0]?.people);
        expect(await all(listStickinessPeople, { ...active, cell: { activeIntervals: 2, atLeast: true } })).toBe(rows[1]?.atLeast);
        const trends = { ...common, series: [{ event: { event: asked }, measure: { kind: "people" as const } }], compare: true };
        const { lines } = await call(queryTrends, { body: trends });
        expect(await all(listTrendPeople, { ...trends, cell: { series: 0 } })).toBe(lines[0]?.total);
        expect(await all(listTrendPeople, { ...trends, cell: { series: 0, interval: 1 } })).toBe(lines[0]?.points[1]);
        expect(await all(listTrendPeople, { ...trends, cell: { series: 0, previous: true } })).toBe(lines[0]?.previous?.total);
      }),
      { numRuns: Math.ceil(RUNS / 4) },
    );
  });

  test("and a cell that is not there is refused", async () => {
    calendar = { zone: "UTC", weekStart: "monday" };
    const common = { period: { from: "2026-03-01", to: "2026-03-04" } };
    const retention = { ...common, start: { event: null }, return: { event: null } };
    for (const cell of [
      { cohort: 3, column: 0 },
      { cohort: 2, column: 1 },
      { cohort: 0, column: 3 },
    ])
      await expect(call(listRetentionPeople, { body: { ...retention, cell } })).rejects.toMatchObject({ code: "insight.no_such_cell" });
    await expect(
      call(listLifecyclePeople, { body: { ...common, event: { event: null }, cell: { interval: 3, state: "new" } } }),
    ).rejects.toMatchObject({ code: "insight.no_such_cell" });
  });
});

test("dashboards, reports and segments ask by kind, and get all people behind a cell", async () => {
  calendar = { zone: "UTC", weekStart: "monday" };
  const at = Date.parse("2026-03-25");
  await stored([1, 2, 3, 99].map((origin) => ({ origin, name: "a", timeMs: at, properties: {}, channel: "" })));
  const asker = { workspaceId, fields: fieldView(NO_FIELD_RULES, true), signal: new AbortController().signal };
  const { run, runKept, peopleBehind, check } = answering;
  const body = {
    period: { from: "2026-03-25", to: "2026-03-26" },
    series: [{ event: { event: "a" }, measure: { kind: "people" as const } }],
  };
  const answer = await run("trends", body, asker);
  expect(answer.lines[0]?.points).toEqual([4]);
  expect(answer.meta.asOf).toBe(new Date(NOW_MS).toISOString());
  expect(answer.meta.rowsRead).toBeGreaterThanOrEqual(4);
  expect(await runKept("trends", body, asker)).toMatchObject({ lines: answer.lines });
  const batches: (readonly string[])[] = [];
  for await (const batch of peopleBehind("trends", { ...body, cell: { series: 0 } }, asker)) batches.push(batch);
  expect(batches).toEqual([["1", "2", "3"]]);
  await expect(runKept("trend", body, asker)).rejects.toMatchObject({ code: "insight.no_such_analysis" });
  expect(() => check("trends", { ...body, period: undefined })).toThrow(
    expect.objectContaining({ fault: expect.objectContaining({ field: "period" }) }),
  );
});

describe("a query", () => {
  const asker = (signal = new AbortController().signal) => ({ workspaceId, fields: fieldView(NO_FIELD_RULES, true), signal });
  const body = {
    period: { from: "2026-03-25", to: "2026-03-26" },
    series: [{ event: { event: "a" }, measure: { kind: "events" as const } }],
  };
  /** An analysis that would not end by itself. */
  const endless: AnyAnalysis = {
    kind: "trends",
    route: queryTrends,
    answer: async (asking) => ({
      rows: await readRows(
        asking,
        "test.endless",
        ch`select count() as found from numbers(100000000000) where sipHash64(number) = 1 limit 1`,
      ),
    }),
  };
  const at = Date.parse("2026-03-25");
  const one = (origin: number) => ({ origin, name: "a", timeMs: at, properties: {}, channel: "" });
  const until = async (is: () => Promise<boolean>) => {
    while (!(await is())) await new Promise((resolve) => setTimeout(resolve, 20));
  };

  test("shows how far it has come, can be cancelled, ends when the asker is gone, and the next one waits its turn", async () => {
    const door = createAnswering(
      deps(),
      { trends: endless },
      { atOnce: 1, atOncePerWorkspace: 1, waiting: 1, waitingPerWorkspace: 1, waitMsMax: 60_000 },
    );
    const ask = <C extends RouteContract>(of: C, input: CallInput<C>) => callRoute(door.routes, workspaceId, of, input);
    const [first, second] = ["11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"];
    const running = door.run("trends", body, asker(), { queryId: first });
    const gone = new AbortController();
    await until(async () => (await ask(listQueries, {})).items.length === 1);
    const waiting = door.run("trends", { ...body, compare: true }, asker(gone.signal), { queryId: second });
    await until(async () => (await ask(getQuery, { params: { query: first } })).rowsRead > 0);
    expect((await ask(listQueries, {})).items).toMatchObject([
      { queryId: first, kind: "trends", state: "running" },
      { queryId: second, state: "waiting" },
    ]);
    const state = await ask(getQuery, { params: { query: first } });
    expect(state.rowsRead).toBeGreaterThan(0);
    expect(state.rowsTotal).toBeGreaterThanOrEqual(state.rowsRead);
    await expect(door.run("trends", { ...body, cumulative: true }, asker())).rejects.toMatchObject({ code: "insight.too_many" });
    expect(await ask(cancelQuery, { params: { query: first } })).toEqual({ done: true });
    await expect(running).rejects.toMatchObject({ code: "insight.cancelled" });
    await until(async () => (await ask(getQuery, { params: { query: second } })).rowsRead > 0);
    gone.abort(new Error("gone"));
    await expect(waiting).rejects.toThrow("gone");
    await until(async () => (await ask(listQueries, {})).items.length === 0);
    await expect(ask(getQuery, { params: { query: second } })).rejects.toMatchObject({ code: "insight.no_such_query" });
  }, 60_000);

  test("that takes too much memory, time or room says so and what to narrow", async () => {
    const ends = (text: ChStatement, limits: object) =>
      engines.warehouse
        .rows(workspaceId, "test.limits", text, { limits: { seconds: 20, memoryBytes: 1e9, rowsAnswered: 1_000, ...limits } })
        .catch((error: unknown) => engineFault(error));
    expect(await ends(ch`select length(groupArray(number)) as n from numbers(100000000)`, { memoryBytes: 20_000_000 })).toMatchObject({
      code: "insight.too_heavy",
      fault: { field: "period", mend: expect.stringContaining("shorter period") },
    });
    expect(await ends(ch`select count() as n from numbers(100000000000) where sipHash64(number) = 1`, { seconds: 1 })).toMatchObject({
      code: "insight.too_slow",
    });
    expect(await ends(ch`select number from numbers(1001)`, {})).toMatchObject({ code: "insight.too_heavy" });
  });

  test("is answered from what was kept until the data change; an older answer only to whoever bears it, and it says so", async () => {
    calendar = { zone: "UTC", weekStart: "monday" };
    await stored([one(1)]);
    const { run } = answering;
    const ask = async (wanted?: Wanted) => {
      const { lines, meta } = await run("trends", body, asker(), wanted);
      return [lines[0]?.total, meta.cached, meta.stale];
    };
    expect([await ask(), await ask()]).toEqual([
      [1, false, false],
      [1, true, false],
    ]);
    const workspace = workspaceId;
    await stored([one(1), one(2)]);
    // The same workspace as before, where another event has come in meanwhile.
    expect(await ask()).toEqual([2, false, false]);
    await insertEvents([one(3)]);
    expect(await ask()).toEqual([2, true, false]);
    await noteDataChanged(engines.db, [workspaceId]);
    expect(await ask({ maxStaleSeconds: 60 })).toEqual([2, true, true]);
    await until(async () => (await ask())[1] === true);
    expect(await ask()).toEqual([3, true, false]);
    expect(await ask({ fresh: true })).toEqual([3, false, false]);
    // Whoever sees other fields, or lives in another zone, is answered anew.
    calendar = { zone: "Asia/Shanghai", weekStart: "monday" };
    expect((await ask())[1]).toBe(false);
    workspaceId = workspace;
    expect((await ask())[0]).toBe(1);
  });

  test("is answered anew after whatever answers are made of has changed", async () => {
    const { db } = engines;
    workspaceId += 1;
    await segmentsMade(["9"]);
    const [made] = await db<{ id: string }[]>`
      insert into import (workspace_id, file_name, file_hash, mapping_hash, mapping, kind) values (${workspaceId}, 'a', 'h', 'm', '{}', 'channels') returning import_id as id`;
    const id = made?.id ?? "";
    const seal = Buffer.from("");
    const changes: Record<string, () => Promise<unknown>> = {
      "a cost comes": () =>
        db`insert into channel_figure (workspace_id, day, channel, import_id, cost) values (${workspaceId}, '2026-03-02', 'xhs', ${id}, 1)`,
      "a cost changes": () => db`update channel_figure set cost = 2 where workspace_id = ${workspaceId}`,
      "an import is undone": () => db`delete from import where import_id = ${id}`,
      "a channel gets other names": () =>
        db`insert into channel_terms (workspace_id, channel, kind, updated_by, updated_at) values (${workspaceId}, 'xhs', 'kol', 'a', now())`,
      "its share changes": () => db`update channel_terms set share_basis_points = 5 where workspace_id = ${workspaceId}`,
      "its terms end": () => db`delete from channel_terms where workspace_id = ${workspaceId}`,
      "business events are named": () =>
        db`insert into business_events (workspace_id, events, changed_at, changed_by) values (${workspaceId}, ${seal}, now(), 'a')`,
      "others are": () => db`update business_events set events = ${seal} where workspace_id = ${workspaceId}`,
      "the usual ones count again": () => db`delete from business_events where workspace_id = ${workspaceId}`,
      "a metric is made": () =>
        db`insert into metric (workspace_id, name, name_en, description, unit, better, definition, changed_at, changed_by)
           values (${workspaceId}, 'n', 'n', '', 'count', 'up', ${seal}, now(), 'a')`,
      "a metric has another version": () => db`update metric set version = 2 where workspace_id = ${workspaceId}`,
      "members are known": () => db`update segment set copied_at = now() where workspace_id = ${workspaceId}`,
      "a segment goes": () => db`delete from segment where workspace_id = ${workspaceId}`,
    };
    for (const [what, change] of Object.entries(changes)) {
      const before = BigInt(await loadDataGeneration(db, workspaceId));
      await change();
      expect(BigInt(await loadDataGeneration(db, workspaceId)), what).toBeGreaterThan(before);
    }
  });

  test("that names a segment there is not is refused under its field, and one with a segment by whoever does not see people", async () => {
    await stored([one(1)]);
    await segmentsMade(["7"]);
    const { run, runKept, peopleBehind } = answering;
    const inSegment = (segment: string) => ({ segment, in: true });
    const known = { ...body, filters: { people: inSegment("7") } };
    expect((await run("trends", known, asker())).lines[0]?.total).toBe(0);
    const refused = (of: Promise<unknown>, field: string, code = "condition.no_such_segment") =>
      expect(of).rejects.toMatchObject({ code, fault: { field } });
    await refused(
      run("trends", { ...body, filters: { people: { all: [inSegment("7"), inSegment("70")] } } }, asker()),
      "filters.people.all.1.segment",
    );
    await refused(runKept("trends", { ...body, breakdown: { by: { segment: ["7", "70"] } } }, asker()), "breakdown.by.segment.1");
    const lifecycle = { period: body.period, interval: "day", event: { event: null }, compareWith: { people: { not: inSegment("70") } } };
    await refused(runKept("lifecycle", lifecycle, asker()), "compareWith.people.not.segment");
    const behind = peopleBehind("trends", { ...body, filters: { people: inSegment("70") }, cell: { series: 0 } }, asker());
    await refused(behind.next(), "filters.people.segment");
    const may = (permission: string) => permission !== "people:read";
    await refused(run("trends", known, { ...asker(), may }), "filters.people.segment", "role.not_allowed");
    // What another workspace has is not there.
    workspaceId += 1;
    await refused(run("trends", known, asker()), "filters.people.segment");
  });

  test("asked by several at once is asked of the engine once", async () => {
    let asked = 0;
    const counted: AnyAnalysis = {
      ...ANALYSES.trends,
      answer: (asking, read) => {
        asked += 1;
        return ANALYSES.trends.answer(asking, read);
      },
    };
    await stored([one(1)]);
    const { run } = createAnswering(deps(), { trends: counted });
    const gone = new AbortController();
    const answers = [run("trends", body, asker()), run("trends", body, asker(gone.signal)), run("trends", body, asker())];
    gone.abort(new Error("gone"));
    expect((await Promise.allSettled(answers)).map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(asked).toBe(1);
  });
});

test("many months are looked up, and come out where the bounds have them", async () => {
  calendar = { zone: "Europe/Berlin", weekStart: "monday" };
  const span = { fromMs: dayStart(dayOfIso("2011-01-01") ?? 0, calendar), toMs: dayStart(dayOfIso("2021-01-01") ?? 0, calendar) };
  const months = intervalsOf(span, "month", calendar, "whole");
  if (!months.ok) throw new Error(months.fault.code);
  const times = months.value.bounds.flatMap((bound) => [bound - 1, bound]);
  const events = await stored(times.map((timeMs, index) => ({ origin: index + 1, name: "a", timeMs, properties: {}, channel: "" })));
  const { lines } = await call(queryTrends, {
    body: {
      period: { from: "2011-01-01", to: "2021-01-01" },
      interval: "month",
      series: [{ event: { event: "a" }, measure: { kind: "people" } }],
    },
  });
  const meant = months.value.bounds
    .slice(0, -1)
    .map((_, index) => distinctPeople(events.filter(({ timeMs }) => intervalAt(months.value, timeMs) === index)));
  expect(lines[0]?.points).toEqual(meant);
});
