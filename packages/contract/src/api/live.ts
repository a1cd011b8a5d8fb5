import { z } from "zod";
import { route, workspaceParams } from "../route.ts";
import { personIdSchema } from "./people.ts";

const json = z.json();
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

export const liveRoutes = [getLive, getOverview] as const;
