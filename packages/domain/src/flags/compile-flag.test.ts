import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bucketOf } from "../assignment/bucket.ts";
import { compileFlag, nextChange } from "./compile-flag.ts";
import type { ExperimentStanding, Standings } from "../experiments/standing.ts";
import { evaluateFlag, rememberedKey, rememberedPeriodKey } from "./evaluate-flag.ts";
import type { ExperimentPart, FlagDefinition, FlagRule } from "./flag.ts";
import { onlyValue } from "./only-value.ts";
import { cycleFrom, presupposed } from "./prerequisites.ts";

const ALWAYS = { from: null, until: null };
const NOW = "2026-11-23T04:00:00.000Z";
const EVERYONE = { note: "", on: true, condition: {}, segments: { any: [], none: [] }, prerequisites: [], window: ALWAYS };
const NONE: Standings = new Map();
const FORCE: FlagRule = { ...EVERYONE, id: "all", kind: "force", value: true };

const ARMS = ["control", "new"].map((key) => ({ key, name: "", value: key === "new", weight: 5_000 }));
const SPLIT = {
  ...EVERYONE,
  id: "ab",
  kind: "experiment",
  experiment: "prices",
  unit: "person",
  coverage: 10_000,
  arms: ARMS,
  ramp: [],
  namespace: null,
  named: [],
  qaOnly: false,
  sticky: true,
  version: 0,
  minVersion: 0,
} as const satisfies FlagRule;

function flag(rules: readonly FlagRule[], change: Partial<FlagDefinition> = {}): FlagDefinition {
  return {
    type: "boolean",
    defaultValue: false,
    offValue: false,
    prerequisites: [],
    environments: { production: { on: true, window: ALWAYS, rules } },
    ...change,
  };
}

function valueOf(definition: FlagDefinition, attributes = {}, { now = NOW, killed = false, environment = "production" } = {}) {
  const features = { flag: compileFlag({ key: "flag", version: 3, killed, definition }, environment, now, NONE) };
  const { value, reason } = evaluateFlag(features, "flag", { attributes });
  return [value, reason];
}

describe("compileFlag", () => {
  test("a flag says why it gives what it gives", () => {
    expect(valueOf(flag([]))).toEqual([false, "STATIC"]);
    expect(valueOf(flag([FORCE]))).toEqual([true, "STATIC"]);
    const chinese = flag([{ ...FORCE, condition: { country: "CN" } }]);
    expect(valueOf(chinese, { country: "CN" })).toEqual([true, "TARGETING_MATCH"]);
    expect(valueOf(chinese, { country: "US" })).toEqual([false, "DEFAULT"]);
    expect(valueOf(flag([{ ...FORCE, on: false }]))).toEqual([false, "STATIC"]);
  });

  test("where it is off, unknown or killed, everyone has the off value, whatever the default is", () => {
    const open = flag([FORCE], { defaultValue: true });
    expect(valueOf(open, {}, { killed: true })).toEqual([false, "DISABLED"]);
    expect(valueOf(open, {}, { environment: "staging" })).toEqual([false, "DISABLED"]);
    expect(valueOf(flag([FORCE], { environments: { production: { on: false, window: ALWAYS, rules: [FORCE] } } }))).toEqual([
      false,
      "DISABLED",
    ]);
  });

  test("schedules hold from their first instant up to, not including, their last", () => {
    const window = { from: "2026-11-23T04:00:00.000Z", until: "2026-11-24T04:00:00.000Z" };
    const scheduled = flag([{ ...FORCE, window }]);
    const at = (now: string) => valueOf(scheduled, {}, { now })[0];
    expect([
      at("2026-11-23T03:59:59.999Z"),
      at("2026-11-23T04:00:00.000Z"),
      at("2026-11-24T03:59:59.999Z"),
      at("2026-11-24T04:00:00.000Z"),
    ]).toEqual([false, true, true, false]);
    expect(nextChange(scheduled, "production", "2026-11-23T03:00:00.000Z")).toBe(window.from);
    expect(nextChange(scheduled, "production", window.from)).toBe(window.until);
    expect(nextChange(scheduled, "production", window.until)).toBeNull();
  });

  test("a rollout grows by its steps, and whoever has it keeps it", () => {
    const ramp = [
      { at: "2026-11-24T00:00:00.000Z", coverage: 2_000 },
      { at: "2026-11-25T00:00:00.000Z", coverage: 10_000 },
    ];
    const growing = flag([{ ...EVERYONE, id: "grow", kind: "rollout", value: true, unit: "person", coverage: 500, ramp }]);
    const having = (now: string) =>
      Array.from({ length: 4_000 }, (_, at) => `u${at}`).filter((id) => valueOf(growing, { id }, { now })[0] === true);
    const [first, second, third] = [having(NOW), having("2026-11-24T00:00:00.000Z"), having("2026-11-25T00:00:00.000Z")];
    expect(first.length / 4_000).toBeCloseTo(0.05, 1);
    expect(second.length / 4_000).toBeCloseTo(0.2, 1);
    expect(third).toHaveLength(4_000);
    expect(second).toEqual(expect.arrayContaining(first));
  });

  test("an experiment grows by its steps: arms take in more, in proportion to their weights, and nobody who has one moves", () => {
    const units = Array.from({ length: 2_000 }, (_, at) => `u${at}`);
    const instant = (step: number) => new Date(Date.parse(NOW) + step * 3_600_000).toISOString();
    const share = fc.integer({ min: 0, max: 10_000 });
    const steps = fc.array(share, { minLength: 2, maxLength: 6 }).map((shares) => shares.toSorted((a, b) => a - b));
    fc.assert(
      fc.property(share, steps, fc.boolean(), (weight, [first = 0, ...later], sticky) => {
        const arms = ARMS.map((arm, at) => ({ ...arm, weight: at === 0 ? weight : 10_000 - weight }));
        const ramp = later.map((coverage, at) => ({ at: instant(at + 1), coverage }));
        const definition = flag([{ ...SPLIT, arms, sticky, coverage: first, ramp }]);
        let held = new Map<string, string>();
        for (const [step, coverage] of [first, ...later].entries()) {
          const at = instant(step);
          expect(nextChange(definition, "production", at)).toBe(step < later.length ? instant(step + 1) : null);
          const feature = compileFlag({ key: "flag", version: 1, killed: false, definition }, "production", at, NONE);
          // As the same rule with that coverage alone, up to the step and from it on.
          const alone = flag([{ ...SPLIT, arms, sticky, coverage }]);
          expect(feature).toEqual(compileFlag({ key: "flag", version: 1, killed: false, definition: alone }, "production", at, NONE));
          const last = new Date(Date.parse(instant(step + 1)) - 1).toISOString();
          expect(compileFlag({ key: "flag", version: 1, killed: false, definition }, "production", last, NONE)).toEqual(feature);
          const [rule] = feature.rules ?? [];
          expect(rule).toMatchObject({ weights: [weight / 10_000, (10_000 - weight) / 10_000], coverage: coverage / 10_000 });
          const given = new Map(
            units.flatMap((id) => {
              const arm = evaluateFlag({ flag: feature }, "flag", { attributes: { id } }).given?.arm;
              return arm === undefined ? [] : [[id, arm] as const];
            }),
          );
          for (const [id, arm] of held) expect(given.get(id)).toBe(arm);
          const buckets = arms.map((arm) => Math.round((arm.weight * coverage) / 10_000));
          const wanted = units.filter((id) => {
            const bucket = bucketOf("prices", id);
            return bucket < weight ? bucket < (buckets[0] ?? 0) : bucket < weight + (buckets[1] ?? 0);
          });
          expect([...given.keys()]).toEqual(wanted);
          held = given;
        }
      }),
      { numRuns: 15 },
    );
  });

  test("a higher version of an experiment assigns anew, and independently of what was", () => {
    const armsOf = (version: number) => {
      const again = flag([{ ...SPLIT, version }]);
      return Array.from({ length: 4_000 }, (_, at) => valueOf(again, { id: `u${at}` })[0]);
    };
    const [first, second] = [armsOf(0), armsOf(1)];
    const moved = first.filter((value, at) => value !== second[at]).length;
    expect((moved - 2_000) ** 2 / 1_000).toBeLessThan(10.83);
    expect(first).toEqual(Array.from({ length: 4_000 }, (_, at) => bucketOf("prices", `u${at}`) >= 5_000));
  });

  test.each([
    ["group", "groupId"],
    ["session", "sessionId"],
  ] as const)("everyone of one %s has the same arm, and whoever is in none takes no part", (unit, attribute) => {
    const split = flag([{ ...SPLIT, unit }]);
    for (let at = 0; at < 200; at += 1) {
      const expected = bucketOf("prices", `g${at}`) >= 5_000;
      for (const id of ["one", "other"]) expect(valueOf(split, { id, [attribute]: `g${at}` })).toEqual([expected, "SPLIT"]);
    }
    expect(valueOf(split, { id: "one" })).toEqual([false, "DEFAULT"]);
  });

  test("testers get the arm they are named for, whatever the hash and the condition say, and are no part of the result", () => {
    const named = [
      { arm: "control", ids: ["t-old"] },
      { arm: "new", ids: ["t-new"] },
    ];
    for (const qaOnly of [false, true]) {
      const features = {
        flag: compileFlag(
          { key: "flag", version: 1, killed: false, definition: flag([{ ...SPLIT, named, qaOnly, condition: { plan: "pro" } }]) },
          "production",
          NOW,
          NONE,
        ),
      };
      const given = (id: string, plan: string) => evaluateFlag(features, "flag", { attributes: { id, plan } });
      for (const plan of ["pro", "free"]) {
        expect(given("t-old", plan)).toMatchObject({ value: false, reason: "TARGETING_MATCH" });
        expect(given("t-new", plan)).toMatchObject({ value: true, reason: "TARGETING_MATCH" });
        expect([given("t-old", plan).given, given("t-new", plan).given]).toEqual([undefined, undefined]);
      }
      // While it is tried out, nobody else takes part.
      expect(given("somebody", "pro").given?.experiment).toBe(qaOnly ? undefined : "prices");
      expect(given("somebody", "free").given).toBeUndefined();
    }
  });

  test("experiments of one namespace whose ranges do not meet have nobody in common, and together everyone", () => {
    const within = (experiment: string, from: number, to: number) =>
      compileFlag(
        {
          key: "flag",
          version: 1,
          killed: false,
          definition: flag([{ ...SPLIT, experiment, namespace: { key: "home", range: { from, to } } }]),
        },
        "production",
        NOW,
        NONE,
      );
    const features = { first: within("banner", 0, 4_000), second: within("layout", 4_000, 10_000) };
    for (let at = 0; at < 2_000; at += 1) {
      const attributes = { id: `u${at}` };
      const takesPart = (key: string) => evaluateFlag(features, key, { attributes }).given !== undefined;
      expect(takesPart("first")).toBe(!takesPart("second"));
    }
  });

  test("segments are an attribute of the context", () => {
    const members = flag([{ ...FORCE, segments: { any: ["11", "12"], none: ["13"] } }]);
    expect(valueOf(members, { segments: ["12"] })[0]).toBe(true);
    expect(valueOf(members, { segments: ["12", "13"] })[0]).toBe(false);
    expect(valueOf(members, {})[0]).toBe(false);
  });

  test("whoever lacks what a flag presupposes has the off value", () => {
    const child = flag([FORCE], { defaultValue: true, prerequisites: [{ flag: "parent", values: [true] }] });
    const parent = (on: boolean) =>
      compileFlag({ key: "parent", version: 1, killed: !on, definition: flag([FORCE]) }, "production", NOW, NONE);
    const compiled = compileFlag({ key: "child", version: 1, killed: false, definition: child }, "production", NOW, NONE);
    const value = (features: Parameters<typeof evaluateFlag>[0]) => evaluateFlag(features, "child", { attributes: {} }).value;
    expect(value({ child: compiled, parent: parent(true) })).toBe(true);
    expect(value({ child: compiled, parent: parent(false) })).toBe(false);
    expect(value({ child: compiled })).toBe(false);
  });
});

describe("the standing of an experiment", () => {
  const split: ExperimentPart = {
    ...EVERYONE,
    id: "ab",
    kind: "experiment",
    experiment: "prices",
    unit: "person",
    coverage: 10_000,
    arms: [
      { key: "control", name: "", value: "old", weight: 5_000 },
      { key: "new", name: "", value: "new", weight: 5_000 },
    ],
    ramp: [],
    namespace: null,
    named: [{ arm: "new", ids: ["tester"] }],
    qaOnly: false,
    sticky: true,
    version: 0,
    minVersion: 0,
  };
  const ids = Array.from({ length: 400 }, (_, at) => `u${at}`);
  const definitionOf = (change: Partial<ExperimentPart>) => flag([{ ...split, ...change }], { type: "string", defaultValue: "default" });
  /** What many people get, and a tester, and somebody who was given the arm `new` before. */
  const given = (standing: ExperimentStanding | undefined, change: Partial<ExperimentPart> = {}) => {
    const known: Standings = standing === undefined ? NONE : new Map([["prices", standing]]);
    const definition = definitionOf(change);
    const features = { flag: compileFlag({ key: "flag", version: 1, killed: false, definition }, "production", NOW, known) };
    const ask = (id: string, remembered = {}) => evaluateFlag(features, "flag", { attributes: { id, plan: "free" }, remembered });
    const kept = ids.find((id) => bucketOf("prices", id) < 5_000) ?? "";
    return {
      people: ids.map((id) => ask(id)),
      tester: ask("tester").value,
      remembered: ask(kept, { [rememberedKey("prices", 0)]: "new" }),
      only: onlyValue({ key: "flag", version: 1, killed: false, definition }, NOW, known),
    };
  };
  const valuesOf = ({ people }: ReturnType<typeof given>) => [...new Set(people.map(({ value }) => value))].toSorted();

  test("one that is not kept, or runs, gives arms as the rule says", () => {
    for (const standing of [undefined, { state: "running" } as const]) {
      const now = given(standing);
      expect(now.people.map(({ value }) => value)).toEqual(ids.map((id) => (bucketOf("prices", id) < 5_000 ? "old" : "new")));
      expect(now.people.every((one) => one.given?.experiment === "prices")).toBe(true);
      expect([now.tester, now.remembered.value, now.only]).toEqual(["new", "new", undefined]);
    }
  });

  test("a draft gives arms to those who are named and nobody else", () => {
    const now = given({ state: "draft" });
    expect([valuesOf(now), now.tester, now.remembered.value]).toEqual([["default"], "new", "default"]);
    // It will tell people apart once it is started.
    expect(given({ state: "draft" }, { named: [] }).only).toBeUndefined();
  });

  test("while it is paused everyone keeps what they have, and nobody new gets anything", () => {
    const now = given({ state: "paused" });
    expect([valuesOf(now), now.tester, now.remembered.value]).toEqual([["default"], "new", "new"]);
    expect(now.remembered.given).toMatchObject({ arm: "new", remembered: true });
    expect(given({ state: "paused" }, { sticky: false }).remembered.value).toBe("default");
  });

  test("a variant that was taken is given to whoever meets the rule, whatever share it was tried on, and is no arm any more", () => {
    for (const state of ["stopped", "archived"] as const) {
      const now = given({ state, decided: "new" }, { coverage: 100, namespace: { key: "n", range: { from: 0, to: 1 } }, named: [] });
      expect([valuesOf(now), now.only]).toEqual([["new"], { value: "new" }]);
      expect([...now.people, now.remembered].every((one) => one.given === undefined)).toBe(true);
      expect(valuesOf(given({ state, decided: "new" }, { condition: { plan: "paid" } }))).toEqual(["default"]);
      expect(valuesOf(given({ state, decided: "new" }, { qaOnly: true }))).toEqual(["default"]);
      expect(valuesOf(given({ state, decided: "gone" }))).toEqual(["default"]);
    }
  });

  test("what was stopped without taking a variant is passed over, testers and what was remembered too", () => {
    for (const state of ["stopped", "archived"] as const) {
      const now = given({ state });
      expect([valuesOf(now), now.tester, now.remembered.value, now.only]).toEqual([
        ["default"],
        "default",
        "default",
        { value: "default" },
      ]);
    }
  });

  test("weights of the experiment win over those of the rule where they speak of the same arms", () => {
    const shareOfNew = (weights: Readonly<Record<string, number>>) =>
      given({ state: "running", weights }).people.filter(({ value }) => value === "new").length / ids.length;
    expect(shareOfNew({ control: 0, new: 10_000 })).toBe(1);
    expect(shareOfNew({ new: 0, control: 10_000 })).toBe(0);
    const own = shareOfNew({ control: 5_000, new: 5_000 });
    for (const odd of [{ control: 0 }, { control: 0, other: 10_000 }, { control: 0, new: 9_999 }, { control: 0, new: 5_000, more: 5_000 }])
      expect(shareOfNew(odd)).toBe(own);
  });

  test("an arm says by which shares it was drawn: those of now for who is new, those of then for who is remembered", () => {
    const weights = { control: 10_000, new: 0 };
    const standings: Standings = new Map([["prices", { state: "running", weights, period: 3 }]]);
    const features = {
      flag: compileFlag({ key: "flag", version: 1, killed: false, definition: definitionOf({}) }, "production", NOW, standings),
    };
    const periodOf = (remembered?: Readonly<Record<string, string>>) =>
      evaluateFlag(features, "flag", { attributes: { id: "u1", plan: "free" }, ...(remembered === undefined ? {} : { remembered }) }).given
        ?.period;
    expect(features.flag.rules?.at(-1)).toMatchObject({ phase: "3" });
    expect(periodOf()).toBe(3);
    expect(periodOf({ [rememberedPeriodKey("prices", 0)]: "1" })).toBe(3);
    expect(periodOf({ [rememberedKey("prices", 0)]: "new" })).toBeUndefined();
    expect(periodOf({ [rememberedKey("prices", 0)]: "new", [rememberedPeriodKey("prices", 0)]: "1" })).toBe(1);
    // Where the rule's own weights are in force, no shares of the experiment are.
    expect(given({ state: "running", weights: { other: 10_000 }, period: 3 }).people.every((one) => one.given?.period === undefined)).toBe(
      true,
    );
  });
});

describe("prerequisites", () => {
  test("a circle is found with its way, over rules as over flags", () => {
    const asks = (...keys: string[]) => new Set(keys);
    const graph = new Map([
      ["a", asks("b", "d")],
      ["b", asks("c")],
      ["c", asks("a")],
      ["d", asks()],
    ]);
    expect(cycleFrom("a", graph)).toEqual(["a", "b", "c", "a"]);
    expect(cycleFrom("d", graph)).toBeUndefined();
    expect(cycleFrom("x", new Map([["x", asks("x")]]))).toEqual(["x", "x"]);
    const needs = { flag: "other", values: [true] };
    expect(presupposed(flag([{ ...FORCE, prerequisites: [needs] }], { prerequisites: [{ flag: "base", values: [1] }] }))).toEqual(
      asks("base", "other"),
    );
  });
});
