import { BUCKETS } from "@terrace/domain/assignment/bucket";
import { CONSENT_WORD } from "@terrace/domain/consent/purposes";
import { SHARE_MAX, SHARE_USUAL } from "@terrace/domain/holdouts/holdout";
import {
  EXIT_RULES_MAX,
  JOURNEY_NODES_MAX,
  JOURNEY_ZONES,
  NODE_ARMS_MAX,
  WAIT_UNITS,
  type JourneyDefinition,
} from "@terrace/domain/journeys/journey-definition";
import { MESSAGE_CHANNELS } from "@terrace/domain/messages/channel";
import { z } from "zod";
import { eventConditionSchema, personConditionSchema } from "./insight-conditions.ts";
import { segmentIdSchema } from "./segments.ts";

const BODY_LENGTH_MAX = 10_000;
const key = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$/, "Use up to 40 letters, digits, underscores and hyphens, a letter or digit first");
const name = z.string().trim().max(80).default("");
const eventName = z.string().min(1).max(255);
const path = z.string().min(1).max(255);
const time = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, "Give a time as HH:MM")
  .describe("Local time of the day");
const zone = z.enum(JOURNEY_ZONES).default("person").describe("person: the trait `timezone`, else the workspace's");
const purpose = z.string().regex(CONSENT_WORD, "Give the key of a purpose");
const priority = z.number().int().min(1).max(9);
const tag = z.string().trim().min(1).max(60);
const json = z
  .record(z.string().min(1).max(255), z.json())
  .refine((value) => JSON.stringify(value).length <= BODY_LENGTH_MAX, `Give at most ${BODY_LENGTH_MAX} characters of JSON`);
/** Events of a journey: by name, null for any, narrowed by a condition on the event. */
const selector = z.strictObject({ event: eventName.nullable().describe("null: any event"), where: eventConditionSchema.optional() });
const waitLength = z
  .strictObject({ amount: z.number().int().min(1).max(100_000), unit: z.enum(WAIT_UNITS) })
  .describe("Minutes and hours are exact; days and weeks are of the calendar of the person's zone");

const condition = personConditionSchema.nullable().default(null).describe("On the person; null asks nothing");
const scheduleZone = z.string().max(60).nullable().default(null).describe("null: the workspace's");
const scheduleWhen = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("once"), at: z.string().max(20).describe("E.g. 2026-07-01T09:00"), zone: scheduleZone }),
  z.strictObject({ kind: z.literal("cron"), cron: z.string().max(100).describe("Five fields, e.g. 0 9 * * 1"), zone: scheduleZone }),
]);
export const journeyEntrySchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("event"),
    on: selector,
    times: z.enum(["once", "every"]).default("every"),
    keyedBy: path.nullable().default(null).describe("Property that says for what, e.g. order_id: once at a time for each"),
    condition,
  }),
  z.strictObject({ kind: z.literal("segment"), segment: segmentIdSchema, change: z.enum(["enters", "leaves"]), condition }),
  z.strictObject({ kind: z.literal("schedule"), segment: segmentIdSchema, when: scheduleWhen, condition }),
  z.strictObject({
    kind: z.literal("date"),
    trait: path,
    offsetDays: z.number().int().min(-366).max(366).default(0).describe("-7 is seven days before"),
    at: time,
    yearly: z.boolean().default(false).describe("On each anniversary; 29 February on the 28th in other years"),
    zone,
    condition,
  }),
  z.strictObject({ kind: z.literal("api"), condition }),
]);

const parts = {
  id: key.describe("Stays with the node: people in flight go on at the node of the same id and kind"),
  name,
  outs: z.record(key, key).default({}).describe("By name of the way out, the id of the node it leads to"),
};
const arm = { key, name };
const arms = <T extends z.ZodType>(of: T) => z.array(of).max(NODE_ARMS_MAX);
const waitUntil = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("duration"), length: waitLength }),
  z.strictObject({
    kind: z.literal("time"),
    at: time,
    weekdays: z.array(z.number().int().min(1).max(7)).max(7).default([]).describe("1 is Monday; empty: any day"),
    zone,
  }),
  z.strictObject({ kind: z.literal("optimalHour"), usual: time.describe("For whom nothing is known") }),
]);

export const journeyNodeSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    ...parts,
    kind: z.literal("message"),
    channel: z.enum(MESSAGE_CHANNELS),
    template: z.string().max(40),
    templateVersion: z.number().int().min(1).nullable().default(null).describe("null: the one in force when it is sent"),
    purpose: purpose.nullable().default(null).describe("null: the journey's"),
    priority: priority.nullable().default(null).describe("null: the journey's"),
    tags: z.array(tag).max(10).default([]),
    expiresAfterHours: z.number().int().min(1).max(8_784).nullable().default(null),
  }),
  z.strictObject({ ...parts, kind: z.literal("wait"), until: waitUntil }),
  z.strictObject({ ...parts, kind: z.literal("events"), arms: arms(z.strictObject({ ...arm, on: selector })), timeout: waitLength }),
  z.strictObject({
    ...parts,
    kind: z.literal("branch"),
    arms: arms(
      z.strictObject({
        ...arm,
        condition,
        where: eventConditionSchema
          .nullable()
          .default(null)
          .describe("On properties of the event that brought them in, and of what was kept"),
      }),
    ),
  }),
  z.strictObject({
    ...parts,
    kind: z.literal("split"),
    arms: arms(z.strictObject({ ...arm, share: z.number().int().min(0).max(BUCKETS).describe("In parts of 10,000") })),
    winner: z
      .strictObject({ peoplePerArm: z.number().int().min(50).max(1_000_000) })
      .nullable()
      .default(null)
      .describe("Once every arm has so many people whose goal is decided, all others go to the better arm"),
  }),
  z.strictObject({ ...parts, kind: z.literal("trait"), traits: json }),
  z.strictObject({ ...parts, kind: z.literal("tag"), add: z.array(tag).max(10).default([]), remove: z.array(tag).max(10).default([]) }),
  z.strictObject({ ...parts, kind: z.literal("emit"), event: eventName, properties: json.default({}) }),
  z.strictObject({
    ...parts,
    kind: z.literal("webhook"),
    url: z.url({ protocol: /^https?$/ }).max(1_000),
    method: z.enum(["POST", "PUT"]).default("POST"),
    body: json.default({}),
    tries: z.number().int().min(1).max(10).default(5),
    keep: z
      .array(z.strictObject({ path, as: key }))
      .max(20)
      .default([])
      .describe("Values of the answer that are kept for conditions and messages"),
  }),
  z.strictObject({
    ...parts,
    kind: z.literal("task"),
    title: z.string().trim().min(1).max(120),
    note: z.string().trim().max(1_000).default(""),
    due: waitLength,
  }),
  z.strictObject({ ...parts, kind: z.literal("jump") }),
  z.strictObject({ ...parts, kind: z.literal("goal") }),
  z.strictObject({ ...parts, kind: z.literal("exit") }),
]);

export const journeyDefinitionSchema = z.strictObject({
  entry: journeyEntrySchema,
  start: key.or(z.literal("")).describe("Id of the node at which people begin"),
  nodes: z.array(journeyNodeSchema).max(JOURNEY_NODES_MAX),
  reentry: z
    .discriminatedUnion("kind", [
      z.strictObject({ kind: z.literal("never") }),
      z.strictObject({ kind: z.literal("afterFinish") }),
      z.strictObject({ kind: z.literal("afterDays"), days: z.number().int().min(1).max(3_660) }),
    ])
    .default({ kind: "never" })
    .describe("Whether somebody who was in comes in again; with a key, for each key by itself"),
  exits: z
    .array(z.union([z.strictObject({ on: selector }), z.strictObject({ condition: personConditionSchema })]))
    .max(EXIT_RULES_MAX)
    .default([])
    .describe("Take people out: at once by an event, by a condition when they come to a node"),
  goal: z
    .strictObject({ on: selector, withinDays: z.number().int().min(1).max(366), leaves: z.boolean().default(true) })
    .nullable()
    .default(null)
    .describe("Reached within so many times 24 hours after coming in; leaves: whoever reaches it goes out"),
  holdout: z
    .number()
    .int()
    .min(0)
    .max(SHARE_MAX)
    .default(SHARE_USUAL)
    .describe("Parts of 10,000 of those who would come in and are kept out"),
  priority: priority.default(5),
  purpose,
}) satisfies z.ZodType<JourneyDefinition>;

/** A fault of a drawn journey; `mend` is a key that the console translates, `text` says it in English. */
export const journeyFaultSchema = z.object({
  mend: z.string(),
  node: z.string().nullable().describe("null: about the journey itself"),
  field: z.string(),
  values: z.record(z.string(), z.union([z.string(), z.number()])),
  text: z.string(),
});
export type JourneyFaultView = z.infer<typeof journeyFaultSchema>;

/** A difference of two shares with its interval of 95 %. */
export const effectBoundsSchema = z.object({
  estimate: z.number(),
  low: z.number(),
  high: z.number(),
  p: z.number().describe("How likely chance alone shows as much"),
  reached: z.number().describe("Share of people who came in"),
  held: z.number().describe("Share of people held back"),
});
