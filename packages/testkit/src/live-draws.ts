import type { PersonCondition } from "@terrace/domain/conditions/condition";
import fc from "fast-check";
import { device, user } from "./people-model.ts";

const DAY_MS = 86_400_000;

/** Rules of the drawn worlds; `$0` stands for the first segment. */
export const DRAWN_RULES: readonly PersonCondition[] = [
  { did: { event: "Bought", where: { property: "amount", gte: 2 } }, count: { op: "gte", value: 2 }, within: { days: 3 } },
  { did: { event: "Viewed" }, count: { op: "eq", value: 1 } },
  { all: [{ not: { did: { event: null }, within: { days: 2 } } }, { not: { trait: "level", is: ["gold"] } }] },
  {
    any: [
      { did: { event: "Bought" }, within: { from: "2026-03-28", to: "2026-03-31" } },
      {
        all: [
          { segment: "$0", in: false },
          { trait: "level", isSet: true },
        ],
      },
    ],
  },
  {
    any: [
      { did: { event: "Bought" }, measure: { kind: "sum", property: "amount" }, is: { op: "gt", value: 3 }, within: { hours: 30 } },
      { did: { event: null }, measure: { kind: "streak" }, is: { op: "gte", value: 3 } },
    ],
  },
  {
    all: [
      { did: { event: "Viewed" }, measure: { kind: "distinct", property: "amount" }, is: { op: "gte", value: 2 } },
      { did: { event: "Bought" }, last: { daysAgo: [1, 3] } },
    ],
  },
  {
    any: [
      {
        sequence: {
          steps: [{ event: "Viewed" }, { event: "Bought" }],
          withinHours: 20,
          without: { event: "Logged In" },
          within: { days: 9 },
        },
      },
      {
        all: [
          { tag: "vip", has: true },
          { chance: { percent: [0, 60], seed: "drawn" } },
          { not: { trait: "born", anniversary: { withinDays: 2 } } },
        ],
      },
    ],
  },
];

/** Something that happens, or a piece of the work that follows. */
export type Act =
  | { readonly what: "event"; readonly who: number; readonly name: string; readonly amount: number; readonly lateMs: number }
  | { readonly what: "login"; readonly who: number; readonly device: number }
  | { readonly what: "trait"; readonly who: number; readonly level: string | null }
  | { readonly what: "born"; readonly who: number; readonly day: number }
  | { readonly what: "tag"; readonly who: number; readonly hours: number | null }
  | { readonly what: "merge"; readonly who: number; readonly other: number }
  | { readonly what: "unmerge"; readonly which: number }
  | { readonly what: "wait"; readonly ms: number }
  | { readonly what: "work"; readonly on: "settle" | "store" | "count" | "segments.evaluate" | "segments.build" | "segments.fill" }
  | { readonly what: "rule"; readonly which: number };

const who = fc.nat({ max: 5 });
export const drawnAct: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      what: fc.constant("event" as const),
      who,
      name: fc.constantFrom("Bought", "Viewed"),
      amount: fc.nat({ max: 4 }),
      lateMs: fc.oneof(fc.constant(0), fc.integer({ min: -DAY_MS, max: 5 * DAY_MS })),
    }),
  },
  { weight: 2, arbitrary: fc.record({ what: fc.constant("login" as const), who: fc.nat({ max: 2 }), device: fc.nat({ max: 2 }) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant("trait" as const), who, level: fc.constantFrom("gold", "tin", null) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant("born" as const), who, day: fc.integer({ min: 27, max: 31 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({ what: fc.constant("tag" as const), who, hours: fc.option(fc.integer({ min: -5, max: 60 }), { nil: null }) }),
  },
  { weight: 1, arbitrary: fc.record({ what: fc.constant("merge" as const), who, other: who }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant("unmerge" as const), which: fc.nat({ max: 2 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      what: fc.constant("wait" as const),
      ms: fc.oneof(fc.integer({ min: 1, max: DAY_MS }), fc.constantFrom(DAY_MS, 2 * DAY_MS)),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      what: fc.constant("work" as const),
      on: fc.constantFrom("settle", "store", "count", "segments.evaluate", "segments.build", "segments.fill"),
    }),
  },
  { weight: 1, arbitrary: fc.record({ what: fc.constant("rule" as const), which: fc.nat({ max: DRAWN_RULES.length - 1 }) }) },
);

/** The first three are users, the others devices. */
export const drawnId = (index: number) => (index < 3 ? user(`u${index}`) : device(`d${index - 3}`));
