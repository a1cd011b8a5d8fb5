import { CODE_LENGTH_MAX, VANITY_PATTERN } from "@terrace/domain/referrals/code";
import { CREDIT_DEPTH_MAX } from "@terrace/domain/referrals/settle-claims";
import { IDENTITY_KINDS, IDENTITY_LENGTH_MAX } from "@terrace/domain/identity/identity-kinds";
import { z } from "zod";
import { doneResponse, pageOf, pageQuery, route, workspaceParams } from "../route.ts";
import { selectorSchema } from "./insight-parts.ts";
import { personIdSchema, personParams } from "./people.ts";
import { segmentIdSchema } from "./segments.ts";

/** Pairs of one request. */
export const PAIRS_MAX = 1_000;
/** People who are given a code by one request. */
export const GIVEN_MAX = 200;
/** Ancestors of one answer, nearest first. */
export const ANCESTORS_MAX = 100;
/** Descendants of the people of a page are counted up to so many. */
export const DESCENDANTS_MAX = 100_000;

const programId = z.string().regex(/^[1-9]\d{0,17}$/);
const days = z.number().int().min(1).max(3_660);
const instant = z.iso.datetime({ offset: true });
const minor = z.number().int().describe("Minor units of the workspace's currency");

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

const programs = "/api/workspaces/:workspace/referrals/programs";
const programParams = workspaceParams.extend({ program: programId });
const common = { tag: "Referrals" } as const;

export const listPrograms = route({
  ...common,
  id: "listReferralPrograms",
  summary: "Referral programs, the newest first",
  method: "GET",
  path: programs,
  access: "people:read",
  params: workspaceParams,
  response: z.object({ items: z.array(programSchema) }),
});
export const getProgram = route({
  ...common,
  id: "getReferralProgram",
  summary: "One referral program",
  method: "GET",
  path: `${programs}/:program`,
  access: "people:read",
  params: programParams,
  response: programSchema,
});
export const createProgram = route({
  ...common,
  id: "createReferralProgram",
  summary: "Begin a referral program",
  method: "POST",
  path: programs,
  access: "segments:write",
  params: workspaceParams,
  body: newProgram,
  response: programSchema,
});
export const updateProgram = route({
  ...common,
  id: "updateReferralProgram",
  summary: "Change a program, archive it (its codes bind nobody any more) or bring it back; who is bound is decided anew by changed rules",
  method: "PATCH",
  path: `${programs}/:program`,
  access: "segments:write",
  params: programParams,
  body: changes,
  response: programSchema,
});
export const deleteProgram = route({
  ...common,
  id: "deleteReferralProgram",
  summary: "Delete a program with its codes and its tree",
  method: "DELETE",
  path: `${programs}/:program`,
  access: "segments:write",
  params: programParams,
  response: doneResponse,
});

const personName = z.object({
  personId: personIdSchema,
  displayName: z.string().describe("Masked as the caller sees personal data; empty for somebody who was forgotten or never seen"),
});
export const codeSchema = z.object({
  code: z.string(),
  path: z.string().describe("The short link on this server"),
  person: personName,
  label: z.string().describe("The channel it is meant for; may be empty"),
  given: z.boolean().describe("Given by an operator: a seed user"),
  bound: z.number().int(),
  converted: z.number().int(),
  createdAt: z.string(),
  createdBy: z.string(),
  retiredAt: z.string().nullable(),
});
export type CodeView = z.infer<typeof codeSchema>;
const label = z.string().trim().max(60);
const idSchema = z.strictObject({
  kind: z.enum(IDENTITY_KINDS).default("user_id"),
  value: z.string().min(1).max(IDENTITY_LENGTH_MAX),
});

export const listCodes = route({
  ...common,
  id: "listReferralCodes",
  summary: "Codes of a program, the newest first",
  method: "GET",
  path: `${programs}/:program/codes`,
  access: "people:read",
  params: programParams,
  query: pageQuery.extend({ given: z.enum(["true", "false"]).optional().describe("true: only those of seed users") }),
  response: pageOf(codeSchema),
});
export const giveCodes = route({
  ...common,
  id: "giveReferralCodes",
  summary: "Give people a code each by hand; who has one for this label keeps it",
  method: "POST",
  path: `${programs}/:program/codes`,
  access: "people:write",
  params: programParams,
  body: z.strictObject({
    people: z.array(personIdSchema).min(1).max(GIVEN_MAX),
    label: label.default(""),
    code: z
      .string()
      .regex(VANITY_PATTERN)
      .max(CODE_LENGTH_MAX)
      .optional()
      .describe("A code of one's own choosing, for one person: 4 to 32 letters, digits and hyphens; case does not count"),
  }),
  response: z.object({ items: z.array(codeSchema) }),
});
export const askForCode = route({
  ...common,
  id: "askForReferralCode",
  summary: "The code of a person who may invite, made when there is none yet: for a server that shows people their link",
  method: "POST",
  path: `${programs}/:program/codes/mine`,
  access: "people:write",
  params: programParams,
  body: z.strictObject({ person: idSchema, label: label.default("") }),
  response: codeSchema,
});
export const retireCode = route({
  ...common,
  id: "retireReferralCode",
  summary: "Retire a code: it binds nobody from now on, and its link leads to the landing page without it",
  method: "POST",
  path: `${programs}/:program/codes/:code/retire`,
  access: "people:write",
  params: programParams.extend({ code: z.string().max(CODE_LENGTH_MAX) }),
  response: doneResponse,
});

const pairSchema = z
  .strictObject({
    invitee: idSchema,
    inviter: idSchema.optional(),
    code: z.string().max(CODE_LENGTH_MAX).optional(),
    at: instant.optional().describe("When; now when left out"),
  })
  .refine(({ inviter, code }) => (inviter === undefined) !== (code === undefined), "Name the inviter or a code, one of the two");
export const bindPeople = route({
  ...common,
  id: "bindReferrals",
  summary:
    "Say who was invited by whom: one pair, or many as an import. Repeats change nothing; whether a pair holds is settled within moments",
  method: "POST",
  path: `${programs}/:program/bindings`,
  access: "people:write",
  params: programParams,
  body: z.strictObject({
    pairs: z.array(pairSchema).min(1).max(PAIRS_MAX),
    trusted: z.boolean().default(false).describe("Pairs brought from elsewhere: whether the invited person was new is not asked"),
  }),
  response: z.object({
    taken: z.number().int(),
    refused: z.array(z.object({ pair: z.number().int().describe("Its place in the list, from 0"), code: z.string(), field: z.string() })),
  }),
});

export const nodeSchema = z.object({
  person: personName,
  generation: z.number().int().describe("0: nobody brought them"),
  boundAt: z.string().nullable(),
  code: z.string().nullable(),
  convertedAt: z.string().nullable(),
  direct: z.number().int(),
  descendants: z.number().int(),
});
export type NodeView = z.infer<typeof nodeSchema>;
export const listTree = route({
  ...common,
  id: "listReferralTree",
  summary: "Whom a person brought, or those whom nobody brought and who brought somebody; the ones who brought most first",
  method: "GET",
  path: `${programs}/:program/tree`,
  access: "people:read",
  params: programParams,
  query: pageQuery.extend({ person: personIdSchema.optional() }),
  response: pageOf(nodeSchema).extend({ descendantsCapped: z.boolean().describe("Some counts of descendants are lower bounds") }),
});
export const listAncestors = route({
  ...common,
  id: "listReferralAncestors",
  summary: "By whom a person was brought, and these by whom: nearest first",
  method: "GET",
  path: `${programs}/:program/ancestors/:person`,
  access: "people:read",
  params: programParams.extend({ person: personIdSchema }),
  response: z.object({ items: z.array(nodeSchema.omit({ direct: true, descendants: true })), more: z.boolean() }),
});

const rate = z.number().nullable().describe("Null where there is nothing to divide by");
export const referralFiguresSchema = z.object({
  from: z.string(),
  to: z.string(),
  codes: z.number().int().describe("Codes given in the period"),
  clicks: z.number().int().describe("Short links followed in the period, robots left out"),
  bound: z.number().int().describe("People bound in the period"),
  converted: z.number().int().describe("Of these, until now"),
  conversionRate: rate,
  revenueMinor: minor,
  inviters: z.number().int().describe("People who brought somebody in the period"),
  viral: z
    .object({
      participants: z.number().int().describe("Who was given a code or bound in the period: the cohort"),
      brought: z.number().int().describe("People they brought within the window for converting, from then on"),
      converted: z.number().int().describe("Of these, until now"),
      invitationsPerParticipant: rate,
      conversionRate: rate,
      k: rate.describe("Invitations per participant × share of the invited who converted"),
      complete: z.boolean().describe("The window is over for the whole cohort"),
    })
    .describe("The k-factor"),
  daysToConvert: z.object({ p25: rate, median: rate, p75: rate }),
  generations: z.array(
    z.object({
      generation: z.number().int(),
      people: z.number().int(),
      converted: z.number().int(),
      rate,
      revenueMinor: minor,
    }),
  ),
});
export type ReferralFigures = z.infer<typeof referralFiguresSchema>;
export const getFigures = route({
  ...common,
  id: "getReferralFigures",
  summary: "What a program brought in a period, and in the one before it of the same length",
  method: "GET",
  path: `${programs}/:program/figures`,
  access: "people:read",
  params: programParams,
  query: z.object({
    from: z.iso.date().optional().describe("A local date. Default: 30 days back"),
    to: z.iso.date().optional().describe("A local date, not included. Default: tomorrow"),
  }),
  response: z.object({ zone: z.string(), currency: z.string(), now: referralFiguresSchema, before: referralFiguresSchema }),
});
export const inviterSchema = z.object({
  person: personName,
  bound: z.number().int(),
  converted: z.number().int(),
  revenueMinor: minor,
  sameNetwork: z.number().int().describe("The most of them who came from one network (a /24 or /48): a hint to look at, not a verdict"),
  sameDevice: z.number().int().describe("The most of them who came by one device: a hint, too"),
});
export type InviterView = z.infer<typeof inviterSchema>;
export const listInviters = route({
  ...common,
  id: "listReferralInviters",
  summary: "Who brought most people in a period",
  method: "GET",
  path: `${programs}/:program/inviters`,
  access: "people:read",
  params: programParams,
  query: pageQuery.extend({ from: z.iso.date().optional(), to: z.iso.date().optional() }),
  response: pageOf(inviterSchema),
});
export const exportReferrals = route({
  ...common,
  id: "exportReferrals",
  summary: "The tree as a list of edges, or the inviters with their counts, as CSV",
  method: "GET",
  path: `${programs}/:program/export`,
  access: "data:export",
  params: programParams,
  query: z.object({ what: z.enum(["edges", "inviters"]) }),
  response: z.string().describe("text/csv"),
});

export const getPersonReferrals = route({
  ...common,
  id: "getPersonReferrals",
  summary: "By whom a person was brought, their codes, and how many they brought, by program",
  method: "GET",
  path: "/api/workspaces/:workspace/people/:person/referrals",
  access: "people:read",
  params: personParams,
  response: z.object({
    items: z.array(
      z.object({
        program: z.object({ id: programId, name: z.string() }),
        broughtBy: personName.nullable(),
        boundAt: z.string().nullable(),
        code: z.string().nullable(),
        convertedAt: z.string().nullable(),
        generation: z.number().int(),
        direct: z.number().int(),
        convertedDirect: z.number().int(),
        codes: z.array(z.object({ code: z.string(), path: z.string(), label: z.string() })),
      }),
    ),
  }),
});

export const referralRoutes = [
  listPrograms,
  getProgram,
  createProgram,
  updateProgram,
  deleteProgram,
  listCodes,
  giveCodes,
  askForCode,
  retireCode,
  bindPeople,
  listTree,
  listAncestors,
  getFigures,
  listInviters,
  exportReferrals,
  getPersonReferrals,
] as const;
