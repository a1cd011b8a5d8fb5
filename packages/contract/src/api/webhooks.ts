import { z } from "zod";
import { doneResponse, pageOf, pageQuery, route, workspaceParams } from "../route.ts";

export const webhookSchema = z.object({
  id: z.string(),
  name: z.string(),
  address: z.string().describe("Where events are posted; what follows the question mark is hidden"),
  events: z.array(z.string()).describe("Names of events; none means every event"),
  state: z.enum(["active", "paused"]),
  pausedBecause: z
    .enum(["operator", "gone", "failing"])
    .nullable()
    .describe("`gone`: the address answered 410; `failing`: nothing reached it for five days"),
  failingSince: z.string().nullable(),
  createdAt: z.string(),
  createdBy: z.string(),
  waiting: z.number().int(),
  delivered: z.number().int().describe("In the last 24 hours"),
  failed: z.number().int().describe("Given up in the last 24 hours"),
});
export type WebhookView = z.infer<typeof webhookSchema>;

const address = z.string().trim().max(2_000).describe("A whole address of the web, of https or http");
const events = z.array(z.string().trim().min(1).max(200)).max(100);
const name = z.string().trim().min(1).max(80);
const withSecret = z.object({ webhook: webhookSchema, secret: z.string().describe("Signs deliveries; shown this one time") });
const webhookParams = workspaceParams.extend({ webhook: z.string().max(20) });

export const listWebhooks = route({
  id: "listWebhooks",
  tag: "Webhooks",
  summary: "Addresses that are told of events",
  method: "GET",
  path: "/api/workspaces/:workspace/webhooks",
  access: "webhooks:manage",
  params: workspaceParams,
  response: pageOf(webhookSchema),
});
export const createWebhook = route({
  id: "createWebhook",
  tag: "Webhooks",
  summary: "Have events posted to an address, signed as the Standard Webhooks specification says",
  method: "POST",
  path: "/api/workspaces/:workspace/webhooks",
  access: "webhooks:manage",
  params: workspaceParams,
  body: z.object({ name, address, events: events.default([]) }),
  response: withSecret,
});
export const updateWebhook = route({
  id: "updateWebhook",
  tag: "Webhooks",
  summary: "Change, pause or start a webhook",
  method: "PATCH",
  path: "/api/workspaces/:workspace/webhooks/:webhook",
  access: "webhooks:manage",
  params: webhookParams,
  body: z.object({ name, address, events, state: z.enum(["active", "paused"]) }).partial(),
  response: webhookSchema,
});
export const rotateWebhookSecret = route({
  id: "rotateWebhookSecret",
  tag: "Webhooks",
  summary: "Make a new signing secret; the old one signs beside it for 24 hours",
  method: "POST",
  path: "/api/workspaces/:workspace/webhooks/:webhook/secret",
  access: "webhooks:manage",
  params: webhookParams,
  response: withSecret,
});
export const deleteWebhook = route({
  id: "deleteWebhook",
  tag: "Webhooks",
  summary: "Delete a webhook with its log",
  method: "DELETE",
  path: "/api/workspaces/:workspace/webhooks/:webhook",
  access: "webhooks:manage",
  params: webhookParams,
  response: doneResponse,
});
export const testWebhook = route({
  id: "testWebhook",
  tag: "Webhooks",
  summary: "Send a test event",
  method: "POST",
  path: "/api/workspaces/:workspace/webhooks/:webhook/test",
  access: "webhooks:manage",
  params: webhookParams,
  response: doneResponse,
});

export const deliverySchema = z.object({
  id: z.string(),
  eventName: z.string(),
  state: z.enum(["waiting", "delivered", "failed"]),
  attempts: z.number().int(),
  dueAt: z.string().nullable().describe("Of the next attempt"),
  createdAt: z.string(),
  finishedAt: z.string().nullable(),
  log: z
    .array(z.object({ at: z.string(), status: z.number().int().optional(), error: z.string().optional(), tookMs: z.number() }))
    .describe("The last attempts, oldest first"),
});

export const listWebhookDeliveries = route({
  id: "listWebhookDeliveries",
  tag: "Webhooks",
  summary: "What was sent, what waits and what failed, newest first; kept for 30 days",
  method: "GET",
  path: "/api/workspaces/:workspace/webhooks/:webhook/deliveries",
  access: "webhooks:manage",
  params: webhookParams,
  query: pageQuery.extend({ state: z.enum(["waiting", "delivered", "failed"]).optional() }),
  response: pageOf(deliverySchema),
});
export const getWebhookDelivery = route({
  id: "getWebhookDelivery",
  tag: "Webhooks",
  summary: "One delivery with its body",
  method: "GET",
  path: "/api/workspaces/:workspace/webhooks/:webhook/deliveries/:delivery",
  access: "webhooks:manage",
  params: webhookParams.extend({ delivery: z.string().max(20) }),
  response: deliverySchema.extend({ body: z.string().describe("JSON text") }),
});
export const resendWebhookDeliveries = route({
  id: "resendWebhookDeliveries",
  tag: "Webhooks",
  summary: "Send deliveries again: those named, or all that failed",
  method: "POST",
  path: "/api/workspaces/:workspace/webhooks/:webhook/deliveries/resend",
  access: "webhooks:manage",
  params: webhookParams,
  body: z.union([z.object({ ids: z.array(z.string().max(20)).min(1).max(200) }), z.object({ failed: z.literal(true) })]),
  response: z.object({ count: z.number().int() }),
});

export const webhookRoutes = [
  listWebhooks,
  createWebhook,
  updateWebhook,
  rotateWebhookSecret,
  deleteWebhook,
  testWebhook,
  listWebhookDeliveries,
  getWebhookDelivery,
  resendWebhookDeliveries,
] as const;
