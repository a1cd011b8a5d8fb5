import {
  EDGE_TIMES,
  EDGE_VALUES,
  LIST_MAX,
  NUMBER_MEASURES,
  TRAIT_PERIODS,
  TRAIT_TYPES,
  WINDOW_DAYS_MAX,
  type TraitDefinition,
} from "@terrace/domain/computed/definition";
import { isPath } from "@terrace/domain/computed/trait-trackers";
import { TRAIT_UNITS } from "@terrace/domain/computed/trait-unit";
import { EMPTY_CONTEXT, type EventContext } from "@terrace/domain/event/feed-event";
import { COMPUTED_KEY } from "@terrace/domain/traits/computed-traits";
import { z } from "zod";
import { doneResponse, route, workspaceParams } from "../route.ts";
import { answerMetaSchema } from "./insight-analysis.ts";
import { eventConditionSchema } from "./insight-conditions.ts";
import { segmentLiveSchema, useSchema } from "./segments.ts";

/** People shown with their values before a trait is saved. */
export const TRAIT_SAMPLE_MAX = 10;

const property = z.string().min(1).max(255).refine(isPath, "Name each step of the way to it").describe("Dots lead into objects");
const source = z.strictObject({
  event: z.string().min(1).max(255).nullable().describe("Name of the event; null is anything somebody did"),
  where: eventConditionSchema.optional().describe("Only events that meet it"),
});
// The keys of a value of a closed type are the keys of the type.
const COLUMNS = Object.keys(EMPTY_CONTEXT) as [keyof EventContext, ...(keyof EventContext)[]];
const value = z
  .union([z.strictObject({ property }), z.strictObject({ column: z.enum(COLUMNS) })])
  .describe("A property of the event, or a column of its context");
const within = z
  .union([
    z.strictObject({ days: z.number().int().min(1).max(WINDOW_DAYS_MAX).describe("Today and the days before it") }),
    z.strictObject({ calendar: z.enum(TRAIT_PERIODS) }),
  ])
  .optional()
  .describe("In the workspace's zone; left out: ever");

const count = z.strictObject({ kind: z.literal("count"), of: source });
const ofNumbers = z.strictObject({ kind: z.enum(NUMBER_MEASURES), of: source, property });
const distinct = z.strictObject({ kind: z.literal("distinct"), of: source, value });
const measure = z.union([count, ofNumbers, distinct]);

/** How a trait is reckoned. */
export const traitDefinitionSchema: z.ZodType<TraitDefinition> = z
  .union([
    count.extend({ within }),
    ofNumbers.extend({ within }),
    distinct.extend({ within }),
    z.strictObject({ kind: z.literal("ratio"), part: measure, whole: measure, within }),
    z.strictObject({ kind: z.enum(EDGE_VALUES), of: source, value, as: z.literal("text"), within }),
    z.strictObject({ kind: z.enum(EDGE_VALUES), of: source, value: z.strictObject({ property }), as: z.literal("number"), within }),
    z.strictObject({ kind: z.enum(EDGE_TIMES), of: source, within }),
    z.strictObject({ kind: z.literal("most_frequent"), of: source, value, within }),
    z.strictObject({ kind: z.literal("list"), of: source, value, limit: z.number().int().min(1).max(LIST_MAX), within }),
  ])
  .describe("What a trait is reckoned from and how");

const nameSchema = z.object({ zh: z.string().trim().min(1).max(80), en: z.string().trim().min(1).max(80) });
const unit = z.enum(TRAIT_UNITS).describe("What numbers are told in; money as properties of events have it, a percentage of 1");

export const computedTraitSchema = z.object({
  key: z.string(),
  trait: z.string().describe("The trait of people that holds the value"),
  name: nameSchema,
  type: z.enum(TRAIT_TYPES),
  unit,
  definition: traitDefinitionSchema,
  uses: z.object({
    events: z.array(z.string().nullable()).describe("What it is reckoned from; null is any event"),
    properties: z.array(z.string()),
    columns: z.array(z.enum(COLUMNS)),
  }),
  status: z
    .enum(["building", "live", "failed"])
    .describe("building: what is there from before is told meanwhile; failed: the event engine refused to count, and is asked again"),
  live: segmentLiveSchema.pick({ stage: true, changedAt: true, lag: true }),
  people: z.number().int().describe("Who has a value, as fresh as what can be queried"),
  createdAt: z.string(),
  createdBy: z.string(),
  updatedAt: z.string(),
});
export type ComputedTraitView = z.infer<typeof computedTraitSchema>;

const share = z.number().describe("Of those looked at, 0 to 1");
export const traitSpreadSchema = z.object({
  looked: z.number().int().describe("So many people with a value were looked at: all, or some chosen by chance"),
  numbers: z
    .object({ min: z.number(), lower: z.number(), median: z.number(), upper: z.number(), max: z.number(), mean: z.number() })
    .nullable()
    .describe("Quartiles; null where values are no numbers"),
  bins: z
    .array(z.object({ from: z.union([z.number(), z.string()]), to: z.union([z.number(), z.string()]), share }))
    .describe("Numbers or instants, the last bin with its end; none where values are texts"),
  texts: z
    .array(z.object({ value: z.string(), share }))
    .describe("The most frequent ones, of lists each of their values; none for numbers and dates"),
});
export type TraitSpread = z.infer<typeof traitSpreadSchema>;

const keySchema = z
  .string()
  .regex(COMPUTED_KEY, "Use a small letter, then up to 39 small letters, digits and underscores")
  .describe("The trait that holds the value is called `$computed_` and this key");
const traitParams = workspaceParams.extend({ trait: z.string().max(60).describe("Its key") });
const definition = { name: nameSchema, unit: unit.default("none"), definition: traitDefinitionSchema };

export const listComputedTraits = route({
  id: "listComputedTraits",
  tag: "Computed traits",
  summary: "Traits that are reckoned from what people did",
  method: "GET",
  path: "/api/workspaces/:workspace/computed-traits",
  access: "people:read",
  params: workspaceParams,
  response: z.object({ items: z.array(computedTraitSchema) }),
});
export const listComputedTraitTemplates = route({
  id: "listComputedTraitTemplates",
  tag: "Computed traits",
  summary: "Usual traits, made of the workspace's business events; put one to switch it on",
  method: "GET",
  path: "/api/workspaces/:workspace/computed-trait-templates",
  access: "people:read",
  params: workspaceParams,
  response: z.object({ items: z.array(z.object({ key: z.string(), ...definition, unit })) }),
});
export const previewComputedTrait = route({
  id: "previewComputedTrait",
  tag: "Computed traits",
  summary: "Who would have which value now, and what keeping the trait would cost",
  method: "POST",
  path: "/api/workspaces/:workspace/computed-traits/preview",
  access: "people:read",
  params: workspaceParams,
  query: z.object({ queryId: z.uuid().optional().describe("By which the query can be looked at and ended while it runs") }),
  body: z.strictObject({ definition: traitDefinitionSchema }),
  response: z.object({
    type: z.enum(TRAIT_TYPES),
    people: z.number().int().describe("Who would have a value; where not all were looked at, reckoned from those who were"),
    everyone: z.number().int(),
    exact: z.boolean().describe("Whether everybody was looked at"),
    sample: z
      .array(z.object({ personId: z.string(), displayName: z.string(), value: z.union([z.string(), z.number(), z.array(z.string())]) }))
      .max(TRAIT_SAMPLE_MAX),
    spread: traitSpreadSchema,
    cost: z.object({
      events: z.number().int().describe("Events that it is reckoned from now"),
      bytes: z.number().int().describe("What is kept for it, in all"),
      updatesPerDay: z.number().describe("Values that are reckoned anew, by the last 7 days and by what passes with time"),
    }),
    meta: answerMetaSchema.omit({ cached: true, stale: true }),
  }),
});
export const getComputedTrait = route({
  id: "getComputedTrait",
  tag: "Computed traits",
  summary: "One computed trait with what uses it",
  method: "GET",
  path: "/api/workspaces/:workspace/computed-traits/:trait",
  access: "people:read",
  params: traitParams,
  response: computedTraitSchema.extend({ usedBy: z.array(useSchema) }),
});
export const getComputedTraitSpread = route({
  id: "getComputedTraitSpread",
  tag: "Computed traits",
  summary: "How the values that people have are spread",
  method: "GET",
  path: "/api/workspaces/:workspace/computed-traits/:trait/spread",
  access: "people:read",
  params: traitParams,
  response: traitSpreadSchema,
});
export const putComputedTrait = route({
  id: "putComputedTrait",
  tag: "Computed traits",
  summary: "Make a computed trait, or change it; reckoned in another way, people keep their values until these are reckoned anew",
  method: "PUT",
  path: "/api/workspaces/:workspace/computed-traits/:trait",
  access: "segments:write",
  params: workspaceParams.extend({ trait: keySchema }),
  body: z.strictObject(definition),
  response: computedTraitSchema,
});
export const deleteComputedTrait = route({
  id: "deleteComputedTrait",
  tag: "Computed traits",
  summary: "Delete a computed trait that nothing uses, and its value of everyone",
  method: "DELETE",
  path: "/api/workspaces/:workspace/computed-traits/:trait",
  access: "segments:write",
  params: traitParams,
  response: doneResponse,
});

export const computedTraitRoutes = [
  listComputedTraits,
  listComputedTraitTemplates,
  previewComputedTrait,
  getComputedTrait,
  getComputedTraitSpread,
  putComputedTrait,
  deleteComputedTrait,
] as const;
