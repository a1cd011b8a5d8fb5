import { HOLDOUT_GROUPS, PROGRAM_KINDS, SHARE_MAX, SHARE_MIN, SHARE_USUAL } from "@terrace/domain/holdouts/holdout";
import { IDENTITY_KINDS, IDENTITY_LENGTH_MAX } from "@terrace/domain/identity/identity-kinds";
import { UNTOLD } from "@terrace/domain/experiments/tell-results";
import { UNIT_STATISTICS } from "@terrace/domain/experiments/unit-metric";
import { EFFECT_REFUSALS } from "@terrace/domain/statistics/effect";
import { METRIC_UNITS } from "@terrace/domain/insight/metrics/metric";
import { INTERVAL_UNITS } from "@terrace/domain/insight/time/calendar";
import { z } from "zod";
import { doneResponse, pageOf, pageQuery, route, workspaceParams } from "../route.ts";
import { answerMetaSchema, answerQuerySchema } from "./insight-analysis.ts";
import { EXPERIMENT_METRICS_MAX, experimentMetricSchema, WINDOW_DAYS_MAX } from "./insight-experiment.ts";
import { personParams, personRowSchema } from "./people.ts";

/** People of one question whether they may get something. */
export const ASKED_MAX = 500;
/** Holdouts of a workspace that run at a time. */
export const HOLDOUTS_MAX = 50;
/** Metrics of the catalogue that a report tells where none is asked for. */
const DEFAULT_METRICS = ["buyers", "net_revenue"] as const;
const ASKS_PER_SECOND = 2_000;

const keySchema = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,39}$/, "Begin the key with a small letter, then up to 39 small letters, digits, underscores and hyphens");
const kindSchema = z.enum(PROGRAM_KINDS);
const programKey = z.string().regex(/^[A-Za-z0-9_.:-]{1,80}$/, "Use 1 to 80 letters, digits and _ . : -");
const instant = z.string();
const share = z
  .number()
  .int()
  .min(SHARE_MIN)
  .max(SHARE_MAX)
  .describe(`Parts of 10,000 of all people who are kept from it: ${SHARE_USUAL} is 5 %`);

export const programSchema = z.strictObject({ kind: kindSchema, key: programKey.describe("E.g. sms, or the key of a journey") });
export const scopeSchema = z
  .union([
    z.literal("everything"),
    z
      .array(z.strictObject({ kind: kindSchema, key: programKey.nullable().describe("null: all of this kind") }))
      .min(1)
      .max(50),
  ])
  .describe("What people are kept from");
export const rotationSchema = z
  .strictObject({ every: z.number().int().min(1).max(60), unit: z.enum(INTERVAL_UNITS).exclude(["hour"]) })
  .nullable()
  .describe("How often others take their turn, at the beginning of a unit of the calendar; null: never by itself");

const generationSchema = z.object({
  number: z.number().int(),
  share,
  from: instant,
  to: instant.nullable().describe("Not part of it; null: it goes on"),
  held: z.number().int().describe("People asked about who are kept from it"),
  open: z.number().int().describe("People asked about who are not"),
  conflicts: z.number().int().describe("People joined of ids that were in different groups; the earliest holds"),
});
export type HoldoutGeneration = z.infer<typeof generationSchema>;

export const holdoutSchema = z.object({
  key: z.string(),
  name: z.string(),
  scope: scopeSchema,
  rotation: rotationSchema,
  generation: generationSchema.describe("The newest"),
  rotatesAt: instant.nullable(),
  endedAt: instant.nullable(),
  createdAt: instant,
  createdBy: z.string(),
});
export type HoldoutView = z.infer<typeof holdoutSchema>;
export const holdoutDetailSchema = holdoutSchema.extend({ generations: z.array(generationSchema).describe("The newest first") });
export type HoldoutDetail = z.infer<typeof holdoutDetailSchema>;

const groupSchema = z.enum(HOLDOUT_GROUPS).describe("held: kept from it; open: may get it");
const heldSchema = z.object({ holdout: z.string(), generation: z.number().int(), group: groupSchema });
export const decisionSchema = z.object({
  may: z.boolean(),
  heldBy: z.string().nullable().describe("Key of the holdout that keeps the person from it"),
  groups: z
    .array(heldSchema)
    .describe("Holdouts that have a say, in the order in which they are asked; after one that holds no other is asked"),
});
export type HoldoutDecision = z.infer<typeof decisionSchema>;

const holdouts = "/api/workspaces/:workspace/holdouts";
const params = workspaceParams.extend({ holdout: z.string().max(40) });
const common = { tag: "Holdouts" } as const;
const settings = { name: z.string().trim().min(1).max(80), share, rotation: rotationSchema };

export const listHoldouts = route({
  ...common,
  id: "listHoldouts",
  summary: "Holdouts: who is kept from what, so that its effect can be told",
  method: "GET",
  path: holdouts,
  access: "people:read",
  params: workspaceParams,
  response: z.object({ items: z.array(holdoutSchema) }),
});
export const getHoldout = route({
  ...common,
  id: "getHoldout",
  summary: "A holdout with all its turns",
  method: "GET",
  path: `${holdouts}/:holdout`,
  access: "people:read",
  params,
  response: holdoutDetailSchema,
});
export const createHoldout = route({
  ...common,
  id: "createHoldout",
  summary: "Keep a share of people from programs, from now on",
  method: "POST",
  path: holdouts,
  access: "experiments:write",
  params: workspaceParams,
  body: z.strictObject({
    key: keySchema,
    ...settings,
    share: share.default(SHARE_USUAL),
    rotation: rotationSchema.default({ every: 1, unit: "quarter" }),
    scope: scopeSchema,
  }),
  response: holdoutDetailSchema,
});
export const updateHoldout = route({
  ...common,
  id: "updateHoldout",
  summary: "Rename a holdout, or let it rotate otherwise; another share begins a new turn",
  method: "PATCH",
  path: `${holdouts}/:holdout`,
  access: "experiments:write",
  params,
  body: z.strictObject(settings).partial(),
  response: holdoutDetailSchema,
});
export const rotateHoldout = route({
  ...common,
  id: "rotateHoldout",
  summary: "Let others take their turn now",
  method: "POST",
  path: `${holdouts}/:holdout/rotate`,
  access: "experiments:write",
  params,
  response: holdoutDetailSchema,
});
export const endHoldout = route({
  ...common,
  id: "endHoldout",
  summary: "End a holdout: nobody is kept from anything by it any more; its history stays",
  method: "POST",
  path: `${holdouts}/:holdout/end`,
  access: "experiments:write",
  params,
  response: holdoutDetailSchema,
});
export const listHoldoutPeople = route({
  ...common,
  id: "listHoldoutPeople",
  summary: "People who were asked about in a turn, by group, as they were asked about",
  method: "GET",
  path: `${holdouts}/:holdout/people`,
  access: "people:read",
  params,
  query: pageQuery.extend({
    generation: z.coerce.number().int().min(1).optional().describe("The newest without it"),
    group: groupSchema.optional(),
  }),
  response: pageOf(z.object({ person: personRowSchema.pick({ id: true, displayName: true }), group: groupSchema, askedAt: instant })),
});
export const askHoldouts = route({
  ...common,
  id: "askHoldouts",
  summary:
    "May these people get something? Puts each into a group at the first time of a turn, remembers it and logs the exposure. Ask right before it would be given",
  method: "POST",
  path: `${holdouts}/ask`,
  access: "experiments:write",
  perSecond: ASKS_PER_SECOND,
  params: workspaceParams,
  body: z.strictObject({
    program: programSchema,
    people: z
      .array(
        z.strictObject({
          kind: z.enum(["person", ...IDENTITY_KINDS]).describe("Of which kind the id is; `person`: an id of a person as this API gives it"),
          value: z.string().min(1).max(IDENTITY_LENGTH_MAX),
        }),
      )
      .min(1)
      .max(ASKED_MAX),
  }),
  response: z.object({ items: z.array(decisionSchema.nullable()).describe("As asked; null for whom nobody knows") }),
});
export const listPersonHoldouts = route({
  ...common,
  id: "listPersonHoldouts",
  summary: "In which group of each holdout a person was at a time, now or in the past",
  method: "GET",
  path: "/api/workspaces/:workspace/people/:person/holdouts",
  access: "people:read",
  params: personParams,
  query: z.object({ at: z.iso.datetime({ offset: true }).optional().describe("Now without it") }),
  response: z.object({
    items: z.array(
      heldSchema.extend({
        name: z.string(),
        from: instant,
        to: instant.nullable(),
        askedAt: instant
          .nullable()
          .describe("When the person was first asked about in this turn; null: not yet, and the group is the one they would be put into"),
      }),
    ),
  }),
});
const boundedSchema = z.object({ estimate: z.number(), low: z.number().nullable(), high: z.number().nullable() });
const groupFiguresSchema = z.object({
  n: z.number().int().describe("People who count"),
  waiting: z.number().int().describe("People whose window is not over yet"),
  value: z.number().nullable().describe("The share, the mean, the quotient or the quantile"),
});
export const holdoutReportSchema = z.object({
  generation: z.number().int(),
  from: instant,
  to: instant.describe("Questions and what follows them count before it"),
  currency: z.string(),
  reading: z
    .enum(["sequential", "fixed"])
    .describe(
      "sequential: intervals hold on whichever day they are read, and whenever the turn is ended by hand; fixed: the turn ended by the calendar, and they are read once",
    ),
  people: z.object({ held: z.number().int(), open: z.number().int(), conflicts: z.number().int() }),
  split: z.object({ p: z.number(), blocks: z.boolean().describe("The groups are not as large as they should be: nothing can be told") }),
  metrics: z.array(
    z.object({
      unit: z.enum(METRIC_UNITS),
      statistic: z.enum(UNIT_STATISTICS),
      held: groupFiguresSchema,
      open: groupFiguresSchema,
      perPerson: boundedSchema.nullable().describe("What is brought per person: others less held"),
      total: boundedSchema.nullable().describe("That times everyone who is not held; null for quotients and quantiles"),
      p: z.number().nullable(),
      returnOnCost: boundedSchema
        .nullable()
        .describe("Of money: (what was brought less what it cost) over what it cost; null where nothing was spent"),
      untold: z
        .enum([...EFFECT_REFUSALS, ...UNTOLD, "split_off"])
        .nullable()
        .describe("Why there is no effect"),
    }),
  ),
  costMinor: z
    .number()
    .int()
    .describe("Booked for programs it keeps people from, within the turn; minor units of the workspace's currency"),
  meta: answerMetaSchema,
});
export type HoldoutReport = z.output<typeof holdoutReportSchema>;

export const reportHoldout = route({
  ...common,
  id: "reportHoldout",
  summary: "What programs brought in a turn: those who may get them less those who are kept from them, with intervals, cost and return",
  method: "POST",
  path: `${holdouts}/:holdout/report`,
  access: "events:read",
  params,
  query: answerQuerySchema,
  body: z.strictObject({
    generation: z.number().int().min(1).optional().describe("The newest without it"),
    metrics: z
      .array(experimentMetricSchema)
      .min(1)
      .max(EXPERIMENT_METRICS_MAX)
      .default(() => DEFAULT_METRICS.map((metric) => experimentMetricSchema.parse({ of: { metric } })))
      .describe("Without it: who bought, and what they brought"),
    covariateDays: z
      .number()
      .int()
      .min(1)
      .max(WINDOW_DAYS_MAX)
      .nullable()
      .default(14)
      .describe("CUPED: what people did in so many times 24 hours before takes doubt away; null: none"),
  }),
  response: holdoutReportSchema,
});

const costs = "/api/workspaces/:workspace/program-costs";
const costSchema = z.strictObject({
  id: z
    .string()
    .regex(/^[A-Za-z0-9_.:-]{1,100}$/)
    .describe("Yours; a cost sent again by the same id changes nothing"),
  program: programSchema,
  at: z.iso.datetime({ offset: true }),
  amountMinor: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).describe("Minor units of the workspace's currency"),
});
export const bookProgramCosts = route({
  ...common,
  id: "bookProgramCosts",
  summary: "Book what programs cost, e.g. coupons redeemed and messages sent; each once by its id",
  method: "POST",
  path: costs,
  access: "experiments:write",
  params: workspaceParams,
  body: z.strictObject({ items: z.array(costSchema).min(1).max(ASKED_MAX) }),
  response: z.object({ booked: z.number().int(), known: z.number().int().describe("There already") }),
});
export const listProgramCosts = route({
  ...common,
  id: "listProgramCosts",
  summary: "Booked costs, the newest first",
  method: "GET",
  path: costs,
  access: "people:read",
  params: workspaceParams,
  query: pageQuery.extend({ kind: kindSchema.optional(), key: programKey.optional() }),
  response: pageOf(costSchema),
});
export const deleteProgramCost = route({
  ...common,
  id: "deleteProgramCost",
  summary: "Take a booked cost back",
  method: "DELETE",
  path: `${costs}/:cost`,
  access: "experiments:write",
  params: workspaceParams.extend({ cost: z.string().max(100) }),
  response: doneResponse,
});
export type ProgramCost = z.output<typeof costSchema>;

export const deleteHoldout = route({
  ...common,
  id: "deleteHoldout",
  summary: "Delete an ended holdout with its history",
  method: "DELETE",
  path: `${holdouts}/:holdout`,
  access: "experiments:write",
  params,
  response: doneResponse,
});

export const holdoutRoutes = [
  listHoldouts,
  createHoldout,
  askHoldouts,
  getHoldout,
  updateHoldout,
  rotateHoldout,
  endHoldout,
  deleteHoldout,
  listHoldoutPeople,
  listPersonHoldouts,
  reportHoldout,
  bookProgramCosts,
  listProgramCosts,
  deleteProgramCost,
] as const;
export type PersonHoldout = z.infer<typeof listPersonHoldouts.response>["items"][number];
