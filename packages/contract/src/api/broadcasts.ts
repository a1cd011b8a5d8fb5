import { CONSENT_WORD } from "@terrace/domain/consent/purposes";
import { BROADCAST_STATES, BROADCAST_VARIANTS_MAX, TEST_WHOLE } from "@terrace/domain/broadcasts/broadcast";
import { MESSAGE_CHANNELS } from "@terrace/domain/messages/channel";
import { MESSAGE_STATES } from "@terrace/domain/messages/message";
import { z } from "zod";
import { pageOf, pageQuery, route, workspaceParams } from "../route.ts";
import { segmentIdSchema } from "./segments.ts";

export const BROADCASTS_MAX = 2_000;
const DAY_MINUTES = 1_440;
const idSchema = z.string().regex(/^[1-9]\d{0,17}$/);
const instant = z.string();
const name = z.string().trim().min(1).max(80);
const note = z.string().trim().max(500).default("").describe("Why");
const time = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, "Give a time as HH:MM")
  .describe("Local time of the day");

const variantSchema = z.strictObject({
  key: z
    .string()
    .regex(/^[a-z0-9][a-z0-9_-]{0,19}$/, "Use up to 20 small letters, digits, underscores and hyphens, a letter or digit first"),
  name: z.string().trim().max(80).default(""),
  template: z.string().max(40),
  templateVersion: z.number().int().min(1).nullable().default(null).describe("null: the one in force when it is sent"),
});
const testSchema = z.strictObject({
  share: z
    .number()
    .int()
    .min(1)
    .max(TEST_WHOLE - 1)
    .describe(`So many of ${TEST_WHOLE} people get the variants, evenly; the others get the best`),
  by: z.enum(["opened", "clicked"]).describe("What the best is chosen by: the share of the people sent to who did it"),
  afterMinutes: z
    .number()
    .int()
    .min(1)
    .max(7 * DAY_MINUTES)
    .describe("How long is waited after the last of the tested was asked for"),
});
const windowSchema = z
  .strictObject({
    from: time,
    to: time.describe("Exclusive, and later than `from`"),
    weekdays: z.array(z.number().int().min(1).max(7)).max(7),
  })
  .refine(({ from, to }) => from < to, { path: ["to"], message: "Give a time later than `from`" });

export const broadcastDefinitionSchema = z
  .strictObject({
    segment: segmentIdSchema.describe("Everybody who is in it when the broadcast begins"),
    without: segmentIdSchema.nullable().default(null).describe("Except who is in this one then"),
    channel: z.enum(MESSAGE_CHANNELS),
    purpose: z.string().regex(CONSENT_WORD, "Give the key of a purpose"),
    priority: z.number().int().min(1).max(9).default(3),
    tags: z.array(z.string().trim().min(1).max(60)).max(10).default([]),
    variants: z.array(variantSchema).min(1).max(BROADCAST_VARIANTS_MAX),
    test: testSchema.nullable().default(null),
    begins: z
      .string()
      .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/, "Give a time as 2026-07-01T09:00")
      .nullable()
      .default(null)
      .describe("In the workspace's zone; null: as soon as it is approved"),
    window: windowSchema.nullable().default(null).describe("In the workspace's zone; people's own nights are the governor's matter"),
    perMinute: z.number().int().min(1).max(1_000_000).nullable().default(null).describe("null: as fast as it goes"),
    expiresAfterHours: z.number().int().min(1).max(720).default(72).describe("Whoever could not be told for so long is not told any more"),
  })
  .refine(({ variants }) => new Set(variants.map(({ key }) => key)).size === variants.length, {
    path: ["variants"],
    message: "Give each variant a key of its own",
  })
  .refine(({ variants, test }) => variants.length > 1 === (test !== null), {
    path: ["test"],
    message: "Give a test with more than one variant, and none with one",
  });

export const broadcastStateSchema = z
  .enum(BROADCAST_STATES)
  .describe("stopped: nothing is let go, what waited was taken back, and it may go on; cancelled: the same for good");
export const broadcastSchema = z.object({
  id: idSchema,
  name: z.string(),
  state: broadcastStateSchema,
  edition: z.number().int().describe("Grows with each change"),
  createdAt: instant,
  createdBy: z.string(),
  approvedBy: z.string().nullable(),
  beginsAt: instant.nullable(),
  beganAt: instant.nullable(),
  endedAt: instant.nullable(),
  audience: z.number().int().nullable().describe("People it goes to; null: it did not begin"),
  asked: z.number().int().describe("Of them, how many were given to the governor"),
  waitsUntil: instant.nullable().describe("When it goes on, where a window is closed or a test is awaited"),
});
export type BroadcastRow = z.infer<typeof broadcastSchema>;
export const broadcastDetailSchema = broadcastSchema.extend({
  definition: broadcastDefinitionSchema,
  tested: z.number().int().describe("People who get the variants before the others"),
  winner: z
    .object({
      key: z.string(),
      chosenBy: z.string().nullable().describe("null: by the figures"),
      counts: z.array(z.object({ key: z.string(), sent: z.number().int(), did: z.number().int(), best: z.number() })),
    })
    .nullable(),
});
export type BroadcastDetail = z.infer<typeof broadcastDetailSchema>;

const faultSchema = z.object({ field: z.string(), code: z.string(), text: z.string() });
const figuresSchema = z.object({
  states: z.array(z.object({ variant: z.string(), state: z.enum(MESSAGE_STATES), reason: z.string(), messages: z.number().int() })),
  done: z.array(
    z.object({
      variant: z.string(),
      sent: z.number().int(),
      delivered: z.number().int(),
      opened: z.number().int(),
      clicked: z.number().int(),
      bounced: z.number().int(),
      complained: z.number().int(),
      unsubscribed: z.number().int(),
    }),
  ),
});
export type BroadcastFigures = z.infer<typeof figuresSchema>;

export const BROADCASTS = "/api/workspaces/:workspace/broadcasts";
const broadcasts = { tag: "Broadcasts" } as const;
const oneParams = workspaceParams.extend({ broadcast: idSchema });
const move = (id: string, verb: string, access: "touch:write" | "touch:approve", summary: string) =>
  route({
    ...broadcasts,
    id,
    summary,
    method: "POST",
    path: `${BROADCASTS}/:broadcast/${verb}`,
    access,
    params: oneParams,
    body: z.strictObject({ note }),
    response: broadcastDetailSchema,
  });

export const listBroadcasts = route({
  ...broadcasts,
  id: "listBroadcasts",
  summary: "Broadcasts, the newest first",
  method: "GET",
  path: BROADCASTS,
  access: "events:read",
  params: workspaceParams,
  query: pageQuery,
  response: pageOf(broadcastSchema),
});
export const getBroadcast = route({
  ...broadcasts,
  id: "getBroadcast",
  summary: "A broadcast with its definition, and which variant won",
  method: "GET",
  path: `${BROADCASTS}/:broadcast`,
  access: "events:read",
  params: oneParams,
  response: broadcastDetailSchema,
});
export const createBroadcast = route({
  ...broadcasts,
  id: "createBroadcast",
  summary: "Begin a broadcast as a draft",
  method: "POST",
  path: BROADCASTS,
  access: "touch:write",
  params: workspaceParams,
  body: z.strictObject({ name, definition: broadcastDefinitionSchema }),
  response: broadcastDetailSchema,
});
export const saveBroadcast = route({
  ...broadcasts,
  id: "saveBroadcast",
  summary: "Change a broadcast that is not approved; what was under review is a draft again",
  method: "PUT",
  path: `${BROADCASTS}/:broadcast`,
  access: "touch:write",
  params: oneParams,
  body: z.strictObject({
    name,
    definition: broadcastDefinitionSchema,
    baseEdition: z.number().int().describe("The edition that was seen: if there is a newer one by now, nothing is overwritten"),
  }),
  response: broadcastDetailSchema,
});
export const deleteBroadcast = route({
  ...broadcasts,
  id: "deleteBroadcast",
  summary: "Delete a broadcast that was never approved",
  method: "DELETE",
  path: `${BROADCASTS}/:broadcast`,
  access: "touch:write",
  params: oneParams,
  response: z.object({}),
});
export const checkBroadcast = route({
  ...broadcasts,
  id: "checkBroadcast",
  summary: "Everything that keeps a definition from being sent, by field, without saving it",
  method: "POST",
  path: `${BROADCASTS}/check`,
  access: "touch:write",
  params: workspaceParams,
  body: z.strictObject({ definition: broadcastDefinitionSchema }),
  response: z.object({ faults: z.array(faultSchema) }),
});
export const submitBroadcast = move("submitBroadcast", "submit", "touch:write", "Hand a draft in for review; it must be without faults");
export const approveBroadcast = move("approveBroadcast", "approve", "touch:approve", "Approve it: from its time on it is sent");
export const rejectBroadcast = move("rejectBroadcast", "reject", "touch:approve", "Send what is under review back to be a draft");
export const stopBroadcast = move(
  "stopBroadcast",
  "stop",
  "touch:write",
  "Stop it: nothing more is let go, and what waits is taken back; what was handed over is gone",
);
export const resumeBroadcast = move("resumeBroadcast", "resume", "touch:approve", "Let a stopped broadcast go on, to whoever was not told");
export const cancelBroadcast = move("cancelBroadcast", "cancel", "touch:write", "Stop it for good");
export const chooseBroadcastVariant = route({
  ...broadcasts,
  id: "chooseBroadcastVariant",
  summary: "Choose the variant that everybody else gets, before the figures do",
  method: "POST",
  path: `${BROADCASTS}/:broadcast/choose`,
  access: "touch:approve",
  params: oneParams,
  body: z.strictObject({ variant: z.string().max(20), note }),
  response: broadcastDetailSchema,
});
export const getBroadcastFigures = route({
  ...broadcasts,
  id: "getBroadcastFigures",
  summary: "Where the messages of a broadcast stand and why, and what people did with them, by variant",
  method: "GET",
  path: `${BROADCASTS}/:broadcast/figures`,
  access: "events:read",
  params: oneParams,
  response: figuresSchema,
});

export const broadcastRoutes = [
  listBroadcasts,
  createBroadcast,
  checkBroadcast,
  getBroadcast,
  saveBroadcast,
  deleteBroadcast,
  submitBroadcast,
  approveBroadcast,
  rejectBroadcast,
  stopBroadcast,
  resumeBroadcast,
  cancelBroadcast,
  chooseBroadcastVariant,
  getBroadcastFigures,
] as const;
