import { BADGE_TONES, PROMOTIONS } from "@terrace/domain/pyramids/pyramid";
import { PYRAMID_TEMPLATE_KINDS } from "@terrace/domain/pyramids/pyramid-templates";
import { z } from "zod";
import { doneResponse, route, workspaceParams } from "../route.ts";
import { personConditionSchema } from "./insight-conditions.ts";
import { selectorSchema } from "./insight-parts.ts";
import { segmentIdSchema, segmentLiveSchema } from "./segments.ts";

export const LAYERS_MAX = 10;
export const REVIEW_DAY_MAX = 28;

const words = (max: number) => z.strictObject({ zh: z.string().trim().min(1).max(max), en: z.string().trim().min(1).max(max) });
const pyramidKey = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,29}$/, "Use a small letter, then up to 29 small letters, digits and underscores")
  .describe("`main` gives the trait `$layer`, another key `$layer_<key>`");
export const layerKeySchema = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,39}$/, "Use a small letter, then up to 39 small letters, digits and underscores");
const days = z.number().int().min(0).max(366);

export const demotionSchema = z.strictObject({
  lapse: z
    .strictObject({ graceDays: days })
    .nullable()
    .describe("Who meets the condition no longer leaves after so many whole local days more; 0: at once; null: does not leave for that"),
  minimum: z
    .strictObject({
      atLeast: z.number().min(0).max(1e12).describe("Contribution of a calendar month"),
      months: z.number().int().min(1).max(12).describe("So many complete months below it, one after another, lead to demotion"),
      graceDays: z.number().int().min(0).max(27).describe("After the review; who contributes the minimum by then stays"),
    })
    .nullable()
    .describe("The monthly minimum contribution; null: none"),
});
export const badgeSchema = z.strictObject({
  label: words(20),
  tone: z.enum(BADGE_TONES).describe("A colour of the charts' palette"),
  icon: z.string().trim().max(40).nullable().describe("Key of an icon"),
});
const layerParts = {
  key: layerKeySchema,
  name: words(40),
  rule: personConditionSchema.nullable().describe("Null: appointment only; in the last layer null is everyone"),
  role: z.string().trim().max(500).describe("What people of the layer are there for"),
  playbook: z.string().trim().max(10_000).describe("How they are looked after"),
  owners: z.array(z.string().max(40)).max(20).describe("Ids of members who answer for the layer"),
  benefits: z.array(z.string().trim().min(1).max(200)).max(30),
  badge: badgeSchema,
  promotion: z.enum(PROMOTIONS).describe("When somebody who meets the rule comes in: at once, or at the monthly review"),
  demotion: demotionSchema,
};
const layerBody = z.strictObject(layerParts);
export const contributionSchema = z.strictObject({
  unit: words(20).describe("What it is counted in, such as points"),
  items: z
    .array(
      z.strictObject({
        event: selectorSchema,
        property: z.string().min(1).max(255).nullable().describe("A numeric property whose sum counts; null: each event counts as one"),
        weight: z.number().min(-1e6).max(1e6).multipleOf(0.001),
      }),
    )
    .min(1)
    .max(10),
});
const definition = {
  name: words(40),
  reviewDay: z
    .number()
    .int()
    .min(1)
    .max(REVIEW_DAY_MAX)
    .describe("Local day of the month on which the month before is reviewed, at its beginning"),
  contribution: contributionSchema.nullable(),
  layers: z
    .array(layerBody)
    .min(2)
    .max(LAYERS_MAX)
    .refine((layers) => new Set(layers.map(({ key }) => key)).size === layers.length, "Name each layer once")
    .describe("From the top down: a person is in the first to which they are appointed, else in the first in which they stand"),
};
type Counted = {
  readonly contribution: unknown;
  readonly layers: readonly { readonly demotion: { readonly minimum: unknown } }[];
};
const countsMinimum = ({ contribution, layers }: Counted): boolean =>
  contribution !== null || layers.every(({ demotion }) => demotion.minimum === null);
const COUNTS_MINIMUM = { path: ["contribution"], message: "A layer has a monthly minimum: say what a contribution is" };
export const pyramidBodySchema = z.strictObject(definition).refine(countsMinimum, COUNTS_MINIMUM);
const basedOn = z
  .number()
  .int()
  .min(0)
  .optional()
  .describe("The version that was changed, 0 for a pyramid that is to be made; refused when somebody else was faster");
export type PyramidBody = z.output<typeof pyramidBodySchema>;

export const ownerSchema = z.object({ operatorId: z.string(), name: z.string().describe("E-mail where there is no name") });
export const layerSchema = z.object({
  ...layerParts,
  owners: z.array(ownerSchema).describe("Those who are still members"),
  segment: segmentIdSchema.describe("Those in the layer: people can be listed and exported by it, and conditions can name it"),
  people: z.number().int(),
  appointed: z.number().int().describe("People appointed to it now"),
  live: segmentLiveSchema,
});
export const pyramidSchema = z.object({
  key: z.string(),
  trait: z.string().describe("The trait of people that holds the key of their layer"),
  class: z.string().describe("Its class: `getClassFlow` and `listClassMoves` take it"),
  ...definition,
  layers: z.array(layerSchema),
  live: z.boolean().describe("False while people are being sorted for the first time, or anew"),
  nextReview: z.object({ month: z.string().describe("YYYY-MM, the month that is reviewed"), at: z.string() }),
  version: z.number().int().describe("Grows with every change of layers and rules"),
  createdAt: z.string(),
  createdBy: z.string(),
});
export type PyramidView = z.output<typeof pyramidSchema>;
export type LayerView = z.output<typeof layerSchema>;

const params = workspaceParams.extend({ pyramid: z.string().max(40) });
const base = "/api/workspaces/:workspace/pyramids";

export const listPyramids = route({
  id: "listPyramids",
  tag: "Pyramids",
  summary: "Pyramids of people with their layers, from the top down",
  method: "GET",
  path: base,
  access: "people:read",
  params: workspaceParams,
  response: z.object({ items: z.array(pyramidSchema) }),
});
export const listPyramidTemplates = route({
  id: "listPyramidTemplates",
  tag: "Pyramids",
  summary: "Five-layer pyramids for content communities and for shops, made of the workspace's events; put one to switch it on",
  method: "GET",
  path: "/api/workspaces/:workspace/pyramid-templates",
  access: "people:read",
  params: workspaceParams,
  query: z.object({ language: z.enum(["zh", "en"]).default("zh").describe("Of roles, playbooks, benefits and tags") }),
  response: z.object({ items: z.array(z.object({ kind: z.enum(PYRAMID_TEMPLATE_KINDS), key: z.string(), body: pyramidBodySchema })) }),
});
export const listPyramidOwners = route({
  id: "listPyramidOwners",
  tag: "Pyramids",
  summary: "Members who can answer for a layer, or care for its people",
  method: "GET",
  path: "/api/workspaces/:workspace/pyramid-owners",
  access: "people:read",
  params: workspaceParams,
  response: z.object({ items: z.array(ownerSchema) }),
});
export const getPyramid = route({
  id: "getPyramid",
  tag: "Pyramids",
  summary: "One pyramid",
  method: "GET",
  path: `${base}/:pyramid`,
  access: "people:read",
  params,
  response: pyramidSchema,
});
export const putPyramid = route({
  id: "putPyramid",
  tag: "Pyramids",
  summary: "Make a pyramid, or give it other layers, rules or order; layers keep their people by their keys",
  method: "PUT",
  path: `${base}/:pyramid`,
  access: "segments:write",
  params: workspaceParams.extend({ pyramid: pyramidKey }),
  body: z.strictObject({ ...definition, basedOn }).refine(countsMinimum, COUNTS_MINIMUM),
  response: pyramidSchema,
});
export const deletePyramid = route({
  id: "deletePyramid",
  tag: "Pyramids",
  summary: "Delete a pyramid with its appointments, care and history, and the trait of everyone",
  method: "DELETE",
  path: `${base}/:pyramid`,
  access: "segments:write",
  params,
  response: doneResponse,
});

export const pyramidRoutes = [listPyramids, listPyramidTemplates, listPyramidOwners, getPyramid, putPyramid, deletePyramid] as const;
