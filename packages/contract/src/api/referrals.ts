import { CREDIT_DEPTH_MAX } from "@terrace/domain/referrals/settle-claims";
import { z } from "zod";
import { doneResponse, route, workspaceParams } from "../route.ts";
import { selectorSchema } from "./insight-parts.ts";
import { personIdSchema } from "./people.ts";
import { segmentIdSchema } from "./segments.ts";

export const programId = z.string().regex(/^[1-9]\d{0,17}$/);
const days = z.number().int().min(1).max(3_660);

export const whoInvitesSchema = z
  .union([z.enum(["everyone", "given"]), z.strictObject({ segment: segmentIdSchema })])
  .describe("everyone; given: only whom an operator gave a code; or whoever is in a segment, when the code is made");
const bindBySchema = z
  .strictObject({ event: z.string().min(1).max(255), property: z.string().min(1).max(255) })
  .describe("An event of the invited person whose property names the inviter's user_id, e.g. Signed Up and referrer_id");

const settings = {
  name: z.string().trim().min(1).max(80),
  landing: z
    .url({ protocol: /^https?$/ })
    .max(1_000)
    .describe("Where the short links lead; the code is put on it as a parameter"),
  parameter: z
    .string()
    .regex(/^[A-Za-z][\w-]{0,31}$/)
    .describe("Name of the parameter that carries the code"),
  whoInvites: whoInvitesSchema,
  newPeopleOnly: z.boolean().describe("Only who was first seen after the code was given can be bound"),
  bindWithinDays: days.describe("So long after somebody was first seen they can be bound, where only new people can (days of 24 hours)"),
  conversion: selectorSchema
    .extend({ event: z.string().min(1).max(255) })
    .describe("What an invited person has to do to count as converted"),
  convertWithinDays: days.describe("So long after being bound (days of 24 hours)"),
  creditDepth: z.number().int().min(1).max(CREDIT_DEPTH_MAX).describe("How many generations above a converted person are credited"),
  bindBy: bindBySchema.nullable(),
};

export const programSchema = z.object({
  id: programId,
  ...settings,
  archivedAt: z.string().nullable(),
  createdAt: z.string(),
  createdBy: z.string(),
  codes: z.number().int().describe("Codes that are in use"),
  bound: z.number().int().describe("People who were brought"),
  converted: z.number().int(),
});
export type ProgramView = z.infer<typeof programSchema>;

const newProgram = z.strictObject({
  ...settings,
  parameter: settings.parameter.default("ref"),
  whoInvites: settings.whoInvites.default("everyone"),
  newPeopleOnly: settings.newPeopleOnly.default(true),
  bindWithinDays: settings.bindWithinDays.default(30),
  convertWithinDays: settings.convertWithinDays.default(30),
  creditDepth: settings.creditDepth.default(1),
  bindBy: bindBySchema.nullable().default(null),
});
const changes = z.strictObject({ ...settings, archived: z.boolean() }).partial();

/** Where the routes of programs are. */
export const PROGRAMS = "/api/workspaces/:workspace/referrals/programs";
export const programParams = workspaceParams.extend({ program: programId });
export const referrals = { tag: "Referrals" } as const;

export const listPrograms = route({
  ...referrals,
  id: "listReferralPrograms",
  summary: "Referral programs, the newest first",
  method: "GET",
  path: PROGRAMS,
  access: "people:read",
  params: workspaceParams,
  response: z.object({ items: z.array(programSchema) }),
});
export const getProgram = route({
  ...referrals,
  id: "getReferralProgram",
  summary: "One referral program",
  method: "GET",
  path: `${PROGRAMS}/:program`,
  access: "people:read",
  params: programParams,
  response: programSchema,
});
export const createProgram = route({
  ...referrals,
  id: "createReferralProgram",
  summary: "Begin a referral program",
  method: "POST",
  path: PROGRAMS,
  access: "segments:write",
  params: workspaceParams,
  body: newProgram,
  response: programSchema,
});
export const updateProgram = route({
  ...referrals,
  id: "updateReferralProgram",
  summary: "Change a program, archive it (its codes bind nobody any more) or bring it back; who is bound is decided anew by changed rules",
  method: "PATCH",
  path: `${PROGRAMS}/:program`,
  access: "segments:write",
  params: programParams,
  body: changes,
  response: programSchema,
});
export const deleteProgram = route({
  ...referrals,
  id: "deleteReferralProgram",
  summary: "Delete a program with its codes and its tree",
  method: "DELETE",
  path: `${PROGRAMS}/:program`,
  access: "segments:write",
  params: programParams,
  response: doneResponse,
});

/** Somebody in a program. */
export const referralPersonSchema = z.object({
  personId: personIdSchema,
  displayName: z.string().describe("Masked as the caller sees personal data; empty for somebody who was forgotten or never seen"),
});

export const referralRoutes = [listPrograms, getProgram, createProgram, updateProgram, deleteProgram] as const;
