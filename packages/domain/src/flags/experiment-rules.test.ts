import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BUCKETS } from "../assignment/bucket.ts";
import {
  armsDiffer,
  changedPart,
  experimentRules,
  isSplitting,
  otherSplit,
  remembersArms,
  ruleBefore,
  heldSplit,
} from "./experiment-rules.ts";
import type { ExperimentPart, FlagDefinition, Window } from "./flag.ts";
import { clashAmong, freeOf, holdersOf, type Holder } from "./namespaces.ts";

const ALWAYS: Window = { from: null, until: null };
const RULE: ExperimentPart = {
  id: "ab",
  note: "",
  on: true,
  condition: {},
  segments: { any: [], none: [] },
  prerequisites: [],
  window: ALWAYS,
  kind: "experiment",
  experiment: "prices",
  unit: "person",
  coverage: 10_000,
  arms: [
    { key: "control", name: "", value: 1, weight: 5_000 },
    { key: "new", name: "", value: 2, weight: 5_000 },
  ],
  ramp: [],
  namespace: null,
  named: [],
  qaOnly: false,
  sticky: true,
  version: 0,
  minVersion: 0,
};
const flag = (rules: readonly ExperimentPart[], on = true): Pick<FlagDefinition, "environments"> => ({
  environments: { production: { on, window: ALWAYS, rules } },
});

describe("arms and variants", () => {
  const variants = (...weights: readonly number[]) => weights.map((weight, at) => ({ key: `v${at}`, weight }));

  test("the same weights are the same in any parts, cut to whole ten-thousandths in any way", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 10_000 }), { minLength: 2, maxLength: 6 }), fc.nat(), (weights, turn) => {
        const sum = weights.reduce((total, weight) => total + weight, 0);
        const cut = weights.map((weight) => Math.floor((weight * BUCKETS) / sum));
        const left = BUCKETS - cut.reduce((total, weight) => total + weight, 0);
        // What is left over goes to some of those that lost something by the cut.
        const losing = weights.flatMap((weight, at) => ((weight * BUCKETS) % sum === 0 ? [] : [at]));
        const more = new Set(losing.map((_, at) => losing[(at + turn) % losing.length]).slice(0, left));
        const arms = variants(...cut.map((weight, at) => weight + (more.has(at) ? 1 : 0)));
        expect(armsDiffer(arms, variants(...weights))).toBeUndefined();
        expect(armsDiffer(arms.toReversed(), variants(...weights))).toBeUndefined();
      }),
    );
  });

  test("other keys, fewer or more of them, and other weights are told", () => {
    expect(armsDiffer(variants(5_000, 5_000), variants(1, 1, 1))).toBe("arms");
    expect(armsDiffer(variants(3_334, 3_333, 3_333), variants(1, 1))).toBe("arms");
    expect(armsDiffer([{ key: "a", weight: 5_000 }, ...variants(5_000)], variants(1, 1))).toBe("arms");
    expect(armsDiffer(variants(5_001, 4_999), variants(1, 1))).toBe("weights");
    expect(armsDiffer(variants(10_000, 0), variants(9_999, 1))).toBe("weights");
  });
});

describe("a rule whose experiment is under way", () => {
  const NOW = "2026-03-20T00:00:00.000Z";
  const AS_SAID = { areWeightsSaid: false, now: NOW };

  test.each([
    { sticky: false, unit: "person" },
    { sticky: true, unit: "group" },
    { sticky: true, unit: "session" },
  ] as const)("takes no arm back that nothing remembers: %o", (forgetting) => {
    const forgets = { ...RULE, ...forgetting };
    expect([remembersArms(forgets), remembersArms(RULE)]).toEqual([false, true]);
    const grown = { ...forgets, coverage: 1_000, ramp: [{ at: NOW, coverage: 4_000 }] };
    const part = (before: ExperimentPart, after: ExperimentPart) => changedPart(before, after, AS_SAID);
    expect(part({ ...forgets, coverage: 1_000 }, grown)).toBeUndefined();
    expect(part(grown, { ...grown, coverage: 4_000, ramp: [] })).toBeUndefined();
    // A step that has come is what people have; one that has not is a plan.
    expect(part(grown, { ...grown, ramp: [] })).toBe("coverage");
    expect(part({ ...grown, ramp: [{ at: "2026-03-20T00:00:00.001Z", coverage: 4_000 }] }, { ...grown, ramp: [] })).toBeUndefined();
    expect(part({ ...RULE, coverage: 2 }, { ...RULE, coverage: 1 })).toBeUndefined();
  });

  test.each<[string, Partial<ExperimentPart>, string | undefined]>([
    ["coverage may shrink, since arms are remembered", { coverage: 1 }, undefined],
    ["values and names may change", { arms: RULE.arms.map((arm) => ({ ...arm, name: "n", value: 3 })) }, undefined],
    ["weights stay", { arms: RULE.arms.map((arm, at) => ({ ...arm, weight: at * 10_000 })) }, "arms"],
    ["the order of arms stays", { arms: RULE.arms.toReversed() }, "arms"],
    ["arms stay", { arms: RULE.arms.map((arm) => ({ ...arm, key: `${arm.key}2` })) }, "arms"],
    ["the unit stays", { unit: "session" }, "unit"],
    ["the version stays", { version: 1 }, "version"],
    ["the lowest version stays", { minVersion: 1 }, "minVersion"],
    ["what is remembered stays so", { sticky: false }, "sticky"],
  ])("%s", (name, change, part) => {
    expect(changedPart(RULE, { ...RULE, ...change }, AS_SAID)).toBe(part);
    if (!name.startsWith("weights")) expect(otherSplit({ ...RULE, ...change }, { ...heldSplit(RULE), sticky: true })).toBe(part);
  });

  test("a rule may come to remember, and may forget where others did from the start", () => {
    const forgets = { ...RULE, sticky: false };
    expect(changedPart(forgets, RULE, AS_SAID)).toBeUndefined();
    for (const held of [heldSplit(RULE), { ...heldSplit(RULE), sticky: false }]) expect(otherSplit(forgets, held)).toBeUndefined();
  });

  test("weights that the experiment says itself are no matter of the rule", () => {
    const arms = RULE.arms.map((arm, at) => ({ ...arm, weight: at * 10_000 }));
    expect(changedPart(RULE, { ...RULE, arms }, { ...AS_SAID, areWeightsSaid: true })).toBeUndefined();
  });

  test("it was there before if it split people of the same experiment", () => {
    const [at] = experimentRules("home", flag([RULE]));
    if (at === undefined) throw new Error("the rule is not found");
    expect(ruleBefore(flag([{ ...RULE, coverage: 7 }]), at)?.coverage).toBe(7);
    for (const other of [{ on: false }, { qaOnly: true }, { experiment: "other" }, { id: "ba" }])
      expect(ruleBefore(flag([{ ...RULE, ...other }]), at)).toBeUndefined();
    expect(isSplitting({ ...RULE, qaOnly: true })).toBe(false);
  });
});

describe("namespaces", () => {
  const range = fc
    .tuple(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 1, max: 6 }))
    .map(([from, length]) => ({ from, to: from + length }));
  const instant = fc.option(fc.constantFrom("2026-11-01T00:00:00.000Z", "2026-11-02T00:00:00.000Z", "2026-11-03T00:00:00.000Z"));
  const holder = fc.record<Holder>({
    namespace: fc.constantFrom("prices", "pages"),
    range,
    flag: fc.constantFrom("a", "b"),
    environment: fc.constantFrom("production", "development"),
    place: fc.constant(0),
    rule: fc.constant("ab"),
    experiment: fc.constantFrom("one", "two"),
    window: fc.record({ from: instant, until: instant }).filter(({ from, until }) => from === null || until === null || from < until),
  });

  test("two clash if a bucket and an instant are of both, in one environment, and they are not one experiment", () => {
    const times = ["2026-10-31", "2026-11-01", "2026-11-02", "2026-11-03", "2026-11-04"].map((day) => `${day}T00:00:00.000Z`);
    const holds = ({ window: { from, until }, range: { from: first, to } }: Holder, bucket: number, time: string): boolean =>
      bucket >= first && bucket < to && (from === null || from <= time) && (until === null || time < until);
    fc.assert(
      fc.property(holder, holder, (a, b) => {
        const meet = times.some((time) =>
          Array.from({ length: 20 }, (_, bucket) => bucket).some((at) => holds(a, at, time) && holds(b, at, time)),
        );
        const expected = meet && a.namespace === b.namespace && a.environment === b.environment && a.experiment !== b.experiment;
        expect(clashAmong([a], [b]) !== undefined).toBe(expected);
        expect(clashAmong([b], [a]) !== undefined).toBe(expected);
      }),
    );
  });

  test("what is free is what nobody holds", () => {
    fc.assert(
      fc.property(fc.array(range, { maxLength: 5 }), (held) => {
        const free = freeOf(held);
        for (let bucket = 0; bucket < 20; bucket += 1) {
          const isHeld = held.some(({ from, to }) => bucket >= from && bucket < to);
          expect(free.some(({ from, to }) => bucket >= from && bucket < to)).toBe(!isHeld);
        }
        expect(free.at(-1)?.to).toBe(BUCKETS);
      }),
    );
  });

  test("a share is held by rules that split people where their flag is on, as long as their experiment gives arms", () => {
    const shared: ExperimentPart = { ...RULE, namespace: { key: "prices", range: { from: 0, to: 5 } } };
    const holders = (rule: ExperimentPart, isHeld: boolean, on = true) =>
      holdersOf(experimentRules("home", flag([rule], on)), () => isHeld);
    expect(holders(shared, true)).toMatchObject([{ namespace: "prices", range: { from: 0, to: 5 }, flag: "home", experiment: "prices" }]);
    expect([
      ...holders(shared, false),
      ...holders(shared, true, false),
      ...holders({ ...shared, on: false }, true),
      ...holders({ ...shared, qaOnly: true }, true),
      ...holders(RULE, true),
    ]).toEqual([]);
  });
});
