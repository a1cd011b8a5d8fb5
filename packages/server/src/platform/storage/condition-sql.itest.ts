import type { Condition, EventCondition, PersonCondition } from "@terrace/domain/conditions/condition";
import { matchesEvent } from "@terrace/domain/conditions/matches-event";
import { matchesPerson } from "@terrace/domain/conditions/matches-person";
import { CONDITION_LEAVES_MAX, readCondition } from "@terrace/domain/conditions/read-condition";
import { CONDITION_LIST_MAX } from "@terrace/domain/conditions/read-test";
import { withStoredForms } from "@terrace/domain/conditions/stored-forms";
import { numberOf, pathOf, textOf, valueAt } from "@terrace/domain/conditions/value-at";
import type { Json, JsonObject } from "@terrace/domain/json";
import { startBothEngines, type TestEngines } from "@terrace/testkit/both-engines";
import {
  DATED,
  datesAround,
  DRAWN_SEGMENTS,
  DRAWN_TAGS,
  drawnEvent,
  eventCondition,
  MEASURED,
  personCondition,
  placesOf,
  populationCondition,
  testsOf,
  testToken,
  type DrawnEvent,
} from "@terrace/testkit/condition-draws";
import { withStandings } from "@terrace/testkit/population-model";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ch, type ChStatement } from "./clickhouse.ts";
import { eventConditionSql, peopleOfCondition, personConditionSql, type ConditionTools } from "./condition-sql.ts";
import { jsonNumberSql, jsonTextSql } from "./conditions/json-value-sql.ts";

/** Worlds drawn per test; every run draws others, and a longer one is asked for by hand. */
const RUNS = Number(process.env["TERRACE_RUNS"] ?? 15);
const NOW_MS = Date.UTC(2026, 6, 16, 12);
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const INSERT = {
  input_format_try_infer_dates: 0,
  input_format_try_infer_datetimes: 0,
  input_format_json_read_bools_as_numbers: 0,
  input_format_json_read_bools_as_strings: 0,
  insert_deduplicate: 0,
  distributed_foreground_insert: 1,
} as const;

let engines: TestEngines;
beforeAll(async () => {
  engines = await startBothEngines();
}, 60_000);
afterAll(() => engines.stop());

let workspaces = 0;

/** Data of each run stand in a workspace of their own. */
function tools({ nowMs, zone }: Moment = { nowMs: NOW_MS, zone: "Asia/Shanghai" }): ConditionTools {
  workspaces += 1;
  return { workspaceId: workspaces, virtuals: [], tokenise: testToken, nowMs, zone };
}

/** When and where is asked: days without a midnight, and days that are longer or shorter than others, too. */
type Moment = Pick<ConditionTools, "nowMs" | "zone">;
const MOMENTS: readonly Moment[] = [
  { nowMs: NOW_MS, zone: "Asia/Shanghai" },
  { nowMs: Date.UTC(2026, 10, 2, 4, 59), zone: "America/New_York" },
  { nowMs: Date.UTC(2026, 8, 6, 15), zone: "America/Santiago" },
  { nowMs: Date.UTC(2026, 9, 4, 3, 30), zone: "Australia/Lord_Howe" },
];
const moments = fc.constantFrom(...MOMENTS);

type Happened = { readonly event: DrawnEvent; readonly name: string; readonly origin: number; readonly timeMs: number };

async function insert(table: string, workspaceId: number, rows: readonly object[]): Promise<void> {
  if (rows.length === 0) return;
  const values = rows.map((row) => ({ workspace_id: workspaceId, ...row }));
  await engines.warehouse.client.insert({ table, values, format: "JSONEachRow", clickhouse_settings: INSERT });
}

async function insertEvents(workspaceId: number, events: readonly Happened[]): Promise<void> {
  const rows = events.map(({ event, name, origin, timeMs }, index) => ({
    origin_id: origin,
    name,
    time: new Date(timeMs).toISOString().replace("T", " ").replace("Z", ""),
    event_id: String(index),
    properties: event.properties,
    channel: event.context.channel,
    page_path: event.context.pagePath,
  }));
  await insert("events", workspaceId, rows);
}

/** One answer for each expression and row, by number. */
async function answers(
  workspaceId: number,
  { expressions, from }: { readonly expressions: readonly ChStatement[]; readonly from: ChStatement },
): Promise<ReadonlyMap<number, readonly Json[]>> {
  const columns = ch.join(
    expressions.map((expression, index) => ch`(${expression}) as ${{ text: `c${index}`, params: {} }}`),
    ", ",
  );
  const rows = await engines.warehouse.rows<Record<string, Json>>(
    workspaceId,
    "test",
    ch`select number, ${columns} from ${from} limit 1000`,
  );
  return new Map(rows.map((row) => [Number(row["number"]), expressions.map((_, index) => row[`c${index}`] ?? null)]));
}

function ofEvents(workspaceId: number): ChStatement {
  return ch`(select toUInt32(event_id) as number, * from events where workspace_id = ${ch.value("UInt32", workspaceId)})`;
}

/** Conditions with those who meet them. */
function meeting<C extends Condition>(conditions: readonly C[], found: ReadonlyMap<number, readonly Json[]>) {
  return conditions.map((condition, index) => ({
    condition,
    found: [...found].flatMap(([number, row]) => (row[index] === 1 ? [number] : [])).toSorted((a, b) => a - b),
  }));
}

const picks = fc.array(fc.nat(), { minLength: 3, maxLength: 3 });

test("both evaluators agree on random conditions and events", { timeout: 300_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(drawnEvent, { minLength: 1, maxLength: 30 }),
      fc.array(eventCondition, { maxLength: 6 }),
      picks,
      async (events, drawn, picked) => {
        const at = tools();
        await insertEvents(
          at.workspaceId,
          events.map((event, index) => ({ event, name: "Tested", origin: index, timeMs: NOW_MS })),
        );
        const places = events.flatMap(({ properties }) => placesOf(properties));
        const aimed = picked.flatMap((pick) => {
          const place = places[pick % places.length];
          return place === undefined ? [] : testsOf(place.at).map((asks): EventCondition => ({ property: place.path, ...asks }));
        });
        const conditions = [...drawn, ...aimed];
        if (conditions.length === 0) return;
        const found = await answers(at.workspaceId, {
          expressions: conditions.map((each) => ch`toUInt8(${eventConditionSql(each, at)})`),
          from: ofEvents(at.workspaceId),
        });
        const meant = conditions.map((condition) => ({
          condition,
          found: events.flatMap((event, index) => (matchesEvent(withStoredForms(condition, at.tokenise), event) ? [index] : [])),
        }));
        expect(meeting(conditions, found)).toEqual(meant);
      },
    ),
    { numRuns: RUNS },
  );
});

test("the text and the number of a value are the same in both engines", { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(drawnEvent, { minLength: 1, maxLength: 30 }), async (events) => {
      const at = tools();
      await insertEvents(
        at.workspaceId,
        events.map((event, index) => ({ event, name: "Tested", origin: index, timeMs: NOW_MS })),
      );
      const paths = [...new Set(events.flatMap(({ properties }) => placesOf(properties).map(({ path }) => path)))];
      if (paths.length === 0) return;
      const found = await answers(at.workspaceId, {
        expressions: paths.flatMap((path) => [jsonTextSql("properties", path), jsonNumberSql("properties", path)]),
        from: ofEvents(at.workspaceId),
      });
      const meant = events.map(({ properties }) =>
        paths.flatMap((path) => {
          const value = valueAt(properties, pathOf(path));
          const number = value === undefined || typeof value === "object" ? undefined : numberOf(value);
          return [textOf(value) ?? null, number ?? null];
        }),
      );
      expect(events.map((_, index) => found.get(index))).toEqual(meant);
    }),
    { numRuns: Math.ceil(RUNS / 2) },
  );
});

test("a condition as large as one may be is answered", { timeout: 60_000 }, async () => {
  const at = tools();
  const event = (sku: string): DrawnEvent => ({ properties: { order: { items: [{ sku }] } }, context: { channel: "", pagePath: "" } });
  await insertEvents(
    at.workspaceId,
    ["sku 99 of 99", "another"].map((sku, index) => ({ event: event(sku), name: "Tested", origin: index, timeMs: NOW_MS })),
  );
  const any = Array.from({ length: CONDITION_LEAVES_MAX }, (_, leaf) => ({
    property: "order.items.sku",
    is: Array.from({ length: CONDITION_LIST_MAX }, (_value, index) => `sku ${index} of ${leaf}`),
  }));
  expect(readCondition({ any }, "where").ok).toBe(true);
  const found = await answers(at.workspaceId, {
    expressions: [ch`toUInt8(${eventConditionSql({ any }, at)})`],
    from: ofEvents(at.workspaceId),
  });
  expect([...found].toSorted()).toEqual([
    [0, [1]],
    [1, [0]],
  ]);
});

const PEOPLE = 6;
const ORIGINS = 10;
/** Times are told from the moment on. */
const happened = fc.record({
  event: drawnEvent,
  name: fc.constantFrom("Tested", "Bought"),
  origin: fc.integer({ min: 1, max: ORIGINS }),
  timeMs: fc.oneof(fc.integer({ min: -4 * DAY_MS, max: DAY_MS }), fc.constantFrom(0, -HOUR_MS, -24 * HOUR_MS, -24 * HOUR_MS + 1)),
  measured: fc.constantFrom(undefined, 1, 2.5, 0.1, 5e-7, -4, 2e12, "3", "x", true),
});

/** What happened at a moment; half of it with something to measure. */
function at(moment: Moment, events: readonly (Happened & { readonly measured: Json | undefined })[]): readonly Happened[] {
  return events.map(({ event, measured, ...rest }) => ({
    ...rest,
    timeMs: moment.nowMs + rest.timeMs,
    event: measured === undefined ? event : { ...event, properties: { ...event.properties, [MEASURED]: measured } },
  }));
}

/** The person of each origin: several origins are joined into one. */
const owners = fc.array(fc.integer({ min: 1, max: PEOPLE }), { minLength: ORIGINS, maxLength: ORIGINS });
const traitsOf = fc.dictionary(
  fc.constantFrom("1", "2", "3", "4"),
  drawnEvent.map(({ properties }) => properties),
  { maxKeys: 4 },
);
/** For each moment's zone, when something is for some people. */
const datesOf = fc.record(
  Object.fromEntries(
    MOMENTS.map(({ nowMs, zone }) => [zone, fc.dictionary(fc.constantFrom("1", "2", "3", "4", "6"), datesAround(nowMs), { maxKeys: 4 })]),
  ),
);

function withDates(traits: Readonly<Record<string, JsonObject>>, dates: Readonly<Record<string, Json>>) {
  const dated = Object.entries(dates).map(([id, date]) => [id, { ...traits[id], [DATED]: date }] as const);
  return { ...traits, ...Object.fromEntries(dated) };
}

/** Ids that are in segments: of people as they were before some were joined. */
const membersOf = fc.dictionary(fc.constantFrom(...DRAWN_SEGMENTS), fc.array(fc.integer({ min: 1, max: ORIGINS }), { maxLength: 5 }));
type Tagged = { readonly origin: number; readonly tag: string; readonly until: number; readonly isGone: boolean };
/** Tags of ids, each once and perhaps gone again; until when is told from now on, 0 is for ever. */
const tagsOf: fc.Arbitrary<readonly Tagged[]> = fc.uniqueArray(
  fc.record({
    origin: fc.integer({ min: 1, max: ORIGINS }),
    tag: fc.constantFrom(...DRAWN_TAGS),
    until: fc.constantFrom(0, -1, 1, DAY_MS),
    isGone: fc.boolean(),
  }),
  { maxLength: 10, selector: ({ origin, tag, isGone }) => `${origin} ${tag} ${isGone}` },
);
/** What was known of everyone at first; the fifth is gone since. */
const FORMER = { a: "x", b: 5 };

test("both evaluators agree about people, joined ones too", { timeout: 300_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        moment: moments,
        drawnEvents: fc.array(happened, { maxLength: 30 }),
        ownerOf: owners,
        drawnTraits: traitsOf,
        dates: datesOf,
        members: membersOf,
        tags: tagsOf,
        drawn: fc.array(personCondition, { maxLength: 5 }),
        ranked: fc.array(populationCondition, { maxLength: 3 }),
        picked: picks,
      }),
      async ({ moment, drawnEvents, ownerOf, drawnTraits, dates, members, tags, drawn, ranked, picked }) => {
        const asked = tools(moment);
        const events = at(moment, drawnEvents);
        const traits = withDates(drawnTraits, dates[moment.zone] ?? {});
        await insertPeople(asked.workspaceId, ownerOf, traits);
        await insertMembers(asked.workspaceId, members);
        const tagged = tags.map(({ until, ...tag }) => ({ ...tag, until: until === 0 ? 0 : asked.nowMs + until }));
        await insert("person_tag", asked.workspaceId, tagged.map(tagRow));
        await insertEvents(asked.workspaceId, events);
        const conditions = [...drawn, ...ranked, ...aimedAtTraits(traits, picked)];
        const found = await answers(asked.workspaceId, {
          expressions: conditions.map((each) => ch`toUInt8(${personConditionSql(each, ch`person`, asked)})`),
          from: ch`(select toUInt64(id + 1) as person, id + 1 as number from (select number as id from numbers(${ch.value("UInt8", PEOPLE)})))`,
        });
        const people = Array.from({ length: PEOPLE }, (_, index) => index + 1);
        const factsOf = (id: number) => ({
          id: String(id),
          tags: tagsNow(tagged.filter(({ origin }) => ownerOf[origin - 1] === id)),
          traits: traits[String(id)] ?? {},
          events: events.filter(({ origin }) => ownerOf[origin - 1] === id).map(({ event, name, timeMs }) => ({ ...event, name, timeMs })),
          segments: new Set(DRAWN_SEGMENTS.filter((segment) => (members[segment] ?? []).some((origin) => ownerOf[origin - 1] === id))),
        });
        const stored = conditions.map((condition) => withStoredForms(condition, asked.tokenise));
        const known = new Map(withStandings(stored, people.map(factsOf), asked).map((facts) => [Number(facts.id), facts]));
        const meant = conditions.map((condition, index) => ({
          condition,
          found: people.filter((id) => matchesPerson(stored[index] ?? condition, known.get(id) ?? factsOf(id), asked)),
        }));
        expect(meeting(conditions, found)).toEqual(meant);
        for (const { condition, found: meets } of meant) {
          const whole = peopleOfCondition(condition, asked);
          if (whole === undefined) continue;
          const rows = await engines.warehouse.rows<{ person: number }>(
            asked.workspaceId,
            "test",
            ch`${whole.people} order by person limit 100`,
          );
          expect({ condition, people: rows.map(({ person }) => person) }).toEqual({
            condition,
            people: whole.meets ? meets : people.filter((id) => !meets.includes(id)),
          });
        }
      },
    ),
    { numRuns: RUNS },
  );
});

test("people are found without a list of everyone unless whoever has nothing may or may not meet a condition", () => {
  const at = tools();
  const bought: PersonCondition = { did: { event: "Bought" } };
  const dealt: PersonCondition = { chance: { percent: [0, 50], seed: "s" } };
  const known = (condition: PersonCondition) => peopleOfCondition(condition, at)?.meets;
  expect([bought, { not: bought }, { all: [bought, dealt] }, { any: [{ not: bought }, dealt] }].map(known)).toEqual([
    true,
    false,
    true,
    false,
  ]);
  expect([dealt, { any: [bought, dealt] }, { all: [{ not: bought }, dealt] }].map(known)).toEqual([undefined, undefined, undefined]);
});

function tagRow({ origin, tag, until, isGone }: Tagged) {
  return { origin_id: origin, tag, until, change_seq: isGone ? 2 : 1, is_gone: isGone ? 1 : 0 };
}

/** What is left of rows, of which the newest counts, and of tags of several ids, of which the last to end does. */
function tagsNow(rows: readonly Tagged[]): ReadonlyMap<string, number> {
  const there = rows.filter(
    ({ origin, tag, isGone }) => !isGone && !rows.some((each) => each.isGone && each.origin === origin && each.tag === tag),
  );
  const ends = there.map(({ tag, until }) => [tag, until === 0 ? Infinity : until] as const);
  return new Map(ends.toSorted(([, a], [, b]) => a - b));
}

function aimedAtTraits(traits: Readonly<Record<string, JsonObject>>, picked: readonly number[]): readonly PersonCondition[] {
  const places = [...placesOf(FORMER), ...Object.values(traits).flatMap((each) => placesOf(each))];
  return picked.flatMap((pick) => {
    const place = places[pick % places.length];
    return place === undefined ? [] : testsOf(place.at).map((asks) => ({ trait: place.path, ...asks }));
  });
}

async function insertMembers(workspaceId: number, members: Readonly<Record<string, readonly number[]>>): Promise<void> {
  const rows = Object.entries(members).flatMap(([segment, origins]) =>
    origins.map((origin) => ({ segment_id: segment, person_id: origin, change_seq: 1, is_gone: 0 })),
  );
  await insert("segment_member", workspaceId, rows);
}

async function insertPeople(workspaceId: number, ownerOf: readonly number[], traits: Readonly<Record<string, JsonObject>>): Promise<void> {
  await insert(
    "person_of_origin_row",
    workspaceId,
    ownerOf.map((owner, index) => ({ origin_id: index + 1, person_id: owner, change_seq: 1 })),
  );
  for (const node of engines.warehouse.nodes) await node.command({ query: "SYSTEM RELOAD DICTIONARY person_of_origin" });
  const known = Object.entries(traits).map(([id, own]) => ({ person_id: Number(id), traits: own, change_seq: 2, is_gone: 0 }));
  const former = [...known, { person_id: 5 }].map(({ person_id: id }) => ({ person_id: id, traits: FORMER, change_seq: 1, is_gone: 0 }));
  await insert("person_trait", workspaceId, former);
  await insert("person_trait", workspaceId, [...known, { person_id: 5, traits: {}, change_seq: 2, is_gone: 1 }]);
}
