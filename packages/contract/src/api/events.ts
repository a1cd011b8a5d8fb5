import { z } from "zod";
import { pageOf, pageQuery, route, workspaceParams } from "../route.ts";
import { personIdSchema } from "./people.ts";
import { virtualEventSchema } from "./virtual-events.ts";

const json = z.json();
export const PROPERTY_TYPES = ["string", "number", "boolean", "datetime", "array", "object", "null"] as const;
export const ENFORCEMENTS = ["accept", "flag", "quarantine"] as const;
export const propertyRuleSchema = z.object({
  type: z.enum(PROPERTY_TYPES),
  required: z.boolean().default(false),
  oneOf: z.array(z.string().max(255)).max(200).optional(),
});
export const eventSchemaSchema = z.object({
  properties: z.record(z.string().max(255), propertyRuleSchema),
  allowOthers: z.boolean().default(true),
});
export const eventPropertySchema = z.object({
  name: z.string(),
  types: z.array(z.enum(PROPERTY_TYPES)),
  firstSeenAt: z.string(),
  lastSeenAt: z.string(),
  personal: z.boolean().describe("Marked personal by an operator, or detected"),
});
export const eventDefinitionSchema = z.object({
  name: z.string(),
  displayName: z.object({ zh: z.string(), en: z.string() }).describe("Empty when not set; well-known events come with names"),
  description: z.string(),
  known: z.boolean().describe("Part of a known specification"),
  status: z.enum(["active", "hidden"]),
  enforcement: z.enum(ENFORCEMENTS),
  schema: eventSchemaSchema.nullable(),
  firstSeenAt: z.string(),
  lastSeenAt: z.string(),
  volume: z.number().int().describe("Events ever"),
  volume30Days: z.number().int(),
  flagged: z.number().int().describe("Events that did not match the schema"),
  virtual: virtualEventSchema
    .pick({ matcher: true, createdBy: true, createdAt: true })
    .nullable()
    .describe("How it is made of captured clicks; null for events that come in by this name"),
});
const definitionParams = workspaceParams.extend({ name: z.string().max(255) });
export const listEventDefinitions = route({
  id: "listEventDefinitions",
  tag: "Events",
  summary: "Event definitions, by volume",
  method: "GET",
  path: "/api/workspaces/:workspace/event-definitions",
  access: "events:read",
  params: workspaceParams,
  query: pageQuery.extend({ search: z.string().max(255).optional() }),
  response: pageOf(eventDefinitionSchema),
});
export const getEventDefinition = route({
  id: "getEventDefinition",
  tag: "Events",
  summary: "One event definition with its properties and daily volume",
  method: "GET",
  path: "/api/workspaces/:workspace/event-definitions/:name",
  access: "events:read",
  params: definitionParams,
  response: eventDefinitionSchema.extend({
    properties: z.array(eventPropertySchema),
    daily: z.array(z.object({ day: z.string(), events: z.number().int(), people: z.number().int() })),
  }),
});
export const eventTypesSchema = z.object({ typescript: z.string(), events: z.number().int() });
export const getEventTypes = route({
  id: "getEventTypes",
  tag: "Events",
  summary: "A TypeScript file with the properties of each event, for the SDK's `createTerrace<TerraceEvents>`",
  method: "GET",
  path: "/api/workspaces/:workspace/event-types",
  access: "events:read",
  params: workspaceParams,
  response: eventTypesSchema,
});
export const updateEventDefinition = route({
  id: "updateEventDefinition",
  tag: "Events",
  summary: "Change an event definition: names, description, schema, enforcement, personal properties",
  method: "PATCH",
  path: "/api/workspaces/:workspace/event-definitions/:name",
  access: "events:define",
  params: definitionParams,
  body: z
    .object({
      displayName: z.object({ zh: z.string().max(80), en: z.string().max(80) }),
      description: z.string().max(2000),
      status: z.enum(["active", "hidden"]),
      enforcement: z.enum(ENFORCEMENTS),
      schema: eventSchemaSchema.nullable(),
      personalProperties: z.array(z.string().max(255)).max(200),
    })
    .partial(),
  response: eventDefinitionSchema,
});
export const listRecentEvents = route({
  id: "listRecentEvents",
  tag: "Events",
  summary: "Stored events, newest first",
  method: "GET",
  path: "/api/workspaces/:workspace/events",
  access: "events:read",
  params: workspaceParams,
  query: pageQuery.extend({
    name: z.string().max(255).optional(),
    person: personIdSchema.optional(),
    messageId: z.string().max(255).optional(),
    from: z.iso.datetime().optional(),
    to: z.iso.datetime().optional(),
  }),
  response: pageOf(
    z.object({
      eventId: z.string(),
      messageId: z.string(),
      name: z.string(),
      time: z.string(),
      receivedAt: z.string(),
      originId: personIdSchema,
      personId: personIdSchema,
      displayName: z.string().describe("Of the person: masked name, else the strongest id, masked when personal; empty without one"),
      source: z.string(),
      virtual: z.array(z.string()).describe("Virtual events that it counts as"),
      properties: z.record(z.string(), json),
      context: z.record(z.string(), z.string()),
    }),
  ),
});

export const eventRoutes = [listEventDefinitions, getEventDefinition, getEventTypes, updateEventDefinition, listRecentEvents] as const;
