import { listCorrelationPeople, queryCorrelation } from "@terrace/contract/api/insight-correlation";
import { listForecastPeople, queryForecast } from "@terrace/contract/api/insight-forecast";
import { listPortraitPeople, queryPortrait } from "@terrace/contract/api/insight-portrait";
import { listSearchTermPeople, querySearchTerms } from "@terrace/contract/api/insight-search-terms";
import { listStatisticsPeople, queryStatistics } from "@terrace/contract/api/insight-statistics";
import type { RouteContract } from "@terrace/contract/route";
import { pearson, spearman } from "@terrace/domain/statistics/correlation";
import { describeNumbers, quantile, rising } from "@terrace/domain/statistics/describe";
import { createSimulation, pastEvents } from "@terrace/simulator/simulation";
import { startBothEngines, type TestEngines } from "@terrace/testkit/both-engines";
import { callRoute, type CallInput } from "@terrace/testkit/call-route";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ANALYSES } from "../analyses.ts";
import { createAnswering } from "../answering.ts";
import type { AnalysisDeps } from "../time/asking.ts";
import { noOwnMetrics } from "../time/asking-fixture.ts";
import { personNumbers, referenceNumber } from "./people-analyses.reference.ts";
import { referenceSearches } from "../search-terms/search-terms.reference.ts";
import { channelFacts, traitFacts, type Facts } from "./portrait.reference.ts";

const DAY = 86_400_000;
const HOUR = 3_600_000;
const ZONE = "Europe/Berlin";
/** A Saturday; the clocks of Berlin go forward in the night that follows. */
const START = Date.UTC(2026, 2, 28, 12);
const NOW = START + 10 * DAY;
/** More by hand: a longer search for a difference. */
const RUNS = Number(process.env["TERRACE_RUNS"] ?? 1);
const PERIOD = { from: "2026-03-28", to: "2026-04-01" };

let engines: TestEngines;
let workspaceId = 9_000;

beforeAll(async () => {
  engines = await startBothEngines();
}, 120_000);
afterAll(() => engines.stop());

const routes = () => {
  const deps: AnalysisDeps = {
    db: engines.db,
    warehouse: engines.warehouse,
    workspace: () => Promise.resolve({ workspaceId, name: "Shop", timeZone: ZONE, currency: "CNY", label: "" }),
    people: { displayNames: () => Promise.resolve(new Map()) },
    collect: { virtualEvents: { list: () => Promise.resolve([]) } },
    privacy: { tokenise: () => "" },
    denies: () => false,
    nowMs: () => NOW,
    metricGround: noOwnMetrics,
  };
  return createAnswering(deps, ANALYSES).routes;
};
const call = <C extends RouteContract>(contract: C, input: CallInput<C>) => callRoute(routes(), workspaceId, contract, input);
async function idsOf<C extends RouteContract>(contract: C, input: CallInput<C>): Promise<readonly number[]> {
  const { items } = (await call(contract, input)) as { items: readonly { personId: string }[] };
  return items.map(({ personId }) => Number(personId));
}

export type Made = {
  readonly origin: number;
  readonly person: number;
  readonly name: string;
  readonly timeMs: number;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly channel: string;
};
export type Traits = ReadonlyMap<number, Readonly<Record<string, unknown>>>;

/** The number of the member whom a simulated event belongs to; 0 of nobody known. */
function memberOf({ ids }: { readonly ids: readonly { readonly kind: string; readonly value: string }[] }): number {
  const known = ids.find(({ kind }) => kind === "user_id" || kind === "member_no");
  if (known === undefined) return 0;
  return known.kind === "user_id" ? Number(known.value.slice(1)) - 100_000 : Number(known.value.slice(2)) - 10_000_000;
}

const text = (ms: number): string => new Date(ms).toISOString().replace("T", " ").slice(0, 23);
async function insert(table: string, values: readonly object[]): Promise<void> {
  await engines.warehouse.client.insert({
    table,
    format: "JSONEachRow",
    clickhouse_settings: {
      distributed_foreground_insert: 1,
      insert_deduplicate: 0,
      input_format_try_infer_dates: 0,
      input_format_try_infer_datetimes: 0,
    },
    values: [...values],
  });
}

/** Stores events and traits in a workspace of their own, and says whose the origins are. */
async function store(events: readonly Made[], traits: Traits = new Map()): Promise<void> {
  workspaceId += 1;
  await insert(
    "events",
    events.map(({ origin, name, timeMs, properties, channel }, index) => ({
      workspace_id: workspaceId,
      origin_id: String(origin),
      name,
      time: text(timeMs),
      received_at: text(NOW),
      message_id: `m${index}`,
      event_id: String(index).padStart(6, "0"),
      source: "import",
      properties,
      channel,
    })),
  );
  if (traits.size > 0)
    await insert(
      "person_trait",
      [...traits].map(([person, own]) => ({
        workspace_id: workspaceId,
        person_id: String(person),
        traits: own,
        change_seq: 1,
        is_gone: 0,
      })),
    );
  const merged = [...new Map(events.map(({ origin, person }) => [origin, person]))].filter(([origin, person]) => origin !== person);
  if (merged.length === 0) return;
  const rows = merged.map(([origin, person]) => `(${workspaceId}, ${origin}, ${person}, 1)`);
  await engines.warehouse.client.command({
    query: `insert into person_of_origin_row (workspace_id, origin_id, person_id, change_seq) values ${rows.join(", ")}`,
  });
  for (const node of engines.warehouse.nodes) await node.command({ query: "SYSTEM RELOAD DICTIONARY person_of_origin" });
}

/** Origins 2, 4 … 20 belong to the person before them. */
const ownerOf = (origin: number): number => (origin <= 20 && origin % 2 === 0 ? origin - 1 : origin);
const eventArb = fc
  .record({
    origin: fc.integer({ min: 1, max: 30 }),
    name: fc.constantFrom("a", "a", "b", "c"),
    hours: fc.integer({ min: -10, max: 100 }),
    properties: fc.record({ price: fc.constantFrom<unknown>(1, 2.5, "3.25", "free", true, -1, 0.1, 40, [7]) }, { requiredKeys: [] }),
    channel: fc.constantFrom("", "wechat", "direct"),
  })
  .map(({ hours, ...rest }): Made => ({ ...rest, person: ownerOf(rest.origin), timeMs: START + hours * HOUR }));
const traitsArb = fc
  .array(
    fc.record(
      {
        age: fc.constantFrom<unknown>(20, 31.5, "44", "old", true),
        city: fc.constantFrom("北京", "上海", "~name.tokentokentokentoke22"),
        likes: fc.constantFrom<unknown>(["茶", "cup", "茶"], ["cup", 5, "5"], [], { a: 1 }, "茶"),
      },
      { requiredKeys: [] },
    ),
    { minLength: 30, maxLength: 30 },
  )
  .map((all): Traits => new Map(all.flatMap((own, index) => (ownerOf(index + 1) === index + 1 ? [[index + 1, own] as const] : []))));
const worldArb = fc.tuple(fc.array(eventArb, { minLength: 1, maxLength: 150, size: "max" }), traitsArb);
const fromMs = Date.UTC(2026, 2, 27, 23);
const toMs = Date.UTC(2026, 2, 31, 22);
const within = (events: readonly Made[]): readonly Made[] => events.filter(({ timeMs }) => timeMs >= fromMs && timeMs < toMs);
const sorted = (ids: Iterable<number>): readonly number[] => [...new Set(ids)].toSorted((a, b) => a - b);
const near = (found: number | null | undefined, meant: number | null | undefined): void => {
  if (meant === null || meant === undefined) expect(found ?? null).toBeNull();
  else expect(found ?? Number.NaN).toBeCloseTo(meant, 7);
};

describe("agrees with a slow and obvious reckoning", { timeout: 120_000 }, () => {
  test("descriptive statistics of events and of people, and who is in a range", async () => {
    const subjects = [
      { event: { event: "a" }, property: "price" },
      { event: { event: null }, measure: { kind: "count" as const } },
      { event: { event: "b" }, measure: { kind: "days" as const } },
      { event: { event: "a" }, measure: { kind: "sum" as const, property: "price" } },
      { trait: "age" },
    ];
    await fc.assert(
      fc.asyncProperty(worldArb, async ([events, traits]) => {
        await store(events, traits);
        for (const of of subjects) {
          const own =
            "property" in of
              ? within(events).flatMap(({ name, person, properties }) =>
                  name === "a" ? [{ person, number: referenceNumber(properties["price"]) }] : [],
                )
              : [...personNumbers(of, within(events), traits, ZONE)].map(([person, number]) => ({ person, number }));
          const known = own.flatMap(({ person, number }) => (number === undefined ? [] : [{ person, number }]));
          const meant = describeNumbers(known.map(({ number }) => number));
          const answer = await call(queryStatistics, { body: { period: PERIOD, of } });
          expect([answer.n, answer.without]).toEqual([meant.n, "property" in of ? own.length - known.length : null]);
          for (const key of ["sum", "mean", "sd", "min", "max", "median", "q1", "q3", "skew"] as const) near(answer[key], meant[key]);
          const inOrder = rising(known.map(({ number }) => number));
          for (const { percentile, value } of answer.percentiles) near(value, quantile(inOrder, percentile / 100));
          expect(answer.histogram.reduce((sum, { n }) => sum + n, 0)).toBe(meant.n);
          for (const { from, to, n } of answer.histogram)
            expect(n).toBe(known.filter(({ number }) => number >= from && (to === null || number < to)).length);
          const people = await idsOf(listStatisticsPeople, {
            body: { period: PERIOD, of, cell: { from: 1, to: 30 } },
            query: { limit: 100 },
          });
          expect(people).toEqual(sorted(known.filter(({ number }) => number >= 1 && number < 30).map(({ person }) => person)));
        }
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
  });

  test("correlation over people and over time, and who is behind it", async () => {
    const measures = [
      { event: { event: null }, measure: { kind: "count" as const } },
      { event: { event: "a" }, measure: { kind: "sum" as const, property: "price" } },
      { trait: "age" },
    ];
    await fc.assert(
      fc.asyncProperty(worldArb, async ([events, traits]) => {
        await store(events, traits);
        const everybody = sorted(within(events).map(({ person }) => person));
        const columns = measures.map((measure) => {
          const found = personNumbers(measure, within(events), traits, ZONE);
          return everybody.map((person) => found.get(person) ?? ("trait" in measure ? null : 0));
        });
        const answer = await call(queryCorrelation, { body: { over: "people", period: PERIOD, measures, sample: 100 } });
        expect(answer.points).toHaveLength(everybody.length);
        expect(answer.points.map((point) => JSON.stringify(point)).toSorted()).toEqual(
          everybody.map((_, at) => JSON.stringify(columns.map((column) => column[at] ?? null))).toSorted(),
        );
        for (const { a, b, n, pearson: straight, spearman: ranked } of answer.pairs) {
          const both = everybody.flatMap((_, at) => {
            const [x, y] = [columns[a]?.[at] ?? null, columns[b]?.[at] ?? null];
            return x === null || y === null ? [] : [{ x, y }];
          });
          const [xs, ys] = [both.map(({ x }) => x), both.map(({ y }) => y)];
          expect(n).toBe(both.length);
          for (const key of ["coefficient", "p", "low", "high"] as const) {
            near(straight[key], pearson(xs, ys)[key]);
            near(ranked[key], spearman(xs, ys)[key]);
          }
        }
        const cell = {
          ranges: [
            { measure: 0, from: 2 },
            { measure: 2, to: 31.5 },
          ],
        };
        expect(
          await idsOf(listCorrelationPeople, { body: { over: "people", period: PERIOD, measures, cell }, query: { limit: 100 } }),
        ).toEqual(everybody.filter((_, at) => (columns[0]?.[at] ?? 0) >= 2 && (columns[2]?.[at] ?? Number.POSITIVE_INFINITY) <= 31.5));
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
  });
});

test("groups, each as if nobody else were there: statistics, correlation and forecasts", { timeout: 120_000 }, async () => {
  const number = { event: { event: "a" }, property: "price" };
  const measures = [{ event: { event: null }, measure: { kind: "count" as const } }, { trait: "age" }];
  const users = {
    unit: "people" as const,
    definition: { kind: "measure" as const, events: [{ event: "a" }], measure: { kind: "people" as const } },
  };
  const series = { event: { event: "a" }, measure: { kind: "events" as const } };
  const period = PERIOD;
  const OF_METRIC = 3;
  const ask = async (more: object) => [
    await call(queryStatistics, { body: { period, of: number, ...more } }),
    await call(queryStatistics, { body: { period, of: { trait: "age" }, ...more } }),
    await call(queryCorrelation, { body: { over: "people", period, measures, sample: 0, ...more } }),
    await call(queryCorrelation, { body: { over: "intervals", period, measures: [series, users], ...more } }),
    await call(queryForecast, { body: { period, series, horizon: 2, ...more } }),
  ];
  const breakdown = { by: { trait: "city" } };
  await fc.assert(
    fc.asyncProperty(worldArb, async ([events, traits]) => {
      await store(events, traits);
      const others = { people: { did: { event: "b" } } };
      const whole = await ask({ breakdown, compareWith: others });
      const ofColumn = await call(queryStatistics, { body: { period, of: number, breakdown: { by: { column: "channel" } } } });
      const cell = { from: 0, to: 100 };
      const behind = await idsOf(listStatisticsPeople, { body: { period, of: number, breakdown, group: { value: "北京" }, cell } }).catch(
        () => [],
      );
      const alone = async (isOne: (person: number) => boolean) => {
        await store(
          events.filter(({ person }) => isOne(person)),
          new Map([...traits].filter(([person]) => isOne(person))),
        );
        return ask({});
      };
      // Where nobody ever did it a metric is not known; among others who did it is nought.
      const isToldAlike = (index: number, isOne: (person: number) => boolean): boolean => {
        const did = events.filter(({ name }) => name === "a");
        return index !== OF_METRIC || did.length === 0 || did.some(({ person }) => isOne(person));
      };
      const did = new Set(events.flatMap(({ name, person }) => (name === "b" ? [person] : [])));
      const compared = await alone((person) => did.has(person));
      for (const [index, { meta: _meta, ...figures }] of compared.entries())
        if (isToldAlike(index, (person) => did.has(person))) expect(whole[index]?.comparison).toEqual(figures);
      for (const city of ["北京", "上海", null]) {
        const isOfCity = (person: number): boolean => (traits.get(person)?.["city"] ?? null) === city;
        const told = await alone(isOfCity);
        for (const [index, { meta: _meta, ...figures }] of told.entries()) {
          const group = whole[index]?.breakdown?.find((each) => each.value === city);
          if (group !== undefined && isToldAlike(index, isOfCity)) expect(group.figures).toEqual(figures);
        }
        if (city === "北京") expect(behind).toEqual(await idsOf(listStatisticsPeople, { body: { period, of: number, cell } }));
      }
      await store(
        events.filter(({ channel }) => channel === "direct"),
        traits,
      );
      const direct = await call(queryStatistics, { body: { period, of: number } });
      const group = ofColumn.breakdown?.find(({ value }) => value === "direct");
      expect([group?.figures.n ?? 0, group?.figures.sum ?? 0]).toEqual([direct.n, direct.sum]);
    }),
    { numRuns: Math.ceil(RUNS / 2), endOnFailure: true },
  );
  await expect(
    call(queryStatistics, { body: { period, of: { trait: "age" }, breakdown: { by: { column: "channel" } } } }),
  ).rejects.toMatchObject({ fault: { field: "breakdown.by" } });
});

const againstArb = fc.constantFrom("everyone" as const, "others" as const, { people: { did: { event: "b" } } });
describe("a portrait", { timeout: 120_000 }, () => {
  test("agrees with a slow and obvious count, whoever is compared with whom", async () => {
    await fc.assert(
      fc.asyncProperty(worldArb, fc.boolean(), againstArb, async ([events, traits], isOfPeriod, against) => {
        await store(events, traits);
        const looked = isOfPeriod ? within(events) : events;
        const everyone = new Set([...looked.map(({ person }) => person), ...(isOfPeriod ? [] : traits.keys())]);
        const did = (name: string): Set<number> => new Set(events.filter((event) => event.name === name).map(({ person }) => person));
        const group = { people: { did: { event: "a" } } };
        const a = new Set([...did("a")].filter((person) => everyone.has(person)));
        const b = new Set(
          [...everyone].filter((person) => (typeof against === "string" ? against === "everyone" || !a.has(person) : did("b").has(person))),
        );
        const sidesOf = (people: ReadonlySet<number>) => ({
          group: [...people].filter((person) => a.has(person)).length,
          against: [...people].filter((person) => b.has(person)).length,
        });
        const body = { group, against, ...(isOfPeriod ? { period: PERIOD } : {}), top: 50 };
        const answer = await call(queryPortrait, { body });
        expect(answer).toMatchObject({ ...sidesOf(everyone), outside: null, hidden: [] });
        const facts: Facts = new Map([...traitFacts(traits), ...channelFacts(looked)]);
        for (const { by, rows } of answer.dimensions) {
          const name = "trait" in by ? by.trait : "column" in by ? by.touch : "";
          const values = facts.get(name) ?? new Map<string, Set<number>>();
          const told = rows.filter((row) => row.value !== null);
          for (const row of told) expect(row).toMatchObject(sidesOf(values.get(row.value ?? "") ?? new Set()));
          // A value of fewer than five people is not told to whoever sees no personal values.
          const union = (people: ReadonlySet<number>): number => [...people].filter((person) => a.has(person) || b.has(person)).length;
          expect(told.map(({ value }) => value).toSorted()).toEqual(
            [...values].flatMap(([value, people]) => (union(people) >= 5 ? [value] : [])).toSorted(),
          );
        }
        const city = answer.dimensions.find(({ by }) => "trait" in by && by.trait === "city");
        const [row] = city?.rows ?? [];
        if (row !== undefined && typeof row.value === "string") {
          const cell = { by: { trait: "city" }, value: row.value };
          const people = await idsOf(listPortraitPeople, { body: { ...body, cell }, query: { limit: 100 } });
          expect(people).toEqual(sorted([...(facts.get("city")?.get(row.value) ?? [])].filter((person) => a.has(person))));
        }
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
  });

  test("finds what a group is made of: a number in fifths, a tag, a channel, a figure of another analysis as the group", async () => {
    const people = Array.from({ length: 400 }, (_, index) => index + 1);
    const isIn = (person: number): boolean => person <= 80;
    await store(
      people.map((person) => ({
        origin: person,
        person,
        name: isIn(person) ? "Order Completed" : "page",
        timeMs: START + person * 1_000,
        properties: {},
        channel: isIn(person) && person % 4 !== 0 ? "小红书" : "门店",
      })),
      new Map(
        people.map((person) => [
          person,
          {
            age: isIn(person) ? 18 + (person % 20) : 18 + (person % 50),
            city: person % 2 === 0 ? "北京" : "上海",
            ...(person === 3 ? { rare: "only" } : {}),
          },
        ]),
      ),
    );
    await engines.db`insert into identity ${engines.db(people.map((person) => ({ workspace_id: workspaceId, origin_id: person, person_id: person, first_seen_ms: 0, kind: "user_id", value: `u${person}` })))}`;
    await engines.db`insert into person_tag ${engines.db(people.filter((person) => person % 3 === 0 && (isIn(person) || person % 2 === 0)).map((person) => ({ workspace_id: workspaceId, origin_id: person, tag: "VIP", owner: "ann", created_at: new Date(NOW) })))}`;
    const figure = {
      kind: "trends",
      query: { period: PERIOD, series: [{ event: { event: "Order Completed" }, measure: { kind: "people" } }] },
      cell: { series: 0 },
    };
    const body = { group: { figure }, period: PERIOD };
    const answer = await call(queryPortrait, { body });
    expect(answer).toMatchObject({ group: 80, against: 400, rest: 320, outside: 0, hidden: [], tagsLeftOut: false, traitsCut: false });
    const of = (by: object) => answer.dimensions.find((dimension) => JSON.stringify(dimension.by) === JSON.stringify(by));
    const channel = of({ column: "channel", touch: "first" })?.rows.find(({ value }) => value === "小红书");
    expect(channel).toMatchObject({ group: 60, against: 60, share: 0.75, isSignificant: true });
    expect(channel?.index).toBeCloseTo((100 * 0.75) / 0.15, 10);
    const age = of({ trait: "age" });
    expect(age?.kind).toBe("ranges");
    expect(age?.mean?.group).toBeCloseTo(27.5, 10);
    expect(age?.rows.reduce((sum, { group }) => sum + group, 0)).toBe(80);
    expect(of({ trait: "city" })?.rows.every(({ isSignificant }) => !isSignificant)).toBe(true);
    // One person alone has it: the trait is there, its value is not told.
    expect(of({ trait: "rare" })).toMatchObject({ more: true, rows: [{ value: null, group: 79, against: 399 }] });
    const tagged = people.filter((person) => person % 3 === 0 && (isIn(person) || person % 2 === 0));
    expect(of({ tags: true })?.rows).toMatchObject([{ value: "VIP", group: 26, against: tagged.length }]);
    expect(answer.dimensions[answer.top[0]?.dimension ?? -1]?.by).toMatchObject({ column: "channel" });
    const list = (cell: CallInput<typeof listPortraitPeople>["body"] extends infer B ? (B extends { cell: infer C } ? C : never) : never) =>
      idsOf(listPortraitPeople, { body: { ...body, cell }, query: { limit: 200 } });
    expect(await list({ by: { tags: true }, value: "VIP" })).toEqual(tagged.filter(isIn));
    expect(await list({ by: { trait: "rare" }, value: null })).toEqual(people.filter((person) => isIn(person) && person !== 3));
    expect(await list({ by: { trait: "age" }, from: null, to: 20 })).toEqual(people.filter((person) => isIn(person) && person % 20 < 2));
    expect(await list({ by: { column: "channel", touch: "last" }, value: "门店" })).toEqual(
      people.filter((person) => isIn(person) && person % 4 === 0),
    );
    expect(await list({})).toEqual(people.filter(isIn));
    await expect(call(queryPortrait, { body: { group: { figure: { ...figure, kind: "horoscope" } } } })).rejects.toMatchObject({
      fault: { code: "insight.no_such_analysis", field: "group.figure.kind" },
    });
  });
});

describe("why people leave, in a simulated business", { timeout: 120_000 }, () => {
  test("a portrait finds the planted reason, a late first answer, and its size within the interval it tells", async () => {
    const simulation = createSimulation({ seed: 11, people: 16_000, days: 150, endMs: NOW });
    const all = [...pastEvents(simulation)];
    const planted = simulation.manifest().truths.service;
    const asked = new Set(all.flatMap((event) => (event.name === "Ticket Replied" ? [memberOf(event)] : [])));
    const events = all.flatMap((event): Made[] => {
      const person = memberOf(event);
      const properties = event.name === "Ticket Replied" ? event.properties : {};
      return person === 0 || !asked.has(person)
        ? []
        : [{ origin: person, person, name: event.name, timeMs: event.timeMs, properties, channel: "" }];
    });
    await store(events);
    const early = { from: text(NOW - 160 * DAY).slice(0, 10), to: text(NOW - 40 * DAY).slice(0, 10) };
    const answered = { did: { event: "Ticket Replied" }, within: early };
    const late = {
      did: { event: "Ticket Replied", where: { property: "first_response_minutes", gt: planted.slowFromMinutes } },
      within: early,
    };
    const did = (event: string) => ({ meets: { did: { event }, within: early } });
    const lost = { not: { did: { event: null }, within: { days: 30 } } };
    // Who left, of those who were answered early enough for it to show: what have they met with that the others have not?
    const reasons = await call(queryPortrait, {
      body: {
        group: { people: { all: [answered, lost] } },
        against: { people: { all: [answered, { not: lost }] } },
        by: [did("Order Refunded"), did("Payment Failed"), { meets: late }, did("Comment Posted"), did("Invite Shared")],
      },
    });
    // Faithful people do more of everything; a reason is what the lost met with more often.
    const [first] = reasons.dimensions.filter(({ rows }) => (rows[0]?.difference ?? 0) > 0);
    expect(first?.by).toEqual({ meets: late });
    expect(first?.rows[0]).toMatchObject({ isSignificant: true });
    expect(first?.rows[0]?.index ?? 0).toBeGreaterThan(150);
    // Whoever waited too long against those who did not: the part that is gone, less those who would have gone anyway.
    const { dimensions } = await call(queryPortrait, {
      body: { group: { people: late }, against: { people: { all: [answered, { not: late }] } }, by: [{ meets: lost }] },
    });
    const [row] = dimensions[0]?.rows ?? [];
    // Some of those would have gone anyway: what is told is the planted part of those who would have stayed, within its interval.
    const stayed = 1 - (row?.againstShare ?? 1);
    const size = (planted.slow.left - planted.fast.left) / (1 - planted.fast.left);
    expect((row?.low ?? 1) / stayed).toBeLessThan(size);
    expect((row?.high ?? 0) / stayed).toBeGreaterThan(size);
    expect((row?.low ?? 0) > 0).toBe(true);
    const people = await call(listPortraitPeople, {
      body: { group: { people: late }, by: [{ meets: lost }], cell: { by: { meets: lost }, value: "true" } },
    });
    expect(people.items).toHaveLength(row?.group ?? -1);
  });
});

describe("search terms", { timeout: 60_000 }, () => {
  const searchArb = fc
    .record({
      origin: fc.integer({ min: 1, max: 12 }),
      name: fc.constantFrom("Products Searched", "Products Searched", "Product Viewed", "Order Completed"),
      minutes: fc.integer({ min: -6_000, max: 6_000 }).map((each) => each - (each % 10)),
      properties: fc.record(
        {
          query: fc.constantFrom<unknown>("奶茶", " 奶茶 ", "ＡＢ c", "ab  C", "", 5, ["x"]),
          results: fc.constantFrom<unknown>(0, 3, "0"),
        },
        { requiredKeys: [] },
      ),
    })
    .map(({ minutes, ...rest }): Made => ({ ...rest, person: ownerOf(rest.origin), timeMs: START + minutes * 60_000, channel: "" }));

  test("agree with a slow and obvious reckoning, and lead to their people", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(searchArb, { minLength: 30, maxLength: 160, size: "max" }), async (events) => {
        // At one instant the engine keeps the order in which events came in.
        const placed = events.map((event, index) => ({ ...event, timeMs: event.timeMs + index }));
        await store(placed);
        const body = { period: { from: "2026-03-29", to: "2026-03-31" }, limit: 50 };
        const answer = await call(querySearchTerms, { body });
        const meant = referenceSearches(placed, {
          fromMs: Date.parse(answer.from),
          beforeMs: Date.parse(answer.previousFrom),
          toMs: Date.parse(answer.to),
        });
        const now = meant.filter(({ isNow }) => isNow);
        const counted = (of: typeof meant) => ({
          searches: of.filter(({ isNow }) => isNow).length,
          people: new Set(of.flatMap(({ isNow, person }) => (isNow ? [person] : []))).size,
          withoutResult: of.filter(({ isNow, isNone }) => isNow && isNone).length,
          clicked: of.filter(({ isNow, isClicked }) => isNow && isClicked).length,
          ordered: of.filter(({ isNow, isOrdered }) => isNow && isOrdered).length,
          previous: of.filter(({ isNow }) => !isNow).length,
        });
        expect(answer.total).toMatchObject({ ...counted(meant), terms: new Set(now.map(({ term }) => term)).size });
        expect(answer.top.map(({ term }) => term).toSorted()).toEqual([...new Set(now.map(({ term }) => term))].toSorted());
        for (const shown of answer.top) expect(shown).toMatchObject(counted(meant.filter(({ term }) => term === shown.term)));
        expect(answer.top.map(({ searches }) => searches)).toEqual(answer.top.map(({ searches }) => searches).toSorted((a, b) => b - a));
        const people = await idsOf(listSearchTermPeople, { body: { ...body, cell: { term: "AB c", outcome: "not_clicked" } } });
        expect(people).toEqual(sorted(now.flatMap(({ term, person, isClicked }) => (term === "ab c" && !isClicked ? [person] : []))));
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
  });
});

describe("a forecast of a stored series", () => {
  test("learns from the days that are over, tells the days after them, and leads to the people of a day", async () => {
    const week = [3, 4, 5, 6, 7, 9, 8];
    const events = Array.from({ length: 56 }, (_, day) =>
      Array.from({ length: week[day % 7] ?? 0 }, (__, index): Made => {
        const origin = 100 + index;
        return { origin, person: origin, name: "Order Completed", timeMs: NOW - (56 - day) * DAY, properties: {}, channel: "" };
      }),
    ).flat();
    await store([...events, { origin: 7, person: 7, name: "Order Completed", timeMs: NOW, properties: {}, channel: "" }]);
    const body = {
      period: { last: 56, unit: "day" as const },
      series: { event: { event: "Order Completed" }, measure: { kind: "events" as const } },
      horizon: 7,
    };
    const answer = await call(queryForecast, { body });
    expect(answer.intervals.every(({ complete }) => complete)).toBe(true);
    expect(answer.intervals).toHaveLength(55);
    expect(answer.ahead[0]?.interval.from).toBe(answer.intervals.at(-1)?.to);
    expect(answer).toMatchObject({ season: 7, trend: { direction: "flat" } });
    // The series repeats itself exactly, so the next days are those of a week ago.
    expect(answer.ahead.map(({ value }) => Math.round(value))).toEqual(answer.actual.slice(-7));
    expect(answer.backTest?.model.mae ?? 1).toBeLessThan(0.2);
    const people = await idsOf(listForecastPeople, { body: { ...body, cell: { interval: 54 } } });
    expect(people).toHaveLength(answer.actual[54] ?? 0);
    // As a metric the same series is told the same, in the metric's unit.
    const metric = { ...body, series: { metric: "orders" } };
    const told = await call(queryForecast, { body: metric });
    expect(told).toMatchObject({ unit: "count", actual: answer.actual, ahead: answer.ahead, backTest: answer.backTest });
    expect(await idsOf(listForecastPeople, { body: { ...metric, cell: { interval: 54 } } })).toEqual(people);
    await expect(call(queryForecast, { body: { ...body, series: { metric: "order" } } })).rejects.toMatchObject({
      fault: { field: expect.stringMatching(/^series/) },
    });
    await expect(call(queryForecast, { body: { ...body, period: { last: 1, unit: "day" } } })).rejects.toMatchObject({
      fault: { code: "insight.series_too_short" },
    });
  });

  test("correlates two series over the days, in levels or in changes", async () => {
    const events = Array.from({ length: 8 }, (_, day) =>
      (["a", "b"] as const).flatMap((name) =>
        Array.from({ length: name === "a" ? day + 1 : 2 * day + 3 }, (__, index): Made => ({
          origin: index + 1,
          person: index + 1,
          name,
          timeMs: START - (9 - day) * DAY,
          properties: {},
          channel: "",
        })),
      ),
    ).flat();
    await store(events);
    const measures = (["a", "b"] as const).map((name) => ({ event: { event: name }, measure: { kind: "events" as const } }));
    const body = { over: "intervals" as const, period: { from: "2026-03-19", to: "2026-03-27" }, measures };
    const answer = await call(queryCorrelation, { body });
    expect(answer.points).toEqual(Array.from({ length: 8 }, (_, day) => [day + 1, 2 * day + 3]));
    expect(answer.pairs[0]?.pearson.coefficient).toBeCloseTo(1, 12);
    const changes = await call(queryCorrelation, { body: { ...body, changes: true } });
    expect(changes.pairs[0]).toMatchObject({ n: 7, pearson: { coefficient: null, p: null } });
    const people = await idsOf(listCorrelationPeople, { body: { ...body, cell: { measure: 0, interval: 2 } } });
    expect(people).toEqual([1, 2, 3]);
    // Metrics on either side, also where one never changes.
    const own = (definition: object) => ({ definition, unit: "number" }) as never;
    const mixed = [
      measures[0] as never,
      own({ kind: "measure", events: [{ event: "b" }], measure: { kind: "events" } }),
      own({ kind: "measure", events: [{ event: "b" }], measure: { kind: "events_per_person" } }),
    ];
    const beside = await call(queryCorrelation, { body: { ...body, measures: mixed } });
    expect(beside.points).toEqual(Array.from({ length: 8 }, (_, day) => [day + 1, 2 * day + 3, 1]));
    expect(beside.measures.map(({ unit }) => unit)).toEqual([null, "number", "number"]);
    expect(beside.pairs[0]).toMatchObject({ pearson: { coefficient: expect.closeTo(1, 12) } });
    expect(await idsOf(listCorrelationPeople, { body: { ...body, measures: mixed, cell: { measure: 1, interval: 0 } } })).toEqual([
      1, 2, 3,
    ]);
  });
});
