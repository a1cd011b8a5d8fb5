import { CLASS_TEMPLATE_KINDS } from "@terrace/domain/classes/class-templates";
import { CLASS_KEY } from "@terrace/domain/traits/computed-traits";
import { z } from "zod";
import { doneResponse, route, workspaceParams } from "../route.ts";
import { personConditionSchema } from "./insight-conditions.ts";
import { personIdSchema, personRowSchema } from "./people.ts";
import { segmentIdSchema, segmentLiveSchema } from "./segments.ts";

export const CLASS_VALUES_MAX = 12;
/** People listed behind a flow at once. */
export const FLOW_PEOPLE_MAX = 1_000;

const classKey = z
  .string()
  .regex(CLASS_KEY, "Use `stage`, `value_layer`, or `class_` and up to 30 small letters, digits and underscores")
  .describe("The trait that holds the value is called `$` and this key");
const valueKey = z.string().regex(/^[a-z][a-z0-9_]{0,39}$/, "Use a small letter, then up to 39 small letters, digits and underscores");
const name = z.string().trim().min(1).max(80);
const valueSchema = z.strictObject({
  value: valueKey.describe("What the trait holds"),
  name,
  rule: personConditionSchema.nullable().describe("Null: whoever meets none of the rules before; only the last value may be so"),
});
const definition = {
  name,
  values: z
    .array(valueSchema)
    .min(1)
    .max(CLASS_VALUES_MAX)
    .refine((values) => new Set(values.map(({ value }) => value)).size === values.length, "Name each value once")
    .refine((values) => values.slice(0, -1).every(({ rule }) => rule !== null), "Only the last value may be without a rule")
    .refine((values) => values[0]?.rule !== null, "The first value needs a rule")
    .describe("In order: a person has the first whose rule they meet"),
};

export const classSchema = z.object({
  key: z.string(),
  trait: z.string().describe("The trait of people that holds the value"),
  name: z.string(),
  live: z.boolean().describe("False while people are being sorted for the first time, or anew"),
  values: z.array(
    z.object({
      value: z.string(),
      name: z.string(),
      rule: personConditionSchema.nullable(),
      segment: segmentIdSchema.describe("Those who have the value: people can be listed by it, conditions can name it"),
      people: z.number().int(),
      live: segmentLiveSchema,
    }),
  ),
  createdAt: z.string(),
  createdBy: z.string(),
});
export type ClassView = z.infer<typeof classSchema>;

const classParams = workspaceParams.extend({ class: z.string().max(40) });

export const listClasses = route({
  id: "listClasses",
  tag: "Classes",
  summary: "Classes of people: lifecycle stages, value layers, own ones",
  method: "GET",
  path: "/api/workspaces/:workspace/classes",
  access: "people:read",
  params: workspaceParams,
  response: z.object({ items: z.array(classSchema) }),
});
export const listClassTemplates = route({
  id: "listClassTemplates",
  tag: "Classes",
  summary: "Lifecycle and value layers with the usual rules, made of the workspace's business events; put one to switch it on",
  method: "GET",
  path: "/api/workspaces/:workspace/class-templates",
  access: "people:read",
  params: workspaceParams,
  query: z.object({ kind: z.enum(CLASS_TEMPLATE_KINDS).default("shop"), language: z.enum(["zh", "en"]).default("zh") }),
  response: z.object({ items: z.array(z.object({ key: z.string(), name: z.string(), values: z.array(valueSchema) })) }),
});
export const getClass = route({
  id: "getClass",
  tag: "Classes",
  summary: "One class with the people of each value",
  method: "GET",
  path: "/api/workspaces/:workspace/classes/:class",
  access: "people:read",
  params: classParams,
  response: classSchema,
});
export const putClass = route({
  id: "putClass",
  tag: "Classes",
  summary: "Make a class, or give it other values and rules; values that stay keep their people until these are sorted anew",
  method: "PUT",
  path: "/api/workspaces/:workspace/classes/:class",
  access: "segments:write",
  params: workspaceParams.extend({ class: classKey }),
  body: z.strictObject(definition),
  response: classSchema,
});
export const deleteClass = route({
  id: "deleteClass",
  tag: "Classes",
  summary: "Delete a class, its history, and the trait of everyone",
  method: "DELETE",
  path: "/api/workspaces/:workspace/classes/:class",
  access: "segments:write",
  params: classParams,
  response: doneResponse,
});

const side = z.string().nullable().describe("A value; null for none");
export const getClassFlow = route({
  id: "getClassFlow",
  tag: "Classes",
  summary: "Who went from which value to which in each interval; the sizes of a value over time are those of its segment",
  method: "GET",
  path: "/api/workspaces/:workspace/classes/:class/flow",
  access: "people:read",
  params: classParams,
  query: z.object({
    from: z.iso.date().optional().describe("A local date; its whole interval is told. Default: 30 days, 26 weeks or 24 months back"),
    to: z.iso.date().optional().describe("A local date, not included. Default: tomorrow"),
    interval: z.enum(["day", "week", "month"]).default("week").describe("Weeks begin on Monday"),
  }),
  response: z.object({
    zone: z.string(),
    since: z.string().describe("When the class was made: nothing is known of before"),
    steps: z.array(
      z.object({
        fromAt: z.string(),
        toAt: z.string().describe("Not included"),
        moves: z
          .array(z.object({ from: side, to: side, people: z.number().int() }))
          .describe("People whose value at the end is not the one at the beginning, as they belong together now"),
      }),
    ),
  }),
});
export const listClassMoves = route({
  id: "listClassMoves",
  tag: "Classes",
  summary: "The people behind a flow: those who had one value at an instant and another one at a later one",
  method: "GET",
  path: "/api/workspaces/:workspace/classes/:class/moves",
  access: "people:read",
  params: classParams,
  query: z.object({
    fromAt: z.iso.datetime().describe("As a step of the flow tells it"),
    toAt: z.iso.datetime(),
    from: z.string().max(40).optional().describe("A value; left out: none"),
    to: z.string().max(40).optional().describe("A value; left out: none"),
    after: personIdSchema.optional().describe("`next` of the answer before"),
  }),
  response: z.object({
    items: z.array(personRowSchema.pick({ id: true, displayName: true })),
    next: personIdSchema.nullable().describe("Ask for those `after` it; null at the end"),
  }),
});

export const classRoutes = [listClasses, listClassTemplates, getClass, putClass, deleteClass, getClassFlow, listClassMoves] as const;
