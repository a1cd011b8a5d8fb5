import type { EventFacts } from "../conditions/matches-event.ts";
import { reckonedByHistory } from "@terrace/testkit/reckoned-by-history";
import { traitDefinition, traitEvent } from "@terrace/testkit/trait-draws";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addCounters, addToState, noteEvent, seenOf, stateOf, type CounterState, type Keeping, type Tally } from "../segments/counter.ts";
import { bucketFinder, oldestBucket, readTracker, trackerKey } from "../segments/tracker.ts";
import type { TraitDefinition } from "./definition.ts";
import { reckonTrait, traitChange } from "./reckon-trait.ts";
import { compareByCodePoint } from "./text-order.ts";
import { trackersOfTrait } from "./trait-trackers.ts";

const RUNS = Number(process.env["TERRACE_RUNS"] ?? 400);
const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2026, 9, 28, 12);
const ZONES = ["UTC", "Asia/Shanghai", "America/New_York", "Australia/Lord_Howe"];

const arrival = fc.record({
  origin: fc.nat({ max: 2 }),
  afterMs: fc.oneof(
    { weight: 3, arbitrary: fc.constant(0) },
    fc.integer({ min: 0, max: DAY_MS }),
    fc.nat({ max: 60 }).map((days) => days * DAY_MS),
  ),
  // Rough times, so that different things happen at one instant; some come late, some tell of tomorrow.
  lateMs: fc.constantFrom(0, 0, 3_600_000, DAY_MS, 4 * DAY_MS, 33 * DAY_MS, -DAY_MS),
  event: traitEvent,
});

type Came = { readonly origin: number; readonly event: EventFacts };

/** Counts events by id as they come, as the reaction does, and gives back what is stored. */
function counting(definition: TraitDefinition, zone: string) {
  const trackers = trackersOfTrait(definition, { zone, virtuals: [] }).map((tracker) => readTracker(trackerKey(tracker)));
  const states: CounterState[] = [];
  return {
    count({ origin, event }: Came, nowMs: number): void {
      const tally: Tally = new Map();
      const keeping = new Map<string, Keeping>();
      trackers.forEach((tracker, id) => {
        const bucket = bucketFinder(tracker, nowMs)(event);
        if (bucket !== undefined) noteEvent(tally, String(id), bucket, tracker.kept);
        keeping.set(String(id), { oldest: oldestBucket(tracker, nowMs), kept: tracker.kept });
      });
      states[origin] = JSON.parse(JSON.stringify(addToState(states[origin] ?? {}, stateOf(tally), keeping))) as CounterState;
    },
    counters: () =>
      trackers.map(({ kept }, id) =>
        states.flat().reduce((sum, state) => addCounters(sum, state[String(id)] ?? [], kept), [] as ReturnType<typeof addCounters>),
      ),
  };
}

describe("a computed trait", () => {
  test("is what the history gives, whenever its events came and to whichever ids, and until when that stands", { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(
        fc.array(arrival, { maxLength: 14 }),
        fc.array(traitDefinition, { minLength: 1, maxLength: 5 }),
        fc.constantFrom(...ZONES),
        fc.integer({ min: 0, max: 100 }),
        (arrivals, definitions, zone, laterDays) => {
          for (const definition of definitions) {
            const counted = counting(definition, zone);
            const history: EventFacts[] = [];
            let nowMs = START_MS;
            for (const { origin, afterMs, lateMs, event } of arrivals) {
              nowMs += afterMs;
              const facts = {
                name: event.name,
                timeMs: nowMs - lateMs,
                properties: event.properties,
                context: { utmSource: event.utmSource },
              };
              counted.count({ origin, event: facts }, nowMs);
              history.push(facts);
            }
            const byHistory = (ms: number) => reckonedByHistory(definition, history, { nowMs: ms, zone, virtuals: [] });
            const value = reckonTrait(definition, counted.counters(), { nowMs, zone });
            expect(value).toEqual(byHistory(nowMs));
            const laterMs = nowMs + laterDays * DAY_MS;
            const changeMs = traitChange(definition, counted.counters(), { nowMs, zone });
            if (changeMs === undefined || laterMs < changeMs) expect(byHistory(laterMs)).toEqual(value);
            if (changeMs !== undefined)
              expect(reckonTrait(definition, counted.counters(), { nowMs: changeMs, zone })).toEqual(byHistory(changeMs));
          }
        },
      ),
      { numRuns: RUNS },
    );
  });

  test("tells nothing of a person with too many different values, however these came, and keeps no more of them than it tells", () => {
    const definition: TraitDefinition = { kind: "most_frequent", of: { event: null }, value: { property: "kind" } };
    const facts = (index: number): EventFacts => ({
      name: "Viewed",
      timeMs: START_MS + index,
      properties: { kind: `k${index % 700}` },
      context: {},
    });
    const counted = counting(definition, "UTC");
    for (let index = 0; index < 499; index += 1) counted.count({ origin: 0, event: facts(index) }, START_MS);
    counted.count({ origin: 1, event: facts(700) }, START_MS);
    expect(reckonTrait(definition, counted.counters(), { nowMs: START_MS, zone: "UTC" })).toBe("k0");
    for (let index = 300; index < 700; index += 1) counted.count({ origin: 1, event: facts(index) }, START_MS);
    expect(reckonTrait(definition, counted.counters(), { nowMs: START_MS, zone: "UTC" })).toBeUndefined();
    expect(seenOf(counted.counters()[0]?.[0]?.[2])).toHaveLength(501);
  });

  test("takes the numbers of one instant by their size, and texts by their code points", () => {
    const at = (amount: number): Came => ({ origin: 0, event: { name: "Bought", timeMs: START_MS, properties: { amount }, context: {} } });
    const definition = { kind: "last_value", of: { event: null }, value: { property: "amount" }, as: "number" } as const;
    const counted = counting(definition, "UTC");
    for (const amount of [9, 10, -20]) counted.count(at(amount), START_MS);
    expect(reckonTrait(definition, counted.counters(), { nowMs: START_MS, zone: "UTC" })).toBe(10);
    const texts = ["z", "𝒳", "", "a", "ab", "\uFFEE"];
    const bytes = texts.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    expect(texts.toSorted(compareByCodePoint)).toEqual(bytes);
  });
});
