import { REPEAT_HOURS_MAX, RULES_MAX } from "@terrace/domain/governor/check-rules";
import { CHECK_ANSWERS, CHECKS } from "@terrace/domain/governor/explain";
import { HELD_BACK, HOLIDAY_CALENDARS, QUIET_DAYS, type GovernorRules } from "@terrace/domain/governor/rules";
import { BLOCK_REASONS, DEFER_REASONS, SEND_REASONS } from "@terrace/domain/governor/verdict";
import { z } from "zod";
import { pageOf, pageQuery, route, workspaceParams } from "../route.ts";
import { messageChannelSchema } from "./templates-content.ts";

/** Where the routes of the governor are. */
export const GOVERNOR = "/api/workspaces/:workspace/governor";
/** Days of one report of decisions. */
export const DECISION_DAYS_MAX = 92;

const id = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,39}$/, "Begin the id with a small letter, then up to 39 small letters, digits and underscores");
const purpose = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,59}$/, "A purpose is written in small letters, digits, underscores and hyphens")
  .describe("Key of the purpose of consent");
const tag = z.string().trim().min(1).max(30);
const scope = z
  .strictObject({ channel: messageChannelSchema.nullable(), tag: tag.nullable(), purpose: purpose.nullable() })
  .describe("Which messages it is about; null: any");
const action = z.enum(HELD_BACK).describe("defer: the message waits; drop: it is not sent at all");
const minute = z.int().min(0).max(1_439).describe("Of the day, on the person's clock");

const quietHours = z.strictObject({
  id,
  scope,
  fromMinute: minute,
  toMinute: minute.describe("Not part of it; no later than `fromMinute`: on the next day"),
  days: z
    .union([z.enum(QUIET_DAYS), z.array(z.int().min(1).max(7)).min(1).max(7)])
    .describe("Days on which it begins; numbers are days of the week, 1 being Monday"),
  action,
});
const cap = z.strictObject({
  id,
  scope,
  most: z.int().min(1).max(1_000).describe("Messages to one person"),
  period: z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("rolling"), count: z.int().min(1).max(44_640), unit: z.enum(["minute", "hour", "day"]) }),
    z.strictObject({ kind: z.literal("calendar"), unit: z.enum(["day", "week", "month"]) }),
  ]),
  action,
});
export const governorRulesSchema = z.strictObject({
  quietHours: z.array(quietHours).max(RULES_MAX),
  caps: z.array(cap).max(RULES_MAX),
  repeatHours: z
    .int()
    .min(1)
    .max(REPEAT_HOURS_MAX)
    .nullable()
    .describe("A person gets the same template once in so many hours; null: no rule"),
  holidays: z.enum(HOLIDAY_CALENDARS).describe("Whose days off count"),
}) satisfies z.ZodType<GovernorRules>;

const version = z.int().min(0).describe("0: nobody has changed them yet");
const rulesVersion = z.object({
  version,
  rules: governorRulesSchema,
  reason: z.string(),
  changedBy: z.string(),
  changedAt: z.string().nullable(),
});
export type GovernorRulesVersion = z.infer<typeof rulesVersion>;

export const getGovernorRules = route({
  id: "getGovernorRules",
  tag: "Governor",
  summary: "The rules in force, and those that operators of channels lay down",
  method: "GET",
  path: `${GOVERNOR}/rules`,
  access: "events:read",
  params: workspaceParams,
  response: rulesVersion.extend({ platformCaps: z.array(cap).describe("Not to be changed: nobody is exempt, and every message counts") }),
});
export const saveGovernorRules = route({
  id: "saveGovernorRules",
  tag: "Governor",
  summary: "Lay down rules; they hold for every message decided upon from now on",
  method: "PUT",
  path: `${GOVERNOR}/rules`,
  access: "touch:approve",
  params: workspaceParams,
  body: z.strictObject({
    version: version.describe("The version that was changed; refused when somebody else was faster"),
    rules: governorRulesSchema,
    reason: z.string().trim().min(1).max(300),
  }),
  response: rulesVersion,
});
export const listGovernorRules = route({
  id: "listGovernorRules",
  tag: "Governor",
  summary: "Every version of the rules, the newest first",
  method: "GET",
  path: `${GOVERNOR}/rules/versions`,
  access: "events:read",
  params: workspaceParams,
  query: pageQuery,
  response: pageOf(rulesVersion),
});

const details = z
  .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
  .describe("Figures that explain it; instants are ISO 8601");
const explained = z.object({
  check: z.enum(CHECKS),
  rule: z.string().nullable().describe("Id of the rule, where there may be several"),
  answer: z.enum(CHECK_ANSWERS).describe("not_about: it is about other messages; not_asked: this message is under no such rule"),
  details,
});
export type ExplainedCheck = z.infer<typeof explained>;
const verdict = z.object({
  verdict: z.enum(["send", "defer", "block"]),
  reason: z.enum([...SEND_REASONS, ...DEFER_REASONS, ...BLOCK_REASONS]),
  rule: z.string().nullable(),
  details,
  until: z.string().nullable().describe("When it is decided anew"),
});
export type GovernorVerdict = z.infer<typeof verdict>;

export const tryGovernor = route({
  id: "tryGovernor",
  tag: "Governor",
  summary: "Whether somebody would get a message, and what each rule says; nothing is sent, logged or used up",
  method: "POST",
  path: `${GOVERNOR}/try`,
  access: "people:read",
  params: workspaceParams,
  body: z.strictObject({
    person: z.string().max(20).describe("Id of the person, or any of their ids' numbers"),
    channel: messageChannelSchema,
    template: z.string().max(20).default("").describe("Id of the template, for repeats; empty: one that was never sent"),
    purpose,
    tags: z.array(tag).max(10).default([]),
    transactional: z.boolean().default(false),
    at: z.iso.datetime({ offset: true }).optional().describe("Now or later, within 31 days; without it: now"),
  }),
  response: z.object({
    at: z.string(),
    zone: z.string().describe("By which the person's nights and days are told"),
    rulesVersion: version,
    verdict,
    checks: z.array(explained),
    sent: z.int().describe("Messages that count, of the last 31 days"),
  }),
});
export type GovernorTrial = z.infer<(typeof tryGovernor)["response"]>;

const day = z.iso.date();
const what = z.enum(["send", "defer", "block"]);
export const reportGovernorDecisions = route({
  id: "reportGovernorDecisions",
  tag: "Governor",
  summary: "How many messages went out, were put off and were blocked, by day and reason",
  method: "GET",
  path: `${GOVERNOR}/decisions`,
  access: "events:read",
  params: workspaceParams,
  query: z.object({ from: day, to: day.describe("Not part of it; at most 92 days later") }),
  response: z.object({
    zone: z.string(),
    rows: z
      .array(z.object({ day, what, reason: z.string(), rule: z.string().nullable(), decisions: z.int() }))
      .describe("A message that is put off for several reasons counts once for each"),
  }),
});
export type DecisionsReport = z.infer<(typeof reportGovernorDecisions)["response"]>;
export const listGovernorDecisions = route({
  id: "listGovernorDecisions",
  tag: "Governor",
  summary: "Single decisions with what explains them, the newest first",
  method: "GET",
  path: `${GOVERNOR}/decisions/list`,
  access: "people:read",
  params: workspaceParams,
  query: pageQuery.extend({
    from: day,
    to: day.describe("Not part of it; at most 92 days later"),
    what: what.optional(),
    reason: z.string().max(40).optional(),
    rule: z.string().max(40).optional().describe("Id of the rule"),
  }),
  response: pageOf(
    z.object({
      id: z.string(),
      at: z.string(),
      message: z.string(),
      person: z.object({ id: z.string(), displayName: z.string() }).nullable().describe("null: nobody has the id any more"),
      channel: messageChannelSchema,
      template: z.string(),
      what,
      reason: z.string(),
      rule: z.string().nullable(),
      details,
    }),
  ),
});
export type GovernorDecision = z.infer<(typeof listGovernorDecisions)["response"]>["items"][number];
export const reportGovernorLoad = route({
  id: "reportGovernorLoad",
  tag: "Governor",
  summary: "How many messages people got within some days: people by number of messages",
  method: "GET",
  path: `${GOVERNOR}/load`,
  access: "events:read",
  params: workspaceParams,
  query: z.object({ from: day, to: day.describe("Not part of it; at most 92 days later") }),
  response: z.object({
    people: z.int().describe("Who got any"),
    messages: z.int(),
    histogram: z
      .array(z.object({ messages: z.int(), people: z.int() }))
      .describe("By number of messages; the last stands for that many and more"),
  }),
});

export const governorRoutes = [
  getGovernorRules,
  saveGovernorRules,
  listGovernorRules,
  tryGovernor,
  reportGovernorDecisions,
  listGovernorDecisions,
  reportGovernorLoad,
] as const;
