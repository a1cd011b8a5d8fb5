import { GrowthBook } from "@growthbook/growthbook";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { JsonObject } from "../json.ts";
import { meetsCondition } from "./attribute-condition.ts";
import { EXPERIMENT_STATES } from "../experiments/experiment.ts";
import type { ExperimentStanding } from "../experiments/standing.ts";
import { compileFlag } from "./compile-flag.ts";
import { evaluateFlag, rememberedKey, type Evaluation } from "./evaluate-flag.ts";
import type { Features } from "./feature.ts";
import type { ExperimentPart, FlagDefinition, FlagRule, ForcePart, Prerequisite, RolloutPart } from "./flag.ts";

const NOW = "2026-11-23T04:00:00.000Z";
const ENVIRONMENT = "production";
const RUNS = 1_500;
const NAMES = ["id", "groupId", "country", "age", "tags", "version", "nested", "segments", "missing"] as const;

const scalar = fc.oneof(
  fc.constantFrom<string | number | boolean>("", "CN", "cn", "US", "1.2.3", "1.10.0", "v2.0.0-rc.1", "5", 0, 1, 5, 18.5, true, false),
  fc.string({ maxLength: 4 }),
  fc.integer({ min: -3, max: 30 }),
);
const nullable = fc.oneof({ weight: 8, arbitrary: scalar }, { weight: 1, arbitrary: fc.constant(null) });
const list = fc.array(nullable, { maxLength: 4 });
const attributes = fc.record(
  {
    id: fc.oneof(fc.string({ maxLength: 8 }), fc.integer({ min: 0, max: 200 })),
    groupId: fc.constantFrom("a", "b", "c"),
    country: nullable,
    age: nullable,
    tags: fc.oneof(list, nullable),
    version: fc.constantFrom("1.2.3", "1.10.0", "2.0.0-beta.2", "2", "x", 3),
    nested: fc.oneof(nullable, fc.record({ deep: fc.oneof(nullable, list) }, { noNullPrototype: true })),
    segments: fc.subarray(["11", "12", "13"]),
  },
  { requiredKeys: [], noNullPrototype: true },
);

const operand = fc.letrec<{ asked: unknown; operators: JsonObject }>((tie) => ({
  asked: fc.oneof({ depthSize: "small", maxDepth: 2 }, nullable, list, tie("operators")),
  operators: fc.oneof(
    { depthSize: "small", maxDepth: 2 },
    fc
      .tuple(fc.constantFrom("$eq", "$ne", "$lt", "$lte", "$gt", "$gte", "$veq", "$vne", "$vlt", "$vlte", "$vgt", "$vgte"), nullable)
      .map(([key, value]) => ({ [key]: value })),
    fc.tuple(fc.constantFrom("$in", "$nin", "$ini", "$nini", "$all", "$alli"), list).map(([key, value]) => ({ [key]: value })),
    fc.boolean().map((value) => ({ $exists: value })),
    fc.constantFrom("^c", "N$", "1.2", "[a-c]+").chain((pattern) => fc.constantFrom({ $regex: pattern }, { $regexi: pattern })),
    fc.constantFrom("string", "number", "boolean", "array", "object", "null").map((value) => ({ $type: value })),
    fc.oneof(fc.integer({ min: 0, max: 3 }), fc.constant({ $gt: 1 })).map((value) => ({ $size: value })),
    tie("asked").map((value) => ({ $not: value }) as JsonObject),
    tie("operators").map((value) => ({ $elemMatch: value })),
  ),
}));
const condition = fc.letrec<{ condition: JsonObject }>((tie) => ({
  condition: fc.oneof(
    { depthSize: "small", maxDepth: 2 },
    fc.tuple(fc.constantFrom(...NAMES, "nested.deep", "country.x"), operand.asked).map(([key, value]) => ({ [key]: value }) as JsonObject),
    fc.dictionary(fc.constantFrom(...NAMES), operand.asked, { maxKeys: 2 }).map((made) => ({ ...made }) as JsonObject),
    fc
      .tuple(fc.constantFrom("$and", "$or", "$nor"), fc.array(tie("condition"), { maxLength: 3 }))
      .map(([key, parts]) => ({ [key]: parts })),
    tie("condition").map((part) => ({ $not: part })),
  ),
})).condition;

const KEYS = ["checkout", "banner", "price", "search"] as const;
const parts = {
  id: fc.constantFrom("r1", "r2", "r3"),
  note: fc.constant(""),
  on: fc.boolean(),
  condition: fc.oneof({ weight: 2, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: condition }),
  segments: fc.record({ any: fc.subarray(["11", "12"], { maxLength: 1 }), none: fc.subarray(["13"]) }),
  window: fc.constantFrom(
    { from: null, until: null },
    { from: "2026-11-23T04:00:00.000Z", until: null },
    { from: null, until: "2026-11-23T04:00:00.000Z" },
  ),
};
const unit = fc.constantFrom<"person" | "group" | "session">("person", "group", "session");
const share = fc.integer({ min: 0, max: 10_000 });
const ramp = fc.oneof(
  { weight: 2, arbitrary: fc.constant([]) },
  {
    weight: 1,
    arbitrary: fc.tuple(share, share).map(([now, ahead]) => [
      { at: "2026-11-23T04:00:00.000Z", coverage: now },
      { at: "2026-11-23T04:00:00.001Z", coverage: ahead },
    ]),
  },
);
const prerequisitesOf = (at: number): fc.Arbitrary<Prerequisite[]> =>
  at === 0
    ? fc.constant([])
    : fc.array(
        fc.record({ flag: fc.constantFrom(...KEYS.slice(0, at)), values: fc.subarray<string | number | boolean>([true, "a", "b", 1]) }),
        { maxLength: 1 },
      );
const rule = (at: number): fc.Arbitrary<FlagRule> =>
  fc.oneof(
    fc.record<ForcePart>({ ...parts, prerequisites: prerequisitesOf(at), kind: fc.constant("force"), value: fc.constantFrom("a", "b") }),
    fc.record<RolloutPart>({
      ...parts,
      prerequisites: prerequisitesOf(at),
      kind: fc.constant("rollout"),
      value: fc.constantFrom("a", "b"),
      unit,
      coverage: share,
      ramp,
    }),
    fc.record<ExperimentPart>({
      ...parts,
      prerequisites: prerequisitesOf(at),
      kind: fc.constant("experiment"),
      experiment: fc.constantFrom("exp-1", "exp-2"),
      unit,
      coverage: share,
      ramp,
      arms: share.map((weight) => [
        { key: "control", name: "Control", value: "a", weight },
        { key: "new", name: "New", value: "b", weight: 10_000 - weight },
      ]),
      namespace: fc.option(fc.record({ key: fc.constant("prices"), range: share.map((to) => ({ from: 0, to })) })),
      named: fc.constantFrom([], [{ arm: "new", ids: ["7", "a"] }]),
      qaOnly: fc.constantFrom(false, false, true),
      sticky: fc.boolean(),
      version: fc.integer({ min: 0, max: 2 }),
      minVersion: fc.integer({ min: 0, max: 1 }),
    }),
  );
const definition = (at: number): fc.Arbitrary<FlagDefinition> =>
  fc.record({
    type: fc.constant("string"),
    defaultValue: fc.constant("default"),
    offValue: fc.constant("off"),
    prerequisites: prerequisitesOf(at),
    environments: fc.record({
      [ENVIRONMENT]: fc.record({
        on: fc.constantFrom(true, true, true, false),
        window: fc.constant({ from: null, until: null }),
        rules: fc.array(rule(at), { maxLength: 3 }),
      }),
    }),
  });
const standing = fc.record<ExperimentStanding>(
  {
    state: fc.constantFrom(...EXPERIMENT_STATES),
    weights: share.map((weight) => ({ control: weight, new: 10_000 - weight })),
    decided: fc.constantFrom("control", "new", "other"),
  },
  { requiredKeys: ["state"] },
);
const standings = fc.dictionary(fc.constantFrom("exp-1", "exp-2"), standing).map((kept) => new Map(Object.entries(kept)));
const features = fc.tuple(standings, ...KEYS.map((_, at) => definition(at))).map(([known, ...made]): Features =>
  Object.fromEntries(
    made.map((one, at) => {
      const key = KEYS[at] ?? "";
      return [key, compileFlag({ key, version: 1, killed: false, definition: one }, ENVIRONMENT, NOW, known)];
    }),
  ),
);

/** What GrowthBook's own client says. */
function asked(payload: Features, key: string, given: JsonObject, kept?: Readonly<Record<string, string>>) {
  const attributeKeys = ["id", "groupId", "sessionId"].filter((name) => Boolean(given[name]));
  const client = new GrowthBook({
    attributes: given,
    // The client's own types are looser than ours and may be written to.
    features: structuredClone(payload) as never,
    ...(kept === undefined
      ? {}
      : {
          stickyBucketService: {
            getAllAssignments: () => Promise.resolve({}),
            getAssignments: () => Promise.resolve(null),
            saveAssignments: () => Promise.resolve(),
          } as never,
          stickyBucketAssignmentDocs: Object.fromEntries(
            attributeKeys.map((name) => [
              `${name}||${String(given[name])}`,
              { attributeName: name, attributeValue: String(given[name]), assignments: { ...kept } },
            ]),
          ),
        }),
  });
  const { value, source, ruleId, experimentResult } = client.evalFeature(key);
  client.destroy();
  return {
    value,
    source,
    ruleId,
    arm: experimentResult?.key,
    bucket: experimentResult?.bucket,
    remembered: experimentResult?.stickyBucketUsed,
  };
}

const SOURCES: Readonly<Record<Evaluation["reason"], readonly string[]>> = {
  STATIC: ["force", "defaultValue"],
  DEFAULT: ["defaultValue"],
  DISABLED: ["defaultValue"],
  TARGETING_MATCH: ["force"],
  SPLIT: ["force", "experiment"],
  ERROR: ["unknownFeature", "cyclicPrerequisite"],
};

describe("an unchanged GrowthBook client and Terrace agree", () => {
  test("on every condition", () => {
    fc.assert(
      fc.property(condition, attributes, (wanted, given) => {
        const payload: Features = {
          flag: { defaultValue: false, rules: [{ id: "r", condition: wanted, force: true }], terrace: { type: "boolean", version: 1 } },
        };
        expect(meetsCondition(given as JsonObject, wanted)).toBe(asked(payload, "flag", given as JsonObject).value);
      }),
      { numRuns: RUNS },
    );
  });

  test("on every flag, with and without what was given before", () => {
    const kept = fc.option(
      fc.dictionary(
        fc.tuple(fc.constantFrom("exp-1", "exp-2"), fc.integer({ min: 0, max: 2 })).map(([key, version]) => rememberedKey(key, version)),
        fc.constantFrom("control", "new", "gone"),
        { maxKeys: 3 },
      ),
      { nil: undefined },
    );
    fc.assert(
      fc.property(features, fc.constantFrom(...KEYS, "unknown"), attributes, kept, (payload, key, given, remembered) => {
        const own = evaluateFlag(payload, key, { attributes: given, ...(remembered === undefined ? {} : { remembered }) });
        const theirs = asked(payload, key, given, remembered);
        expect(SOURCES[own.reason]).toContain(theirs.source);
        expect({
          value: own.value,
          ruleId: own.ruleId ?? "",
          arm: own.given?.arm,
          bucket: own.given === undefined ? undefined : own.given.bucket / 10_000,
          remembered: own.given?.remembered,
        }).toEqual({ value: theirs.value, ruleId: theirs.ruleId, arm: theirs.arm, bucket: theirs.bucket, remembered: theirs.remembered });
      }),
      { numRuns: RUNS },
    );
  });

  test("on flags that presuppose each other in a circle", () => {
    const circle = (parent: string) => ({
      defaultValue: "a",
      rules: [{ id: "r", parentConditions: [{ id: parent, condition: { value: "a" } }], force: "b" }],
      terrace: { type: "string" as const, version: 1 },
    });
    const payload: Features = { one: circle("two"), two: circle("one") };
    expect(evaluateFlag(payload, "one", { attributes: {} })).toMatchObject({ value: null, reason: "ERROR", errorCode: "GENERAL" });
    expect(asked(payload, "one", {})).toMatchObject({ value: null, source: "cyclicPrerequisite" });
  });
});
