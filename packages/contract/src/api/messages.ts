import { IDENTITY_KINDS } from "@terrace/domain/identity/identity-kinds";
import { MESSAGE_STATES } from "@terrace/domain/messages/message";
import { z } from "zod";
import { pageOf, pageQuery, route, workspaceParams } from "../route.ts";
import { messageChannelSchema } from "./templates-content.ts";

const MESSAGES = "/api/workspaces/:workspace/messages";
const ASKED_AT_ONCE = 500;
const VARIABLES_MAX = 16_384;

const key = z.string().min(1).max(200).describe("Names the message in the workspace: the same key asks for it once. Kept as a hash");
const source = z.enum(["journey", "broadcast", "api", "test"]);
const state = z.enum(MESSAGE_STATES);
const details = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).describe("Figures that explain it");
const instant = z.iso.datetime({ offset: true });

const asked = z.strictObject({
  key,
  person: z
    .strictObject({ kind: z.enum([...IDENTITY_KINDS, "person"]), value: z.string().min(1).max(255) })
    .describe("`person` names by the person's id"),
  template: z.string().max(20).describe("Id of a published template; it says the channel, and whether the message is transactional"),
  version: z.int().min(1).optional().describe("A published version; without it the one that is in force when it goes out"),
  purpose: z.string().min(1).max(40).optional().describe("Without it the template's"),
  tags: z.array(z.string().trim().min(1).max(40)).max(10).optional().describe("Without them the template's"),
  priority: z.int().min(1).max(9).default(5).describe("9 goes first"),
  variables: z
    .record(z.string().max(255), z.json())
    .default({})
    .refine((all) => JSON.stringify(all).length <= VARIABLES_MAX, `At most ${VARIABLES_MAX} characters of JSON`)
    .describe("What the template names as `event`; kept encrypted"),
  notBefore: instant.optional(),
  expiresAt: instant.optional().describe("Without it a week later, of what is transactional a day"),
});

export const askForMessages = route({
  id: "askForMessages",
  tag: "Messages",
  summary: "Ask for messages: each is decided by the governor when it is due and handed over once; all of them are taken or none",
  method: "POST",
  path: MESSAGES,
  access: "touch:approve",
  params: workspaceParams,
  body: z.strictObject({
    source: z.string().trim().min(1).max(60).default("api").describe("What asks, so that its messages can be listed and taken back"),
    messages: z.array(asked).min(1).max(ASKED_AT_ONCE),
  }),
  response: z.object({
    items: z.array(z.object({ key: z.string(), id: z.string(), isNew: z.boolean().describe("false: the key was asked for before") })),
  }),
});

export const messageSchema = z.object({
  id: z.string(),
  reference: z.string().describe("What events and providers name it by"),
  askedAt: z.string(),
  person: z.object({ id: z.string(), displayName: z.string() }).nullable().describe("null: nobody has the id any more"),
  channel: messageChannelSchema,
  template: z.string(),
  version: z.int().nullable().describe("Of the template: the one that was sent, or that was asked for"),
  purpose: z.string(),
  tags: z.array(z.string()),
  transactional: z.boolean(),
  priority: z.int(),
  source: z.object({ kind: source, id: z.string(), part: z.string(), run: z.string() }),
  state,
  reason: z.string().describe("Why it stands where it does: the governor's reason, or a provider's code"),
  rule: z.string().nullable(),
  details,
  dueAt: z.string().nullable().describe("When it is decided, or looked after, next"),
  letGoAt: z.string().nullable(),
  finishedAt: z.string().nullable(),
  expiresAt: z.string().nullable(),
  provider: z.string().nullable(),
  attempts: z.int(),
});
export type MessageView = z.infer<typeof messageSchema>;

export const listMessages = route({
  id: "listMessages",
  tag: "Messages",
  summary: "Messages with where they stand and why, the newest first",
  method: "GET",
  path: MESSAGES,
  access: "people:read",
  params: workspaceParams,
  query: pageQuery.extend({
    person: z.string().max(20).optional().describe("Id of the person, or any of their ids' numbers"),
    channel: messageChannelSchema.optional(),
    state: state.optional(),
    reason: z.string().max(60).optional(),
    template: z.string().max(20).optional(),
    source: source.optional(),
    sourceId: z.string().max(60).optional(),
    from: instant.optional().describe("When it was asked for"),
    to: instant.optional().describe("Not part of it"),
  }),
  response: pageOf(messageSchema),
});

const note = z.object({
  at: z.string(),
  what: z
    .string()
    .describe("send, defer, block: the governor's; accepted, refused, retry, unknown: of a try; the rest are receipts and ends"),
  reason: z.string(),
  rule: z.string().nullable(),
  details,
});
export type MessageNote = z.infer<typeof note>;

export const getMessage = route({
  id: "getMessage",
  tag: "Messages",
  summary: "A message with its story: what was decided, tried and told, line by line",
  method: "GET",
  path: `${MESSAGES}/:message`,
  access: "people:read",
  params: workspaceParams.extend({ message: z.string().max(20) }),
  response: messageSchema.extend({ notes: z.array(note).describe("The oldest first") }),
});
export type MessageStory = z.infer<(typeof getMessage)["response"]>;

const keys = z.array(key).min(1).max(ASKED_AT_ONCE);
export const readMessageStates = route({
  id: "readMessageStates",
  tag: "Messages",
  summary: "Where messages stand that were asked for over the API, by their keys; unknown ones are left out",
  method: "POST",
  path: `${MESSAGES}/states`,
  access: "touch:write",
  params: workspaceParams,
  body: z.strictObject({ keys }),
  response: z.object({ items: z.array(z.object({ key: z.string(), state, reason: z.string() })) }),
});
export const cancelMessages = route({
  id: "cancelMessages",
  tag: "Messages",
  summary: "Take back messages that still wait: those of some keys, or all that a source asked for over the API",
  method: "POST",
  path: `${MESSAGES}/cancel`,
  access: "touch:write",
  params: workspaceParams,
  body: z.union([z.strictObject({ keys }), z.strictObject({ source: z.string().trim().min(1).max(60) })]),
  response: z.object({ cancelled: z.int() }),
});

export const messageRoutes = [askForMessages, listMessages, getMessage, readMessageStates, cancelMessages] as const;
