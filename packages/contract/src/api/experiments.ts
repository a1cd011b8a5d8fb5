import { EXPERIMENT_STATES, METRIC_ROLES } from "@terrace/domain/experiments/experiment";
import { INTERACTION_CALLS } from "@terrace/domain/experiments/tell-groups";
import { CALLS, EXPERIMENT_KINDS, EXPERIMENT_METHODS, UNTOLD } from "@terrace/domain/experiments/tell-results";
import { UNIT_STATISTICS } from "@terrace/domain/experiments/unit-metric";
import { METRIC_UNITS } from "@terrace/domain/insight/metrics/metric";
import { CORRECTIONS } from "@terrace/domain/statistics/corrections";
import { DIFFERENCES, EFFECT_REFUSALS } from "@terrace/domain/statistics/effect";
import { z } from "zod";
import { doneResponse, pageOf, pageQuery, route, workspaceParams } from "../route.ts";
import { answerMetaSchema, answerQuerySchema } from "./insight-analysis.ts";
import { allocationSchema } from "./experiment-allocation.ts";
import { experimentKeySchema, variantKeySchema } from "./experiment-keys.ts";
import { groupsQuery } from "./insight-breakdown.ts";
import { personConditionSchema } from "./insight-conditions.ts";
import {
  EXPERIMENT_METRICS_MAX,
  experimentMetricSchema,
  experimentQuerySchema,
  exposureSourceSchema,
  VARIANTS_MAX,
  WINDOW_DAYS_MAX,
} from "./insight-experiment.ts";

/** When somebody is exposed: when a client says that the variant was seen, or when it was first given. */
export const EXPOSURE_MOMENTS = ["seen", "given"] as const;
const [, ownExposureSchema] = exposureSourceSchema.options;

/** A metric of an experiment: what it is for, and which way is good. */
export const judgedMetricSchema = z.strictObject({
  ...experimentMetricSchema.shape,
  role: z.enum(METRIC_ROLES).describe("primary: judges the experiment; guardrail: must not get worse"),
  better: z.enum(["up", "down"]).default("up"),
});

export const experimentDefinitionSchema = z.strictObject({
  kind: z
    .enum(EXPERIMENT_KINDS)
    .default("ab")
    .describe("aa: all variants are the same, to try the measuring itself: no difference is expected"),
  variants: z
    .array(
      z.strictObject({
        key: variantKeySchema,
        name: z.string().trim().min(1).max(80),
        weight: z.number().int().min(1).max(10_000).describe("Parts of all weights"),
      }),
    )
    .min(2)
    .max(VARIANTS_MAX)
    .describe("The first is what the others are compared with"),
  allocation: allocationSchema,
  exposure: z
    .union([z.strictObject({ kind: z.literal("assignment"), moment: z.enum(EXPOSURE_MOMENTS).default("seen") }), ownExposureSchema])
    .default({ kind: "assignment", moment: "seen" })
    .describe(
      "assignment: exposures that name the experiment's key, seen: as clients tell them; given: being given a variant is the exposure, and the server tells it when it first gives one; or an event of one's own",
    ),
  people: personConditionSchema.nullable().default(null).describe("Only people who meet it, as they are when the results are asked for"),
  metrics: z.array(judgedMetricSchema).min(1).max(EXPERIMENT_METRICS_MAX),
  method: z
    .enum(EXPERIMENT_METHODS)
    .default("sequential")
    .describe(
      "sequential: may be read any day; frequentist: read once, at the planned end, which has to be given; bayesian: a chance to be better",
    ),
  level: z.number().min(0.8).max(0.999).default(0.95),
  correction: z.enum(CORRECTIONS).default("holm").describe("For how many metrics and variants are looked at; guardrails pay nothing"),
  difference: z.enum(DIFFERENCES).default("relative"),
  prior: z
    .strictObject({ mean: z.number().min(-10).max(10), deviation: z.number().min(0.001).max(10) })
    .nullable()
    .default(null)
    .describe("What is believed of the relative effect before; null: nothing"),
  covariateDays: z
    .number()
    .int()
    .min(1)
    .max(WINDOW_DAYS_MAX)
    .nullable()
    .default(14)
    .describe("CUPED: so many times 24 hours before; null: none"),
  conflicts: experimentQuerySchema.shape.conflicts,
  unfinished: experimentQuerySchema.shape.unfinished,
  plannedDays: z.number().int().min(1).max(365).nullable().default(null).describe("How long it is to run"),
  plannedPeople: z
    .number()
    .int()
    .min(4)
    .max(1e9)
    .nullable()
    .default(null)
    .describe(
      "How many people of all variants it is to have, as the calculator tells: read sequentially, intervals of all people are narrowest where so many count (those of groups never have as many). null: at 5,000 of two variants",
    ),
});
export type ExperimentDefinition = z.output<typeof experimentDefinitionSchema>;

export const DECISIONS = ["take", "keep", "repeat", "none"] as const;
const decided = {
  decision: z.enum(DECISIONS).describe("take: a variant is taken; keep: all stays; repeat: another experiment; none: nothing yet"),
  variant: variantKeySchema.nullable().default(null).describe("The one that is taken"),
  learning: z.string().trim().max(4_000).default(""),
};
const note = z.string().trim().max(500).default("").describe("Why, for whoever approves it");

const editable = z.strictObject({
  key: experimentKeySchema.describe("By which exposures name it"),
  name: z.string().trim().min(1).max(80),
  hypothesis: z.string().trim().max(2_000).default(""),
  definition: experimentDefinitionSchema,
});
export type ExperimentBody = z.input<typeof editable>;

export const experimentSchema = z.object({
  id: z.string(),
  key: z.string(),
  name: z.string(),
  hypothesis: z.string(),
  state: z.enum(EXPERIMENT_STATES),
  definition: experimentDefinitionSchema,
  startedAt: z.string().nullable(),
  stoppedAt: z.string().nullable(),
  decision: z.enum(DECISIONS).nullable(),
  decidedVariant: z.string().nullable(),
  learning: z.string(),
  createdBy: z.string(),
  createdAt: z.string(),
  openChange: z.string().nullable().describe("Number of the change that waits for approval"),
  steps: z.array(z.object({ action: z.string(), at: z.string(), by: z.string() })).describe("What was done with it, oldest first"),
});
export type ExperimentView = z.output<typeof experimentSchema>;

const figure = z.number().nullable();
const effectSchema = z.object({
  estimate: z.number().describe("Against the first variant: relative (0.1 is 10 % more) or absolute"),
  low: figure.describe("null: nothing bounds it"),
  high: figure,
  p: figure,
  pAdjusted: figure,
  chanceToWin: figure,
  risk: figure,
  call: z.enum(CALLS),
});
export const toldMetricSchema = z.object({
  variants: z.array(
    z.object({
      n: z.number().int(),
      waiting: z.number().int(),
      value: figure.describe("The share, the mean, the quotient or the quantile"),
      deviation: figure.describe("Of one person"),
      effect: effectSchema.nullable(),
      untold: z
        .enum([...EFFECT_REFUSALS, ...UNTOLD])
        .nullable()
        .describe("Why there is no effect"),
    }),
  ),
});
/** What the figures of a metric are figures of. */
const toldAs = { unit: z.enum(METRIC_UNITS), statistic: z.enum(UNIT_STATISTICS) };
export const splitSchema = z.object({
  p: z.number().describe("How likely people split as planned are off as far as these"),
  degrees: z.number().int(),
  blocks: z.boolean().describe("The split is off: no verdict"),
  unplanned: z.number().int(),
});
/** Whether an effect differs between groups of people. */
export const interactionSchema = z.object({
  p: z.number().describe("How likely effects that are the same everywhere differ as much as these (Welch's test of Cochran's Q)"),
  pAdjusted: z.number().describe("After the correction, for all metrics and variants that are asked"),
  degrees: z.number().int().describe("Groups that are compared, less one"),
  heterogeneity: z.number().describe("The share of how much the effects differ that is not chance (I²)"),
  leftOut: z.number().int().describe("Groups with an effect, but of fewer than 30 people in a variant: they are not compared"),
  call: z.enum(INTERACTION_CALLS).describe("differs: look at the groups one by one; unclear: the effect of all is the best guess for each"),
});
const verdictSchema = z.object({
  kind: z
    .enum(["split_off", "no_data", "too_early", "no_difference", "wins", "harms", "aa_even", "aa_off"])
    .describe("Of an A/A: aa_even, nothing differs; aa_off, a variant differs in a metric though all are the same"),
  variant: z.string().optional(),
});
const countedSchema = z.object({ variant: z.string(), people: z.number().int(), conflicts: z.number().int() });

export const experimentResultsSchema = z.object({
  question: z.json().describe("The body of `POST …/insight/experiment` that the figures are of"),
  zone: z.string(),
  currency: z.string(),
  from: z.string(),
  to: z.string(),
  variants: z.array(countedSchema),
  unknownVariants: z.number().int(),
  otherUnits: z.number().int().describe("People who were only exposed with a group or a session: they count in no variant"),
  split: splitSchema,
  metrics: z.array(toldMetricSchema.extend({ ...toldAs, caps: z.array(figure) })),
  verdict: verdictSchema,
  breakdown: z
    .array(
      z.object({
        value: z.string().nullable(),
        other: z.boolean(),
        variants: z.array(countedSchema),
        split: splitSchema,
        metrics: z.array(toldMetricSchema),
      }),
    )
    .optional()
    .describe(
      "The correction pays for all groups together. Values of traits and segments are as they are now: a variant that changes them moves people between groups, whose effects are then those of other people; a property of the exposure is as of then",
    ),
  interaction: z
    .array(z.object({ variants: z.array(interactionSchema.nullable()) }))
    .optional()
    .describe(
      "With groups: whether the effect differs between them, in the order of metrics and variants. null: of the first variant, of fewer than two groups with 30 people in each variant, where people are in several groups, or where the split of a group is off",
    ),
  meta: answerMetaSchema,
});
export type ExperimentResults = z.output<typeof experimentResultsSchema>;

export const experimentParams = workspaceParams.extend({ experiment: z.string().max(20) });
export const EXPERIMENTS = "/api/workspaces/:workspace/experiments";

export const listExperiments = route({
  id: "listExperiments",
  tag: "Experiments",
  summary: "Experiments, newest first",
  method: "GET",
  path: EXPERIMENTS,
  access: "events:read",
  params: workspaceParams,
  query: pageQuery.extend({
    state: z.enum(EXPERIMENT_STATES).optional(),
    search: z.string().trim().max(100).optional().describe("In name, key, hypothesis and learning"),
    beside: z
      .string()
      .regex(/^[1-9]\d{0,17}$/, "Give the id of an experiment")
      .optional()
      .describe(
        "Only those that ran at some time while this other one did, and whose shares are fixed: within the variants of a bandit nothing is compared",
      ),
  }),
  response: pageOf(experimentSchema),
});
export const getExperiment = route({
  id: "getExperiment",
  tag: "Experiments",
  summary: "One experiment with its history",
  method: "GET",
  path: `${EXPERIMENTS}/:experiment`,
  access: "events:read",
  params: experimentParams,
  response: experimentSchema,
});
export const createExperiment = route({
  id: "createExperiment",
  tag: "Experiments",
  summary: "Make an experiment, as a draft",
  method: "POST",
  path: EXPERIMENTS,
  access: "experiments:write",
  params: workspaceParams,
  body: editable,
  response: experimentSchema,
});
export const updateExperiment = route({
  id: "updateExperiment",
  tag: "Experiments",
  summary: "Change an experiment; after its start only its name, and guardrails may be added; after its stop nothing",
  method: "PUT",
  path: `${EXPERIMENTS}/:experiment`,
  access: "experiments:write",
  params: experimentParams,
  body: editable,
  response: experimentSchema,
});
export const deleteExperiment = route({
  id: "deleteExperiment",
  tag: "Experiments",
  summary: "Delete a draft",
  method: "DELETE",
  path: `${EXPERIMENTS}/:experiment`,
  access: "experiments:write",
  params: experimentParams,
  response: doneResponse,
});
export const moveExperiment = route({
  id: "moveExperiment",
  tag: "Experiments",
  summary:
    "Start, pause, resume or archive an experiment; flags whose rules name its key follow. Where their changes are reviewed, a start and a resumption wait for the approval of somebody else",
  method: "POST",
  path: `${EXPERIMENTS}/:experiment/move`,
  access: "experiments:write",
  params: experimentParams,
  body: z.strictObject({ action: z.enum(["start", "pause", "resume", "archive"]), note }),
  response: experimentSchema,
});
export const stopExperiment = route({
  id: "stopExperiment",
  tag: "Experiments",
  summary:
    "Stop an experiment for good; what was decided and learnt may be told at once or later. Where changes of its flags are reviewed, a stop that takes a variant waits for the approval of somebody else",
  method: "POST",
  path: `${EXPERIMENTS}/:experiment/stop`,
  access: "experiments:write",
  params: experimentParams,
  body: z.strictObject({ ...decided, decision: decided.decision.default("none"), note }),
  response: experimentSchema,
});
export const decideExperiment = route({
  id: "decideExperiment",
  tag: "Experiments",
  summary:
    "Write down what was decided and learnt from an experiment that is over. Where changes of its flags are reviewed, another variant waits for the approval of somebody else",
  method: "PUT",
  path: `${EXPERIMENTS}/:experiment/decision`,
  access: "experiments:write",
  params: experimentParams,
  body: z.strictObject({ ...decided, note }),
  response: experimentSchema,
});
export const experimentResults = route({
  id: "experimentResults",
  tag: "Experiments",
  summary: "The results of an experiment as of now, or as of its stop",
  method: "POST",
  path: `${EXPERIMENTS}/:experiment/results`,
  access: "events:read",
  params: experimentParams,
  query: answerQuerySchema,
  body: z.strictObject({ breakdown: groupsQuery.breakdown }),
  response: experimentResultsSchema,
});
export const listExperimentDays = route({
  id: "listExperimentDays",
  tag: "Experiments",
  summary: "What the results were at the end of each local day, the latest 1,000",
  method: "GET",
  path: `${EXPERIMENTS}/:experiment/days`,
  access: "events:read",
  params: experimentParams,
  response: z.object({
    days: z.array(
      z.object({
        until: z.string(),
        variants: z.array(countedSchema),
        split: splitSchema,
        metrics: z
          .array(toldMetricSchema.extend(toldAs).nullable())
          .describe("In the order of the definition; null: the metric was not in it yet"),
      }),
    ),
  }),
});

export const experimentRoutes = [
  listExperiments,
  getExperiment,
  createExperiment,
  updateExperiment,
  deleteExperiment,
  moveExperiment,
  stopExperiment,
  decideExperiment,
  experimentResults,
  listExperimentDays,
];
