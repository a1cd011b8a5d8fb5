import { PATH_MATCHES, SELECTOR_MATCHES, TEXT_MATCHES, type VirtualMatcher } from "@terrace/domain/event/virtual-event";
import { z } from "zod";
import { doneResponse, route, workspaceParams } from "../route.ts";

/** Virtual events of a workspace; each costs a condition per click that is counted. */
export const VIRTUAL_EVENTS_MAX = 100;
/** Looks at several matchers at once. */
export const MATCHERS_MAX = 8;

const value = z.string().min(1).max(1_024);
export const virtualMatcherSchema = z
  .object({
    selector: z.object({ match: z.enum(SELECTOR_MATCHES), value }).optional(),
    text: z.object({ match: z.enum(TEXT_MATCHES), value: z.string().min(1).max(255) }).optional(),
    path: z.object({ match: z.enum(PATH_MATCHES), value }).optional(),
  })
  .refine(({ selector, text }) => selector !== undefined || text !== undefined, { message: "Give a selector or a text" })
  .describe(
    "Which captured clicks count; every part given must hold, and one of selector and text is given",
  ) satisfies z.ZodType<VirtualMatcher>;

/** A name of a virtual event: what operators read, in their own words. */
export const virtualNameSchema = z
  .string()
  .trim()
  .min(1)
  .max(80)
  .regex(/^[^$,\p{Cc}][^,\p{Cc}]*$/u, "Begin with something else than $, and use no comma");

export const virtualEventSchema = z.object({
  name: z.string(),
  description: z.string(),
  matcher: virtualMatcherSchema,
  createdBy: z.string(),
  createdAt: z.string(),
});
const countedSchema = virtualEventSchema.extend({
  volume: z.number().int().describe("Events ever, also from before it was defined"),
  volume30Days: z.number().int(),
  lastSeenAt: z.string().nullable(),
});

export const listVirtualEvents = route({
  id: "listVirtualEvents",
  tag: "Events",
  summary: "Virtual events: names given to captured clicks, with their counts from history",
  method: "GET",
  path: "/api/workspaces/:workspace/virtual-events",
  access: "events:read",
  params: workspaceParams,
  response: z.object({ items: z.array(countedSchema) }),
});
export const createVirtualEvent = route({
  id: "createVirtualEvent",
  tag: "Events",
  summary: "Give a name to captured clicks that match; it counts from history too",
  method: "POST",
  path: "/api/workspaces/:workspace/virtual-events",
  access: "events:define",
  params: workspaceParams,
  body: z.object({ name: virtualNameSchema, description: z.string().max(2000).default(""), matcher: virtualMatcherSchema }),
  response: virtualEventSchema,
});
export const deleteVirtualEvent = route({
  id: "deleteVirtualEvent",
  tag: "Events",
  summary: "Take the name away; the captured clicks stay",
  method: "DELETE",
  path: "/api/workspaces/:workspace/virtual-events/:name",
  access: "events:define",
  params: workspaceParams.extend({ name: z.string().max(255) }),
  response: doneResponse,
});
export const openVisualSession = route({
  id: "openVisualSession",
  tag: "Events",
  summary: "A link that opens a page of yours for defining events on it, valid for 30 minutes, for whoever is signed in",
  method: "POST",
  path: "/api/workspaces/:workspace/visual-sessions",
  access: "events:define",
  params: workspaceParams,
  body: z.object({ url: z.string().max(2_048).describe("Address of a page that has the browser client") }),
  response: z.object({ url: z.string(), origin: z.string(), expiresAt: z.string() }),
});

export const virtualEventRoutes = [listVirtualEvents, createVirtualEvent, deleteVirtualEvent, openVisualSession] as const;
