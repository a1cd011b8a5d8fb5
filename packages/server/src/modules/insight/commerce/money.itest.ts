import { listAttributionPeople, queryAttribution } from "@terrace/contract/api/insight-attribution";
import {
  deleteChannelTerms,
  listChannelPeople,
  listChannelTerms,
  queryChannels,
  saveChannelTerms,
} from "@terrace/contract/api/insight-channels";
import { listLtvPeople, queryLtv } from "@terrace/contract/api/insight-ltv";
import { listProductPeople, queryProducts } from "@terrace/contract/api/insight-products";
import { getBusinessEvents, setBusinessEvents } from "@terrace/contract/api/metrics";
import { getRfm, listRfmPeople } from "@terrace/contract/api/insight-rfm";
import { querySearchTerms } from "@terrace/contract/api/insight-search-terms";
import type { RouteContract } from "@terrace/contract/route";
import { ATTRIBUTION_MODELS } from "@terrace/domain/insight/attribution/attribution-plan";
import { COHORT_STARTS, LTV_UNITS } from "@terrace/domain/insight/ltv/ltv-plan";
import { dayStart } from "@terrace/domain/insight/time/calendar";
import { dayOfIso, isoDay } from "@terrace/domain/time/zoned-time";
import { startBothEngines, type TestEngines } from "@terrace/testkit/both-engines";
import { callRoute, type CallInput } from "@terrace/testkit/call-route";
import { makeWorkspace } from "@terrace/testkit/state-engine";
import fc from "fast-check";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createInsight, type Insight } from "../module.ts";
import { intervalOrdinal } from "../time/local-interval.reference.ts";
import {
  netOf,
  isOrder,
  isRefund,
  referenceBrought,
  referenceCredit,
  referenceItems,
  referenceLtv,
  referencePrediction,
  referenceProduct,
  referenceWays,
  startOfCohort,
  sumOf,
  touchOf,
  type MoneyEvent,
} from "./money.reference.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** The clocks of Berlin go forward in the night after. */
const START = Date.UTC(2026, 2, 28, 12);
const NOW = START + 60 * DAY;
const RUNS = Number(process.env["TERRACE_RUNS"] ?? 1);

let engines: TestEngines;
let insight: Insight;
let workspaceId = 0;
let zone = "Europe/Berlin";
const audited: string[] = [];

beforeAll(async () => {
  engines = await startBothEngines();
  insight = createInsight({
    db: engines.db,
    warehouse: engines.warehouse,
    workspace: () => Promise.resolve({ workspaceId, name: "Shop", timeZone: zone, currency: "CNY", label: "" }),
    people: { displayNames: () => Promise.resolve(new Map()) },
    collect: {
      definitions: { eventSpan: () => Promise.resolve(undefined) },
      quarantine: { openCount: () => Promise.resolve(0) },
      virtualEvents: { list: () => Promise.resolve([]) },
    },
    audit: (_, { action }) => {
      audited.push(action);
      return Promise.resolve();
    },
    privacy: { tokenise: () => "", encryptPayload: (payload) => payload, decryptPayload: (payload) => Buffer.from(payload) },
    feedStatus: () => Promise.resolve([]),
    usesOfMetric: () => Promise.resolve([]),
    denies: () => false,
    nowMs: () => NOW,
    log: pino({ level: "silent" }),
  });
}, 120_000);
afterAll(async () => {
  await insight.stop();
  await engines.stop();
});

const call = <C extends RouteContract>(of: C, input: CallInput<C> = {}) => callRoute(insight.routes, workspaceId, of, input);
/** What some people have as a trait, several of them several. */
const TAGS = new Map<number, readonly string[]>([
  [1, ["a", "b"]],
  [3, ["b"]],
  [5, ["c", "d"]],
  [7, ["a", "c", "d"]],
]);
type Given = Omit<MoneyEvent, "person"> & { readonly origin: number; readonly lane?: number };

/** Stores events in a workspace of their own; ids 2, 4, 6 belong to the person before them, 0 to nobody. */
async function store(events: readonly Given[]): Promise<readonly MoneyEvent[]> {
  workspaceId = await makeWorkspace(engines.db);
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
    values: events.map(({ origin, place, name, timeMs, properties, channel, utmSource, utmCampaign, lane = 0 }) => ({
      workspace_id: workspaceId,
      origin_id: String(origin),
      name,
      time: text(timeMs),
      received_at: text(NOW),
      message_id: `m${lane}-${place}`,
      // Places whose text is in another order than their numbers.
      event_id: `${lane}-${8 + Math.floor(place / 12)}-${place % 12}`,
      source: "import",
      properties,
      channel,
      utm_source: utmSource,
      utm_campaign: utmCampaign,
    })),
  });
  const owners = [2, 4, 6].map((origin) => `(${workspaceId}, ${origin}, ${origin - 1}, 1)`);
  await engines.warehouse.client.command({
    query: `insert into person_of_origin_row (workspace_id, origin_id, person_id, change_seq) values ${owners.join(",")}`,
    clickhouse_settings: { distributed_foreground_insert: 1, insert_deduplicate: 0 },
  });
  await engines.warehouse.client.insert({
    table: "person_trait",
    format: "JSONEachRow",
    clickhouse_settings: { distributed_foreground_insert: 1, insert_deduplicate: 0 },
    values: [...TAGS].map(([person, tags]) => ({
      workspace_id: workspaceId,
      person_id: String(person),
      traits: { tags },
      change_seq: 1,
      is_gone: 0,
    })),
  });
  for (const node of engines.warehouse.nodes) await node.command({ query: "SYSTEM RELOAD DICTIONARY person_of_origin" });
  return events.flatMap((event) =>
    event.origin === 0 ? [] : [{ ...event, person: [2, 4, 6].includes(event.origin) ? event.origin - 1 : event.origin }],
  );
}

const amount = fc.constantFrom<unknown>(1, 2.5, "3.25", "free", true, -1, 0.1, 0.005, 999.99, 1e15);
const line = fc.record(
  {
    product_id: fc.constantFrom<unknown>("tea", "cup", 7, "7"),
    category: fc.constantFrom("drink", "ware"),
    price: fc.constantFrom<unknown>(1, 2.5, "3.3", "x"),
    quantity: fc.constantFrom<unknown>(1, 2, "3", 0.5),
  },
  { requiredKeys: [] },
);
const list = fc.oneof(
  fc.array(line, { maxLength: 4 }),
  line.map((one) => [one, null, 5]),
  fc.constant("none"),
);
const eventArb = fc.record({
  origin: fc.integer({ min: 1, max: 12 }),
  name: fc.constantFrom("Order Completed", "Order Completed", "Order Refunded", "Signed Up", "Product Viewed", "Product Added", "visit"),
  // Few instants, so that ties are common; over two months and the change of the clock.
  day: fc.constantFrom(0, 0, 1, 2, 9, 33),
  hours: fc.integer({ min: 0, max: 12 }),
  properties: fc.record(
    {
      revenue: amount,
      total: amount,
      amount,
      currency: fc.constantFrom("CNY", "cny", "USD"),
      products: list,
      product_id: fc.constantFrom<unknown>("tea", 7),
      price: amount,
    },
    { requiredKeys: [] },
  ),
  channel: fc.constantFrom("", "", "direct", "paid", "mail"),
  utmSource: fc.constantFrom("", "", "x", "y", "z / w"),
  utmCampaign: fc.constantFrom("", "spring"),
});
const worldArb = fc
  .array(eventArb, { minLength: 1, maxLength: 160, size: "max" })
  .map((events) => events.map(({ day, hours, ...rest }, place): Given => ({ ...rest, place, timeMs: START + day * DAY + hours * HOUR })));

/** Compares what the API says of random events with what the reference says; each world is asked several questions. */
async function onWorlds<Asked>(
  asked: fc.Arbitrary<Asked>,
  agree: (asked: Asked, events: readonly MoneyEvent[]) => Promise<void>,
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(worldArb, fc.array(asked, { minLength: 2, maxLength: 2 }), async (given, some) => {
      const events = await store(given);
      for (const one of some) await agree(one, events);
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
}

type LtvBroken = NonNullable<NonNullable<NonNullable<CallInput<typeof queryLtv>["body"]>["breakdown"]>["by"]> | undefined;
const LTV_BROKEN: LtvBroken[] = [
  undefined,
  [{ column: "utmSource" }],
  { trait: "tags" },
  { property: "product_id" },
  { touch: "last", column: "channel" },
];
/** The values that tell a person apart, '' for none. */
function ltvValuesOf(
  own: readonly MoneyEvent[],
  asked: { readonly by: LtvBroken; readonly cohortBy: string; readonly isOver: (event: MoneyEvent) => boolean },
): readonly string[] {
  const { by, cohortBy, isOver } = asked;
  if (by === undefined || "length" in by) return [touchOf(own, "first")];
  if ("trait" in by) return TAGS.get(own[0]?.person ?? 0) ?? [""];
  if ("property" in by) return [String(startOfCohort(own, cohortBy)?.properties["product_id"] ?? "")];
  // Events of one instant all came in at the same time: of several channels the greatest is the last.
  const touches = own.filter((event) => event.channel !== "" && !isOver(event));
  const last = Math.max(...touches.map(({ timeMs }) => timeMs));
  return [
    touches
      .filter(({ timeMs }) => timeMs === last)
      .map(({ channel }) => channel)
      .toSorted()
      .at(-1) ?? "",
  ];
}

const zoneArb = fc.constantFrom("Europe/Berlin", "Asia/Shanghai", "America/New_York");
const periodArb = fc
  .tuple(fc.constantFrom("2026-03-28", "2026-03-29", "2026-04-01"), fc.constantFrom(2, 9, 40))
  .map(([from, days]) => ({ from, to: isoDay((dayOfIso(from) ?? 0) + days) }));
const calendar = () => ({ zone, weekStart: "monday" as const });
const startOf = (date: string): number => dayStart(dayOfIso(date) ?? 0, calendar());
const within = (events: readonly MoneyEvent[], { from, to }: { from: string; to: string }) =>
  events.filter(({ timeMs }) => timeMs >= startOf(from) && timeMs < startOf(to));
async function countPeople<
  C extends
    typeof listRfmPeople | typeof listLtvPeople | typeof listAttributionPeople | typeof listChannelPeople | typeof listProductPeople,
>(of: C, body: NonNullable<CallInput<C>["body"]>): Promise<number> {
  const { items } = (await call(of, { body, query: { limit: 100 } } as CallInput<C>)) as { items: readonly unknown[] };
  return items.length;
}

describe(
  "agrees with a slow and obvious reckoning on random events: ties, merged ids, values of any type, zones",
  { timeout: 300_000 },
  () => {
    const ltvArb = fc.record({
      interval: fc.constantFrom(...LTV_UNITS),
      cohortBy: fc.constantFrom(...COHORT_STARTS),
      period: periodArb,
      zone: zoneArb,
      by: fc.constantFrom(...LTV_BROKEN),
    });
    test("LTV, of all and by touch, trait and what the first order says", async () => {
      await onWorlds(ltvArb, async (asked, events) => {
        zone = asked.zone;
        const { interval, cohortBy, period } = asked;
        const broken = asked.by === undefined ? {} : { breakdown: { by: asked.by, top: 2 } };
        const body = { interval, cohortBy, period, ...broken };
        const answer = await call(queryLtv, { body });
        const first = intervalOrdinal(startOf(period.from), interval, calendar());
        const cohorts = intervalOrdinal(startOf(period.to) - 1, interval, calendar()) - first + 1;
        const told = answer.groups.filter(({ other }) => !other).map(({ value }) => value ?? "");
        const isOver = ({ timeMs }: MoneyEvent): boolean => intervalOrdinal(timeMs, interval, calendar()) - first >= cohorts;
        const valuesOf = (own: readonly MoneyEvent[]) => ltvValuesOf(own, { by: asked.by, cohortBy, isOver });
        for (const group of answer.groups) {
          const whose = (own: readonly MoneyEvent[]): boolean =>
            asked.by === undefined || valuesOf(own).some((value) => (group.other ? !told.includes(value) : value === (group.value ?? "")));
          const meant = referenceLtv(events, { cohortBy, unit: interval, firstMs: startOf(period.from), cohorts, whose }, calendar());
          expect(group.cohorts.map(({ size, cells }) => [size, cells.map(({ netMinor, payers }) => [netMinor, payers])])).toEqual(
            meant.map(({ size, cells }) => [size, cells.map(({ netMinor, payers }) => [netMinor, payers])]),
          );
          const cell = { cohort: 0, ...(asked.by === undefined ? {} : group.other ? { other: true } : { value: group.value ?? null }) };
          expect(await countPeople(listLtvPeople, { ...body, cell })).toBe(group.cohorts[0]?.size);
          expect(await countPeople(listLtvPeople, { ...body, cell: { ...cell, paidBy: 0 } })).toBe(group.cohorts[0]?.cells[0]?.payers);
        }
        const compared = { interval, cohortBy, period, compareWith: { people: { trait: "tags", is: ["b"] } } };
        const { comparison } = await call(queryLtv, { body: compared });
        const whose = ([event]: readonly MoneyEvent[]): boolean => TAGS.get(event?.person ?? 0)?.includes("b") ?? false;
        const others = referenceLtv(events, { cohortBy, unit: interval, firstMs: startOf(period.from), cohorts, whose }, calendar());
        expect(comparison?.groups[0]?.cohorts.map(({ size }) => size)).toEqual(others.map(({ size }) => size));
        const of = { compared: true } as const;
        expect(await countPeople(listLtvPeople, { ...compared, of, cell: { cohort: 0 } })).toBe(others[0]?.size);
      });
    });

    test("what a head will bring, and how far off it was when told from every earlier day", async () => {
      zone = "Europe/Berlin";
      const [horizon, from] = [5, START + 45 * DAY];
      const order = fc.record({
        after: fc.constantFrom(0, 0, 1, 2, 4, 9),
        total: fc.integer({ min: 1, max: 90 }),
        name: fc.constantFrom("Order Completed", "Order Completed", "Order Completed", "Order Refunded"),
      });
      const people = fc.sample(
        fc.record({ day: fc.integer({ min: 18, max: 58 }), orders: fc.array(order, { minLength: 1, maxLength: 4 }) }),
        {
          numRuns: 140,
          seed: 11,
        },
      );
      const given = people.flatMap(({ day, orders }, origin) =>
        orders.map(({ after, total, name }, index) => ({
          origin: origin + 1,
          name,
          timeMs: Math.min(START + (day + after) * DAY + index * HOUR, NOW - 1),
          properties: { total },
          channel: "",
          utmSource: origin % 3 === 0 ? "x" : "y",
          utmCampaign: "",
        })),
      );
      const events = await store(given.map((event, place) => ({ ...event, place })));
      const [firstDay, today] = [Math.floor(from / DAY), Math.floor(NOW / DAY)];
      const body = {
        period: { from: isoDay(firstDay), to: isoDay(today) },
        interval: "day" as const,
        predict: { horizon },
        breakdown: { by: [{ column: "utmSource" as const }] },
      };
      const answer = await call(queryLtv, { body });
      const learnedFrom = firstDay - horizon - 36;
      for (const group of answer.groups) {
        const asked = {
          cohortBy: "first_order",
          unit: "day" as const,
          firstMs: dayStart(learnedFrom, calendar()),
          cohorts: today - learnedFrom,
        };
        const whose = (own: readonly MoneyEvent[]): boolean => touchOf(own, "first") === (group.value ?? "");
        const slow = referencePrediction(events, { ...asked, lastAge: horizon - 1, whose }, calendar());
        expect(group.prediction).toMatchObject({
          why: null,
          method: slow.method,
          backTest: { tests: slow.tests, error: expect.closeTo(slow.error) },
        });
        const told = group.cohorts.map(({ predicted }) =>
          predicted !== undefined && "perHead" in predicted ? predicted.perHead : undefined,
        );
        const meant = slow.perHead.slice(firstDay - learnedFrom);
        expect(told).toEqual(meant.map((value) => (value === undefined ? undefined : expect.closeTo(value))));
        expect(told.filter((each) => each !== undefined).length).toBeGreaterThan(8);
      }
      const short = await call(queryLtv, { body: { ...body, breakdown: undefined, predict: { horizon: 200 } } });
      expect(short.groups[0]?.prediction).toMatchObject({ why: "too_few_cohorts", backTest: null, expected: null });
    });

    test("groups of people, each as if nobody else were there: RFM, attribution, products, search terms, channels", async () => {
      const agree = async (drawn: string, events: readonly MoneyEvent[]): Promise<void> => {
        zone = drawn;
        const breakdown = { by: { touch: "first" as const, column: "utmSource" as const }, top: 10 };
        const period = { from: "2026-03-28", to: "2026-05-20" };
        const rfmBody = { at: "2026-05-20", scores: 3 };
        const productBody = { period, top: 20 };
        const attributionBody = { period, models: ["linear" as const], by: [{ column: "channel" as const }] };
        const searchBody = { period, search: { event: "visit" }, term: { property: "product_id" } };
        const ask = async (more: object) => [
          await call(getRfm, { body: { ...rfmBody, ...more } }),
          await call(queryProducts, { body: { ...productBody, ...more } }),
          await call(queryAttribution, { body: { ...attributionBody, ...more } }),
          await call(querySearchTerms, { body: { ...searchBody, ...more } }),
          await call(queryChannels, { body: { period, ...more } }),
        ];
        const whole = await ask({ breakdown, compareWith: { people: { did: { event: "Signed Up" } } } });
        const behind = { ...rfmBody, breakdown, cell: {} };
        const valueOf = (own: readonly MoneyEvent[]): string | null =>
          own.filter(({ utmSource }) => utmSource !== "").toSorted((a, b) => a.timeMs - b.timeMs || (a.utmSource < b.utmSource ? -1 : 1))[0]
            ?.utmSource ?? null;
        const people = [...Map.groupBy(events, ({ person }) => person).values()];
        const values = [...new Set(people.map(valueOf))].slice(0, 2);
        const groups = await Promise.all(
          values.flatMap((value) => {
            const isTold = whole[0]?.breakdown?.some((each) => each.value === value) === true;
            return isTold ? [countPeople(listRfmPeople, { ...behind, of: { value } }).then((found) => ({ value, found }))] : [];
          }),
        );
        const alone = async (own: readonly (readonly MoneyEvent[])[]) => {
          await store(own.flat().map(({ person, ...event }) => ({ ...event, origin: person })));
          return ask({});
        };
        const compared = await alone(people.filter((own) => own.some(({ name }) => name === "Signed Up")));
        for (const [index, { meta: _meta, ...figures }] of compared.entries())
          expect(figures).toMatchObject(whole[index]?.comparison ?? {});
        for (const value of values) {
          const told = await alone(people.filter((own) => valueOf(own) === value));
          for (const [index, { meta: _meta, ...figures }] of told.entries()) {
            const group = whole[index]?.breakdown?.find((each) => each.value === value);
            // Without such an event in the period a value is no group.
            if (group !== undefined) expect(figures).toMatchObject(group.figures);
          }
          const rfm = groups.find((each) => each.value === value);
          expect(rfm?.found ?? 0).toBe((told[0] as { people: number }).people);
        }
      };
      await fc.assert(
        fc.asyncProperty(worldArb, zoneArb, async (given, drawn) => agree(drawn, await store(given))),
        { numRuns: Math.ceil(RUNS / 2), endOnFailure: true },
      );
    });

    const attributionArb = fc.record({
      period: periodArb,
      zone: zoneArb,
      lookbackHours: fc.constantFrom(1, 5, 24, 900),
      pauseMinutes: fc.constantFrom(0, 60, 61, 1_440),
      halfLifeHours: fc.constantFrom(1, 7, 168),
      position: fc.constantFrom({ first: 40, last: 40 }, { first: 0, last: 0 }, { first: 100, last: 0 }, { first: 33, last: 33 }),
      among: fc.constantFrom<readonly string[]>([], ["visit", "Product Viewed", "Order Completed"]),
    });
    test("attribution: every model, exact to the last cent", async () => {
      await onWorlds(attributionArb, async (asked, events) => {
        zone = asked.zone;
        const { period, pauseMinutes, position } = asked;
        const body = {
          period,
          pauseMinutes,
          position,
          models: [...ATTRIBUTION_MODELS],
          lookback: { value: asked.lookbackHours, unit: "hour" as const },
          halfLife: { value: asked.halfLifeHours, unit: "hour" as const },
          touches: asked.among.map((event) => ({ event })),
        };
        const answer = await call(queryAttribution, { body });
        const ways = referenceWays(events, {
          fromMs: startOf(period.from),
          toMs: startOf(period.to),
          lookbackMs: asked.lookbackHours * HOUR,
          pauseMs: pauseMinutes * 60_000,
          among: asked.among,
        });
        const worth = sumOf(ways.map((way) => way.worth));
        expect(answer.total).toEqual({
          conversions: ways.length,
          people: new Set(ways.map(({ person }) => person)).size,
          valueMinor: worth,
          untouched: ways.filter(({ touches }) => touches.length === 0).length,
        });
        const ground = { halfLifeMs: asked.halfLifeHours * HOUR, position, direct: ["direct"] };
        for (const row of answer.rows) {
          const value = row.value ?? "";
          const own = ways.filter(({ touches }) => (value === "" ? touches.length === 0 : touches.some((touch) => touch.value === value)));
          const direct = value === "" ? 0 : own.filter(({ touches }) => touches.at(-1)?.value === value).length;
          expect(row).toMatchObject({ conversions: own.length, direct, assisted: value === "" ? 0 : own.length - direct });
          expect(row.credits).toEqual(ATTRIBUTION_MODELS.map((model) => referenceCredit(ways, model, value, ground)));
          const people = (part: "any" | "direct" | "assisted") =>
            countPeople(listAttributionPeople, { ...body, cell: { value: row.value, part } });
          expect(await people("any")).toBe(row.people);
          if (value === "") continue;
          const assisted = own.filter(({ touches }) => touches.at(-1)?.value !== value);
          expect(await people("assisted")).toBe(new Set(assisted.map(({ person }) => person)).size);
        }
        for (const [index] of ATTRIBUTION_MODELS.entries()) {
          expect(sumOf(answer.rows.map(({ credits }) => credits[index]?.valueMinor ?? 0))).toBe(worth);
          expect(Math.round(1e6 * sumOf(answer.rows.map(({ credits }) => credits[index]?.conversions ?? 0)))).toBe(1e6 * ways.length);
        }
      });
    });

    const channelsArb = fc.record({
      period: periodArb,
      zone: zoneArb,
      touch: fc.constantFrom("first" as const, "last" as const),
      withinDays: fc.constantFrom(undefined, 1, 10),
      byCampaign: fc.boolean(),
    });
    test("channels", async () => {
      await onWorlds(channelsArb, async (asked, events) => {
        zone = asked.zone;
        const { zone: _zone, ...body } = asked;
        const answer = await call(queryChannels, { body });
        const meant = referenceBrought(events, {
          fromMs: startOf(asked.period.from),
          toMs: startOf(asked.period.to),
          withinMs: asked.withinDays === undefined ? undefined : asked.withinDays * DAY,
          which: asked.touch,
        });
        for (const row of answer.rows) {
          const own = [...meant].filter(([key]) => {
            const [channel = "", campaign = ""] = key.split("\n");
            return channel === (row.channel ?? "") && (!asked.byCampaign || campaign === (row.campaign ?? ""));
          });
          const sum = (of: "people" | "registered" | "customers" | "repeaters" | "orders" | "netMinor") =>
            sumOf(own.map(([, group]) => group[of]));
          expect(row).toMatchObject({
            people: sum("people"),
            registered: sum("registered"),
            customers: sum("customers"),
            repeaters: sum("repeaters"),
            orders: sum("orders"),
            netMinor: sum("netMinor"),
          });
          const cell = { channel: row.channel, ...(asked.byCampaign ? { campaign: row.campaign } : {}) };
          if (row === answer.rows[0])
            for (const stage of ["people", "registered", "customers", "repeaters"] as const)
              expect(await countPeople(listChannelPeople, { ...body, cell: { ...cell, stage } })).toBe(row[stage]);
        }
        expect(answer.total).toMatchObject({
          people: sumOf([...meant.values()].map(({ people }) => people)),
          netMinor: sumOf([...meant.values()].map(({ netMinor }) => netMinor)),
        });
      });
    });

    const productsArb = fc.record({ period: periodArb, zone: zoneArb, by: fc.constantFrom("item" as const, "category" as const) });
    test("products: lines share out what an order brought", async () => {
      await onWorlds(productsArb, async (asked, all) => {
        zone = asked.zone;
        const { zone: _zone, ...body } = asked;
        const events = within(all, asked.period);
        const answer = await call(queryProducts, { body });
        const key = asked.by === "item" ? ("product_id" as const) : ("category" as const);
        expect(new Set(answer.rows.map(({ item }) => item ?? ""))).toEqual(referenceItems(events, key));
        for (const row of answer.rows) {
          expect(row).toMatchObject(referenceProduct(events, key, row.item ?? ""));
        }
        const row = answer.rows[0];
        for (const [stage, figure] of [
          ["viewers", row?.viewers ?? 0],
          ["repeaters", row?.repeaters ?? 0],
          ["bought_after_view", row?.viewersWhoBought ?? 0],
        ] as const)
          expect(await countPeople(listProductPeople, { ...body, cell: { item: row?.item ?? null, stage } })).toBe(figure);
        expect(answer.total.netMinor).toBe(sumOf(events.filter((event) => isOrder(event) || isRefund(event)).map(netOf)));
      });
    });
  },
);

describe("reports", { timeout: 60_000 }, () => {
  const at = (date: string, hours = 12): number => Date.parse(`${date}T00:00:00Z`) + hours * HOUR;
  const NOTHING = { channel: "", utmSource: "", utmCampaign: "", properties: {} };
  const made = (given: readonly (Partial<Given> & Pick<Given, "origin" | "name" | "timeMs">)[]): readonly Given[] =>
    given.map((event, place) => ({ ...NOTHING, ...event, place }));
  const WORLD = made([
    {
      origin: 0,
      name: "Channel Exposure",
      timeMs: at("2026-03-02"),
      properties: { channel: "xhs", campaign: "spring", exposures: 1_000, cost: 5 },
    },
    { origin: 0, name: "Channel Exposure", timeMs: at("2026-03-03"), properties: { channel: "小红书", exposures: "500", cost: "2.5" } },
    {
      origin: 0,
      name: "Channel Exposure",
      timeMs: at("2026-03-03"),
      properties: { channel: "小红书", exposures: 1, cost: 9, currency: "USD" },
    },
    { origin: 1, name: "visit", timeMs: at("2026-03-02"), utmSource: "xiaohongshu", utmCampaign: "spring" },
    { origin: 1, name: "Signed Up", timeMs: at("2026-03-02", 13) },
    { origin: 1, name: "Order Completed", timeMs: at("2026-03-03"), properties: { total: 30 } },
    { origin: 1, name: "Order Completed", timeMs: at("2026-04-20"), properties: { total: 20 } },
    { origin: 3, name: "visit", timeMs: at("2026-03-05"), utmSource: "xhs" },
    { origin: 5, name: "Order Completed", timeMs: at("2026-03-06"), properties: { total: 7 } },
  ]);
  const period = { from: "2026-03-01", to: "2026-04-01" };

  test("a channel has terms: other names, a share and a fee; they are set, listed, forgotten and audited", async () => {
    zone = "UTC";
    await store(WORLD);
    const terms = {
      channel: "小红书",
      kind: "kol" as const,
      aliases: ["xiaohongshu", "xhs"],
      sharePercent: 10,
      feeMinor: 3_100,
      feeFrom: "2026-03-01",
      feeTo: "2026-04-01",
    };
    expect(await call(saveChannelTerms, { body: terms })).toEqual(terms);
    expect(await call(listChannelTerms)).toMatchObject({ currency: "CNY", items: [{ ...terms, updatedBy: "ann@example.test" }] });
    const refused = (body: object, field: string) =>
      expect(call(saveChannelTerms, { body: { ...terms, ...body } })).rejects.toMatchObject({
        code: "insight.query_invalid",
        fault: { field },
      });
    await refused({ feeTo: "2026-03-01" }, "feeTo");
    await refused({ feeFrom: null }, "feeFrom");
    await refused({ sharePercent: 1.234 }, "sharePercent");
    await refused({ channel: "红书", aliases: ["xhs"] }, "aliases.0");
    await refused({ channel: "xhs", aliases: [] }, "channel");

    const { rows, total, costInOtherCurrency } = await call(queryChannels, { body: { period, compare: true } });
    const figures = { exposures: 1_501, people: 2, registered: 1, customers: 1, repeaters: 1, orders: 2, netMinor: 5_000 };
    const cost = { importedCostMinor: 750, feeMinor: 3_100, shareMinor: 500, costMinor: 4_350 };
    expect(rows[0]).toMatchObject({
      channel: "小红书",
      kind: "kol",
      ...figures,
      ...cost,
      ltv: 2_500,
      cac: 4_350,
      roi: 650 / 4_350,
      previous: null,
    });
    expect(rows[1]).toMatchObject({ channel: null, people: 1, netMinor: 700, costMinor: 0, cac: null });
    expect([total.people, total.netMinor, costInOtherCurrency]).toEqual([3, 5_700, true]);
    const young = await call(queryChannels, { body: { period, withinDays: 30, byCampaign: true } });
    expect(young.rows.find(({ campaign }) => campaign === "spring")).toMatchObject({
      people: 1,
      repeaters: 0,
      netMinor: 3_000,
      importedCostMinor: 500,
    });
    expect(await countPeople(listChannelPeople, { period, cell: { channel: "小红书" } })).toBe(2);

    const ltv = await call(queryLtv, { body: { period, follow: 1, breakdown: { by: [{ column: "utmSource" }] } } });
    const first = ltv.groups.find(({ value }) => value === "xiaohongshu")?.cohorts[0];
    expect(first).toMatchObject({ size: 1, costMinor: 750, paybackAge: 0, incentivesMinor: 0 });
    expect(first?.cells.map(({ netMinor, complete }) => [netMinor, complete])).toEqual([
      [3_000, true],
      [5_000, true],
    ]);

    await call(deleteChannelTerms, { params: { channel: "小红书" } });
    await expect(call(deleteChannelTerms, { params: { channel: "小红书" } })).rejects.toMatchObject({ code: "insight.no_channel_terms" });
    expect(audited).toEqual(["channel_terms.save", "channel_terms.delete"]);
  });

  test("what counts as order, refund and registration in the workspace counts where a question names nothing, and the answer says so", async () => {
    zone = "UTC";
    const happened = (origin: number, name: string, total: number) => ({ origin, name, timeMs: at("2026-03-03"), properties: { total } });
    await store(
      made([
        happened(1, "Order Completed", 10),
        happened(1, "Paid", 20),
        happened(3, "Paid", 5),
        happened(3, "Money Back", 2),
        happened(3, "Joined", 0),
      ]),
    );
    const usual = await call(queryLtv, { body: { period } });
    expect(usual.basis).toEqual({
      orders: [{ event: "Order Completed" }],
      refunds: [{ event: "Order Refunded" }],
      registration: [{ event: "Signed Up" }],
    });
    const own = (...names: readonly string[]) => names.map((event) => ({ event }));
    const { events } = await call(getBusinessEvents);
    const orders = own("Order Completed", "Paid");
    await call(setBusinessEvents, {
      body: { events: { ...events, order: orders, refund: own("Money Back"), registration: own("Joined") } },
    });
    const basis = { orders, refunds: own("Money Back"), registration: own("Joined") };
    const { registration: _registration, ...trade } = basis;
    const ltv = await call(queryLtv, { body: { period } });
    expect(ltv).toMatchObject({ basis, groups: [{ size: 2 }] });
    expect(ltv.groups[0]?.cohorts[0]?.cells[0]?.netMinor).toBe(3_300);
    expect(await call(queryChannels, { body: { period } })).toMatchObject({
      basis,
      total: { customers: 2, registered: 1, netMinor: 3_300 },
    });
    expect(await call(getRfm, { body: { at: "2026-04-01" } })).toMatchObject({ basis: trade, people: 2, monetaryMinor: 3_300 });
    expect(await call(queryProducts, { body: { period } })).toMatchObject({ basis: trade, total: { netMinor: 3_300 } });
    expect(await call(queryAttribution, { body: { period } })).toMatchObject({ basis: { conversions: orders }, total: { conversions: 3 } });
    const named = await call(queryLtv, { body: { period, orders: { event: "Paid" } } });
    expect(named.basis.orders).toEqual(own("Paid"));
    expect(named.groups[0]?.cohorts[0]?.grossMinor).toBe(2_500);
  });

  test("what is imported of a day stands for what events told of it", async () => {
    zone = "UTC";
    await store(WORLD);
    const told = async () => (await call(queryChannels, { body: { period } })).meta.cached;
    expect([await told(), await told()]).toEqual([false, true]);
    const [row] = await engines.db<{ id: string }[]>`
      insert into import (workspace_id, file_name, file_hash, mapping_hash, mapping, kind) values (${workspaceId}, 'a', 'h', 'm', '{}', 'channels') returning import_id as id`;
    await engines.db`
      insert into channel_figure (workspace_id, day, channel, campaign, import_id, exposures, clicks, cost, currency)
      values (${workspaceId}, '2026-03-02', 'xhs', 'spring', ${row?.id ?? ""}, 2000, 30, 6.255, 'CNY')`;
    // What was kept does not know of it.
    const { rows, meta } = await call(queryChannels, { body: { period } });
    expect(meta.cached).toBe(false);
    expect(rows.find(({ channel }) => channel === "xhs")).toMatchObject({
      exposures: 2_000,
      clicks: 30,
      importedCostMinor: 626,
      people: 1,
    });
  });

  test("of touches of one instant that came in side by side, in two lanes, the one of the lesser lane is first", async () => {
    zone = "UTC";
    const touch = { name: "visit", timeMs: at("2026-03-02") };
    await store(
      [1, 0].flatMap((lane) =>
        made([{ ...touch, origin: lane + 1, utmSource: lane === 1 ? "a" : "b" }]).map((each) => ({ ...each, lane })),
      ),
    );
    const channelBy = async (which: "first" | "last") =>
      (await call(queryChannels, { body: { period, touch: which } })).rows.map(({ channel }) => channel);
    expect([await channelBy("first"), await channelBy("last")]).toEqual([["b"], ["a"]]);
    const ltv = await call(queryLtv, { body: { period, cohortBy: "first_seen", breakdown: { by: [{ column: "utmSource" }] } } });
    expect(ltv.groups.map(({ value, size }) => [value, size])).toEqual([["b", 1]]);
  });

  test("an item's demand is told from its past with its error, and a stock that will not last is a warning", async () => {
    zone = "UTC";
    const days = Array.from({ length: 60 }, (_, day) => NOW - (60 - day) * DAY);
    const sold = days.map((timeMs) => ({
      origin: 1,
      name: "Order Completed",
      timeMs,
      properties: {
        total: 5,
        products: [{ product_id: "tea", name: "Tea", price: 5, quantity: new Date(timeMs).getUTCDay() === 0 ? 4 : 1 }],
      },
    }));
    await store(
      made([
        ...sold,
        { origin: 0, name: "Inventory Updated", timeMs: NOW - 3 * DAY, properties: { product_id: "tea", stock: 900 } },
        { origin: 0, name: "Inventory Updated", timeMs: NOW - DAY, properties: { product_id: "tea", stock: 900 } },
        // Of the same instant, and came in after it.
        { origin: 0, name: "$item_set", timeMs: NOW - DAY, properties: { item_id: "tea", stock: "6" } },
      ]),
    );
    const body = { period: { last: 30, unit: "day" as const }, compare: true, forecast: { days: 14, leadDays: 7 } };
    const { rows } = await call(queryProducts, { body });
    expect(rows[0]).toMatchObject({
      item: "tea",
      name: "Tea",
      repeaters: 1,
      previous: { repeaters: 1 },
      demand: { stock: 6, runsOut: true },
    });
    expect(rows[0]?.demand?.units).toBeCloseTo(20, 0);
    expect(rows[0]?.demand?.backTest?.meanError).toBeLessThan(0.5);
    expect(rows[0]?.demand?.daysOfCover).toBeLessThan(6);
    await expect(call(queryProducts, { body: { ...body, by: "category" } })).rejects.toMatchObject({ code: "insight.query_invalid" });
  });
});
