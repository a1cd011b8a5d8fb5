import { z } from "zod";
import { doneResponse, pageOf, pageQuery, route, workspaceParams } from "../route.ts";

export const signatureSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("none") }),
  z.object({ kind: z.literal("standard") }).describe("Standard Webhooks: webhook-id, webhook-timestamp, webhook-signature"),
  z
    .object({
      kind: z.literal("hmac"),
      header: z
        .string()
        .trim()
        .toLowerCase()
        .regex(/^[a-z0-9-]{1,80}$/),
      encoding: z.enum(["hex", "base64"]),
      prefix: z.string().max(20).default("").describe("What stands before the signature, e.g. sha256="),
    })
    .describe("HMAC-SHA256 of the body in one header, as GitHub and Shopify send it"),
]);
export type SignatureScheme = z.output<typeof signatureSchema>;

export const receiverSchema = z.object({
  id: z.string(),
  name: z.string(),
  path: z.string().describe("Post JSON here, on the address of this Terrace; whoever knows it may send"),
  expression: z.string().describe("JSONata: makes one event, or a list of events, of `body`, `headers` and `query`"),
  signature: signatureSchema,
  hasSecret: z.boolean(),
  state: z.enum(["active", "paused"]),
  createdAt: z.string(),
  createdBy: z.string(),
  lastAt: z.string().nullable(),
  accepted: z.number().int().describe("Events made in the last 24 hours"),
  failed: z.number().int().describe("Posts that wait because the expression did not fit them"),
});
export type ReceiverView = z.infer<typeof receiverSchema>;

const name = z.string().trim().min(1).max(80);
const expression = z.string().trim().min(1).max(20_000);
const secret = z.string().min(1).max(500);
const receiverParams = workspaceParams.extend({ receiver: z.string().max(20) });

export const listReceivers = route({
  id: "listReceivers",
  tag: "Receivers",
  summary: "Addresses that take other systems' webhooks",
  method: "GET",
  path: "/api/workspaces/:workspace/receivers",
  access: "webhooks:manage",
  params: workspaceParams,
  response: pageOf(receiverSchema),
});
export const createReceiver = route({
  id: "createReceiver",
  tag: "Receivers",
  summary: "Make an address that turns posted JSON into events",
  method: "POST",
  path: "/api/workspaces/:workspace/receivers",
  access: "webhooks:manage",
  params: workspaceParams,
  body: z.object({ name, expression, signature: signatureSchema.default({ kind: "none" }), secret: secret.optional() }),
  response: receiverSchema,
});
export const updateReceiver = route({
  id: "updateReceiver",
  tag: "Receivers",
  summary: "Change, pause or start a receiver",
  method: "PATCH",
  path: "/api/workspaces/:workspace/receivers/:receiver",
  access: "webhooks:manage",
  params: receiverParams,
  body: z.object({ name, expression, signature: signatureSchema, secret, state: z.enum(["active", "paused"]) }).partial(),
  response: receiverSchema,
});
export const deleteReceiver = route({
  id: "deleteReceiver",
  tag: "Receivers",
  summary: "Delete a receiver; its address answers 404 from then on",
  method: "DELETE",
  path: "/api/workspaces/:workspace/receivers/:receiver",
  access: "webhooks:manage",
  params: receiverParams,
  response: doneResponse,
});

export const tryReceiver = route({
  id: "tryReceiver",
  tag: "Receivers",
  summary: "What an expression makes of a body; nothing is stored",
  method: "POST",
  path: "/api/workspaces/:workspace/receivers/try",
  access: "webhooks:manage",
  params: workspaceParams,
  body: z.object({ expression, body: z.string().max(1_000_000).describe("JSON text") }),
  response: z.object({
    items: z.string().describe("What the expression gives, as JSON text"),
    events: z.array(z.object({ name: z.string(), accepted: z.boolean(), problem: z.string().describe("Why it would go to quarantine") })),
  }),
});

export const callSchema = z.object({
  id: z.string(),
  at: z.string(),
  state: z.enum(["accepted", "failed"]),
  accepted: z.number().int(),
  rejected: z.number().int().describe("Events that went to quarantine"),
  error: z.string().describe("Why the expression gave no events"),
  body: z.string(),
});
export const listReceiverCalls = route({
  id: "listReceiverCalls",
  tag: "Receivers",
  summary: "What was posted lately: failed ones are kept for 30 days, the others for a day",
  method: "GET",
  path: "/api/workspaces/:workspace/receivers/:receiver/calls",
  access: "webhooks:manage",
  params: receiverParams,
  query: pageQuery.extend({ limit: z.coerce.number().int().min(1).max(50).default(10), state: z.enum(["accepted", "failed"]).optional() }),
  response: pageOf(callSchema),
});
export const replayReceiverCalls = route({
  id: "replayReceiverCalls",
  tag: "Receivers",
  summary: "Turn the posts that failed into events with the present expression",
  method: "POST",
  path: "/api/workspaces/:workspace/receivers/:receiver/replay",
  access: "webhooks:manage",
  params: receiverParams,
  response: z.object({ replayed: z.number().int(), stillFailing: z.number().int() }),
});

export const receiverRoutes = [
  listReceivers,
  createReceiver,
  updateReceiver,
  deleteReceiver,
  tryReceiver,
  listReceiverCalls,
  replayReceiverCalls,
] as const;
