import { UNITS } from "@terrace/domain/assignment/units";
import { BUCKETS } from "@terrace/domain/assignment/bucket";
import { FLAG_TYPES } from "@terrace/domain/flags/feature";
import { isOfType } from "@terrace/domain/flags/flag";
import { z } from "zod";
import { ruleExperimentKeySchema, variantKeySchema } from "./experiment-keys.ts";
import { segmentIdSchema } from "./segments.ts";

export const FLAG_RULES_MAX = 50;
export const FLAG_ARMS_MAX = 20;
export const NAMED_IDS_MAX = 200;
export const RULE_SEGMENTS_MAX = 20;
export const PREREQUISITES_MAX = 10;
export const RAMP_STEPS_MAX = 20;
const JSON_LENGTH_MAX = 20_000;
const VERSION_MAX = 1_000;

export const flagKeySchema = z
  .string()
  .regex(
    /^[a-zA-Z0-9][a-zA-Z0-9_.:-]{0,99}$/,
    "Use up to 100 letters, digits, dots, colons, dashes and underscores, a letter or digit first",
  );
export const flagEnvironmentKeySchema = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,39}$/, "Begin with a small letter, then up to 39 small letters, digits, dashes and underscores");
const smallKey = z.string().regex(/^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,59}$/, "Use up to 60 letters, digits, dots, dashes and underscores");
const parts = (what: string) => z.number().int().min(0).max(BUCKETS).describe(`${what}, in parts of 10,000`);
const instant = z.iso
  .datetime({ offset: true })
  .transform((text) => new Date(text).toISOString())
  .describe("ISO 8601; kept in UTC");
const json = z
  .json()
  .refine((value) => JSON.stringify(value).length <= JSON_LENGTH_MAX, `Give at most ${JSON_LENGTH_MAX} characters of JSON`);
const windowSchema = z
  .strictObject({ from: instant.nullable(), until: instant.nullable() })
  .refine(({ from, until }) => from === null || until === null || from < until, "Let it end after it begins")
  .describe("In force from one up to, not including, the other; null is open");
const prerequisiteSchema = z.strictObject({
  flag: flagKeySchema,
  values: z
    .array(z.union([z.string().max(500), z.number(), z.boolean()]))
    .min(1)
    .max(20)
    .describe("It must give one of these"),
});
const prerequisites = z.array(prerequisiteSchema).max(PREREQUISITES_MAX);
const coverage = parts("Share of the units that take part");
const rampSchema = z
  .array(z.strictObject({ at: instant, coverage }))
  .max(RAMP_STEPS_MAX)
  .refine((steps) => steps.every(({ at }, place) => place === 0 || at > (steps[place - 1]?.at ?? "")), "Put the steps in the order of time")
  .default([])
  .describe("From each time on another coverage");

const ruleParts = {
  id: smallKey.describe("Stays with the rule: the share of a rollout is taken with it"),
  note: z.string().trim().max(200).default(""),
  on: z.boolean().default(true),
  condition: z
    .record(z.string().max(200), z.json())
    .default({})
    .describe("On attributes of the context, in the form of a MongoDB query as GrowthBook's clients read it; empty: everyone"),
  segments: z
    .strictObject({ any: z.array(segmentIdSchema).max(RULE_SEGMENTS_MAX), none: z.array(segmentIdSchema).max(RULE_SEGMENTS_MAX) })
    .default({ any: [], none: [] })
    .describe("In any of the first and in none of the second; empty lists ask nothing"),
  prerequisites: prerequisites.default([]),
  window: windowSchema.default({ from: null, until: null }),
};
const armSchema = z.strictObject({
  key: variantKeySchema,
  name: z.string().trim().max(80).default(""),
  value: json,
  weight: parts("Weight"),
});
const unique = (keys: readonly string[]): boolean => new Set(keys).size === keys.length;

export const flagRuleSchema = z.discriminatedUnion("kind", [
  z.strictObject({ ...ruleParts, kind: z.literal("force"), value: json }),
  z.strictObject({
    ...ruleParts,
    kind: z.literal("rollout"),
    value: json,
    unit: z.enum(UNITS).default("person"),
    coverage,
    ramp: rampSchema,
  }),
  z
    .strictObject({
      ...ruleParts,
      kind: z.literal("experiment"),
      experiment: ruleExperimentKeySchema.describe("Key of the experiment: what the hash is taken with, and what exposures name"),
      unit: z.enum(UNITS).default("person"),
      coverage,
      ramp: rampSchema.describe("From each time on a larger coverage: whoever has an arm keeps it"),
      arms: z
        .array(armSchema)
        .min(2)
        .max(FLAG_ARMS_MAX)
        .refine((arms) => unique(arms.map(({ key }) => key)), "Name each arm once")
        .refine((arms) => arms.reduce((sum, { weight }) => sum + weight, 0) === BUCKETS, `Let the weights sum to ${BUCKETS}`),
      namespace: z
        .strictObject({
          key: smallKey,
          range: z
            .strictObject({ from: parts("First bucket"), to: parts("Bucket after the last") })
            .refine(({ from, to }) => from < to, "Let the share end after it begins"),
        })
        .nullable()
        .default(null)
        .describe("Experiments of one namespace whose ranges do not meet have nobody in common"),
      named: z
        .array(z.strictObject({ arm: variantKeySchema, ids: z.array(z.string().min(1).max(200)).max(NAMED_IDS_MAX) }))
        .max(FLAG_ARMS_MAX)
        .default([])
        .describe("Ids that get an arm by name, e.g. of testers; they are part of no result"),
      qaOnly: z.boolean().default(false).describe("Nobody but those named takes part"),
      sticky: z.boolean().default(true).describe("What was given is kept when weights or coverage change"),
      version: z.number().int().min(0).max(VERSION_MAX).default(0).describe("A higher number assigns anew"),
      minVersion: z.number().int().min(0).max(VERSION_MAX).default(0).describe("Whoever took part below this number takes part no more"),
    })
    .refine(({ arms, named }) => named.every(({ arm }) => arms.some(({ key }) => key === arm)), {
      path: ["named"],
      error: "Name arms that there are",
    })
    .refine(({ coverage: first, ramp }) => ramp.every((step, place) => step.coverage >= (ramp[place - 1]?.coverage ?? first)), {
      path: ["ramp"],
      error: "Let each step take in at least as many as before",
    })
    .refine(({ version, minVersion }) => minVersion <= version, { path: ["minVersion"], error: "Take at most the version itself" }),
]);
export type FlagRuleInput = z.output<typeof flagRuleSchema>;

export const flagEnvironmentSchema = z.strictObject({
  on: z.boolean(),
  window: windowSchema.default({ from: null, until: null }),
  rules: z
    .array(flagRuleSchema)
    .max(FLAG_RULES_MAX)
    .refine((rules) => unique(rules.map(({ id }) => id)), "Give each rule an id of its own"),
});

export const flagDefinitionSchema = z
  .strictObject({
    type: z.enum(FLAG_TYPES),
    defaultValue: json.describe("For whom no rule speaks"),
    offValue: json.describe("For everyone while the flag is off or killed, or what it presupposes is missing"),
    prerequisites: prerequisites.default([]),
    environments: z
      .record(flagEnvironmentKeySchema, flagEnvironmentSchema)
      .describe("By key of the environment; where there is none the flag is off"),
  })
  .superRefine(({ type, defaultValue, offValue, environments }, context) => {
    const values = [
      { path: ["defaultValue"], value: defaultValue },
      { path: ["offValue"], value: offValue },
      ...Object.entries(environments).flatMap(([environment, { rules }]) =>
        rules.flatMap((rule, place) => {
          const path = ["environments", environment, "rules", place];
          return rule.kind === "experiment"
            ? rule.arms.map(({ value }, arm) => ({ path: [...path, "arms", arm, "value"], value }))
            : [{ path: [...path, "value"], value: rule.value }];
        }),
      ),
    ];
    for (const { path, value } of values)
      if (!isOfType(type, value)) context.addIssue({ code: "custom", path, message: `Give a value of the flag's type, ${type}` });
  });
