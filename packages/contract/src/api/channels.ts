import { MESSAGE_CHANNELS, PROVIDER_KINDS } from "@terrace/domain/messages/channel";
import { z } from "zod";
import { doneResponse, pageOf, pageQuery, route, workspaceParams } from "../route.ts";
import { providerSettingsSchema } from "./channel-settings.ts";

const channel = z.enum(MESSAGE_CHANNELS);
const kind = z.enum([...new Set(Object.values(PROVIDER_KINDS).flat())]);
const name = z.string().trim().min(1).max(80);
const ratePerSecond = z.int().min(1).max(10_000).nullable().describe("Messages handed over per second at most; null: as fast as it goes");
const secrets = z
  .record(z.string().max(40), z.string().min(1).max(10_000))
  .describe("By name, as `secretNames` of the provider's kind lists them; never given back");
const providerParams = workspaceParams.extend({ provider: z.string().max(20) });

export const channelProviderSchema = z.object({
  id: z.string(),
  channel,
  kind,
  name,
  state: z.enum(["on", "off"]),
  isDefault: z.boolean().describe("Carries messages of its channel"),
  ratePerSecond,
  settings: providerSettingsSchema,
  secretsSet: z.array(z.string()).describe("Names of the secrets that are kept"),
  secretsAt: z.string().describe("When a secret was last changed"),
  receiptPath: z.string().nullable().describe("Path of the address at which the provider posts its receipts; null where it posts none"),
  repeating: z.enum(["idempotent", "queryable", "neither"]).describe("What the provider allows after an attempt of unknown end"),
  createdBy: z.string(),
  createdAt: z.string(),
});
export type ChannelProvider = z.infer<typeof channelProviderSchema>;

export const listChannelProviders = route({
  id: "listChannelProviders",
  tag: "Channels",
  summary: "Who carries messages, by channel",
  method: "GET",
  path: "/api/workspaces/:workspace/channels/providers",
  access: "channels:manage",
  params: workspaceParams,
  response: pageOf(channelProviderSchema),
});
export const createChannelProvider = route({
  id: "createChannelProvider",
  tag: "Channels",
  summary: "Add a provider; the first of a channel becomes its default",
  method: "POST",
  path: "/api/workspaces/:workspace/channels/providers",
  access: "channels:manage",
  params: workspaceParams,
  body: z.strictObject({
    name,
    channel,
    settings: providerSettingsSchema,
    secrets: secrets.default({}),
    ratePerSecond: ratePerSecond.default(null),
  }),
  response: z.object({
    provider: channelProviderSchema,
    signingSecret: z.string().nullable().describe("Signs calls to webhooks; shown this one time"),
  }),
});
export const updateChannelProvider = route({
  id: "updateChannelProvider",
  tag: "Channels",
  summary: "Change a provider. Secrets left out stay, unless messages would go somewhere else",
  method: "PATCH",
  path: "/api/workspaces/:workspace/channels/providers/:provider",
  access: "channels:manage",
  params: providerParams,
  body: z.strictObject({
    name: name.optional(),
    state: z.enum(["on", "off"]).optional(),
    isDefault: z.literal(true).optional().describe("Takes the place of the default there was"),
    ratePerSecond: ratePerSecond.optional(),
    settings: providerSettingsSchema.optional(),
    secrets: secrets.optional(),
  }),
  response: channelProviderSchema,
});
export const deleteChannelProvider = route({
  id: "deleteChannelProvider",
  tag: "Channels",
  summary: "Delete a provider with its secrets, and what a sandbox kept",
  method: "DELETE",
  path: "/api/workspaces/:workspace/channels/providers/:provider",
  access: "channels:manage",
  params: providerParams,
  response: doneResponse,
});
export const rotateChannelSecret = route({
  id: "rotateChannelSecret",
  tag: "Channels",
  summary: "Make a new receipt address, or a new signing secret beside which the old one signs for 24 hours",
  method: "POST",
  path: "/api/workspaces/:workspace/channels/providers/:provider/rotate",
  access: "channels:manage",
  params: providerParams,
  body: z.strictObject({ what: z.enum(["receipt_path", "signing_secret"]) }),
  response: z.object({ provider: channelProviderSchema, signingSecret: z.string().nullable() }),
});

export const sendOutcomeSchema = z.object({
  outcome: z.enum(["accepted", "refused", "retry", "unknown"]),
  code: z.string().describe("What the provider said, such as `wechat_43101`; empty when accepted"),
  addressFault: z.enum(["invalid", "unsubscribed", "blocked"]).nullable(),
  providerRef: z.string().nullable(),
});
export const testChannelProvider = route({
  id: "testChannelProvider",
  tag: "Channels",
  summary: "Send a test message to an address now, and tell how it went",
  method: "POST",
  path: "/api/workspaces/:workspace/channels/providers/:provider/test",
  access: "channels:manage",
  params: providerParams,
  body: z.strictObject({
    to: z
      .string()
      .trim()
      .min(1)
      .max(4_000)
      .describe("E-mail address, number in E.164, push token, openid … as the channel has it; kept nowhere"),
    text: z.string().trim().min(1).max(1_000),
    template: z
      .strictObject({
        id: z.string().trim().min(1).max(100),
        params: z.array(z.tuple([z.string().max(60), z.string().max(500)])).max(20),
      })
      .optional()
      .describe("The provider's own template, where it sends only registered texts"),
  }),
  response: sendOutcomeSchema,
});

export const sandboxMessageSchema = z.object({
  id: z.string(),
  providerId: z.string(),
  channel,
  reference: z.string(),
  to: z.string().describe("Masked"),
  at: z.string(),
});
export const listSandboxMessages = route({
  id: "listSandboxMessages",
  tag: "Channels",
  summary: "What sandboxes kept instead of sending it, newest first; for 7 days",
  method: "GET",
  path: "/api/workspaces/:workspace/channels/sandbox",
  access: "channels:manage",
  params: workspaceParams,
  query: pageQuery,
  response: pageOf(sandboxMessageSchema),
});
export const getSandboxMessage = route({
  id: "getSandboxMessage",
  tag: "Channels",
  summary: "One message of a sandbox as it would have been handed over; the look is put on record",
  method: "GET",
  path: "/api/workspaces/:workspace/channels/sandbox/:message",
  access: "channels:manage",
  params: workspaceParams.extend({ message: z.string().max(20) }),
  response: sandboxMessageSchema.extend({ message: z.record(z.string(), z.unknown()) }),
});

export const channelProviderRoutes = [
  listChannelProviders,
  createChannelProvider,
  updateChannelProvider,
  deleteChannelProvider,
  rotateChannelSecret,
  testChannelProvider,
  listSandboxMessages,
  getSandboxMessage,
] as const;
