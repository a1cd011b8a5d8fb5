import { z } from "zod";
import { pageOf, pageQuery, route, workspaceParams } from "../route.ts";
import { exportRoutes } from "./exports.ts";
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

export const quarantineRowSchema = z.object({
  id: z.string(),
  receivedAt: z.string(),
  source: z.string(),
  name: z.string(),
  messageId: z.string(),
  code: z.string(),
  field: z.string(),
  detail: z.string(),
  state: z.enum(["open", "replayed", "discarded"]),
});
export const listQuarantine = route({
  id: "listQuarantine",
  tag: "Quarantine",
  summary: "Events that could not be accepted, with the reason",
  method: "GET",
  path: "/api/workspaces/:workspace/quarantine",
  access: "quarantine:read",
  params: workspaceParams,
  query: pageQuery.extend({
    code: z.string().max(80).optional(),
    name: z.string().max(255).optional(),
    state: z.enum(["open", "replayed", "discarded"]).default("open"),
  }),
  response: pageOf(quarantineRowSchema).extend({
    reasons: z.array(z.object({ code: z.string(), count: z.number().int() })).describe("Of the state asked for"),
  }),
});
export const getQuarantined = route({
  id: "getQuarantined",
  tag: "Quarantine",
  summary: "One quarantined event with its payload (personal values masked)",
  method: "GET",
  path: "/api/workspaces/:workspace/quarantine/:id",
  access: "quarantine:read",
  params: workspaceParams.extend({ id: z.string().max(40) }),
  response: quarantineRowSchema.extend({ payload: z.string(), truncated: z.boolean() }),
});
const selection = z
  .object({
    ids: z.array(z.string().max(40)).max(1000).optional(),
    code: z.string().max(80).optional(),
    name: z.string().max(255).optional(),
    all: z.literal(true).optional().describe("Everything open; given alone"),
  })
  .describe("By id, everything open with this code and name, or everything open");
export const replayQuarantine = route({
  id: "replayQuarantine",
  tag: "Quarantine",
  summary: "Send quarantined events through the pipeline again",
  method: "POST",
  path: "/api/workspaces/:workspace/quarantine/replay",
  access: "quarantine:replay",
  params: workspaceParams,
  body: selection,
  response: z.object({ replayed: z.number().int(), stillBad: z.number().int() }),
});
export const discardQuarantine = route({
  id: "discardQuarantine",
  tag: "Quarantine",
  summary: "Put quarantined events aside for good",
  method: "POST",
  path: "/api/workspaces/:workspace/quarantine/discard",
  access: "quarantine:replay",
  params: workspaceParams,
  body: selection,
  response: z.object({ discarded: z.number().int() }),
});

export const liveEventSchema = z.object({
  eventId: z.string(),
  name: z.string(),
  time: z.string(),
  receivedAt: z.string(),
  personId: personIdSchema,
  displayName: z.string(),
  virtual: z.array(z.string()).describe("Virtual events that it counts as"),
  summary: z.record(z.string(), json).describe("A few telling properties"),
});
export const getLive = route({
  id: "getLive",
  tag: "Live",
  summary: "The newest events and the current rate. With `Accept: text/event-stream` the answer is a stream of the same object",
  method: "GET",
  path: "/api/workspaces/:workspace/live",
  access: "events:read",
  params: workspaceParams,
  query: z.object({ limit: z.coerce.number().int().min(1).max(100).default(30) }),
  response: z.object({
    events: z.array(liveEventSchema),
    perSecond: z.number().describe("Mean of the last 10 s"),
    today: z.number().int(),
    lagMs: z.number().nullable().describe("From receipt to queryable, newest batch seen while the feed was watched; null before one"),
    quarantineOpen: z.number().int(),
  }),
});
export const getOverview = route({
  id: "getOverview",
  tag: "Live",
  summary: "Figures of the home page over a period, with the period before it",
  method: "GET",
  path: "/api/workspaces/:workspace/overview",
  access: "events:read",
  params: workspaceParams,
  query: z.object({
    days: z.coerce.number().int().min(1).max(365).default(30),
    until: z.iso
      .date()
      .optional()
      .describe(
        "Last day, inclusive, in the workspace's time zone; default: the newest day with events; while only a handful of events came now and then since data of long ago, the last day of those",
      ),
  }),
  response: z.object({
    from: z.string(),
    to: z.string(),
    toReason: z
      .enum(["asked", "today", "newest", "before_few"])
      .describe("Why the period ends there: as asked; today; the newest day with events; the last day before a few events of late"),
    dataFrom: z.string().nullable(),
    dataTo: z.string().nullable(),
    people: z.number().int(),
    figures: z.array(
      z.object({
        id: z.enum(["events", "active_people", "new_people", "orders", "revenue_minor"]),
        value: z.number(),
        previous: z.number(),
        series: z.array(z.object({ day: z.string(), value: z.number() })),
      }),
    ),
    topEvents: z.array(z.object({ name: z.string(), events: z.number().int(), people: z.number().int() })),
    currency: z.string(),
    ordersInOtherCurrency: z
      .number()
      .int()
      .describe("Orders of the period in another currency than the workspace's: they count as orders, their amounts are in no figure"),
  }),
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
export const getFeedStatus = route({
  id: "getFeedStatus",
  tag: "Operate",
  summary: "Lag of every consumer of the feed",
  method: "GET",
  path: "/api/workspaces/:workspace/feed",
  access: "events:read",
  params: workspaceParams,
  response: z.object({ consumers: z.array(z.object({ name: z.string(), lagEvents: z.number().int(), lagSeconds: z.number() })) }),
});
export const replayFeed = route({
  id: "replayFeed",
  tag: "Operate",
  summary: "Make one consumer read the feed again from a time; `warehouse` writes only what the event engine lacks",
  method: "POST",
  path: "/api/workspaces/:workspace/feed/replay",
  access: "workspace:manage",
  params: workspaceParams,
  body: z.object({ consumer: z.string().max(80), from: z.iso.datetime({ offset: true }) }),
  response: z.object({ setBack: z.number().int().describe("Batches or lanes that are read again") }),
});

export const dataRoutes = [
  listEventDefinitions,
  getEventDefinition,
  getEventTypes,
  updateEventDefinition,
  listQuarantine,
  getQuarantined,
  replayQuarantine,
  discardQuarantine,
  getLive,
  getOverview,
  listRecentEvents,
  getFeedStatus,
  replayFeed,
  ...exportRoutes,
] as const;
