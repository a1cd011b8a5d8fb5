import { z } from "zod";
import { pageOf, pageQuery, route } from "../route.ts";
import { personIdSchema, personParams } from "./people.ts";
import { programId, programParams, PROGRAMS, referralPersonSchema, referrals } from "./referrals.ts";

/** Ancestors of one answer, nearest first. */
export const ANCESTORS_MAX = 100;
/** Descendants of the people of a page are counted up to so many. */
export const DESCENDANTS_MAX = 100_000;

const minor = z.number().int().describe("Minor units of the workspace's currency");

export const nodeSchema = z.object({
  person: referralPersonSchema,
  generation: z.number().int().describe("0: nobody brought them"),
  boundAt: z.string().nullable(),
  code: z.string().nullable(),
  convertedAt: z.string().nullable(),
  direct: z.number().int(),
  descendants: z.number().int(),
});
export type NodeView = z.infer<typeof nodeSchema>;
export const listTree = route({
  ...referrals,
  id: "listReferralTree",
  summary: "Whom a person brought, or those whom nobody brought and who brought somebody; the ones who brought most first",
  method: "GET",
  path: `${PROGRAMS}/:program/tree`,
  access: "people:read",
  params: programParams,
  query: pageQuery.extend({ person: personIdSchema.optional() }),
  response: pageOf(nodeSchema).extend({ descendantsCapped: z.boolean().describe("Some counts of descendants are lower bounds") }),
});
export const listAncestors = route({
  ...referrals,
  id: "listReferralAncestors",
  summary: "By whom a person was brought, and these by whom: nearest first",
  method: "GET",
  path: `${PROGRAMS}/:program/ancestors/:person`,
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
  ...referrals,
  id: "getReferralFigures",
  summary: "What a program brought in a period, and in the one before it of the same length",
  method: "GET",
  path: `${PROGRAMS}/:program/figures`,
  access: "people:read",
  params: programParams,
  query: z.object({
    from: z.iso.date().optional().describe("A local date. Default: 30 days back"),
    to: z.iso.date().optional().describe("A local date, not included. Default: tomorrow"),
  }),
  response: z.object({ zone: z.string(), currency: z.string(), now: referralFiguresSchema, before: referralFiguresSchema }),
});
export const inviterSchema = z.object({
  person: referralPersonSchema,
  bound: z.number().int(),
  converted: z.number().int(),
  revenueMinor: minor,
  sameNetwork: z.number().int().describe("The most of them who came from one network (a /24 or /48): a hint to look at, not a verdict"),
  sameDevice: z.number().int().describe("The most of them who came by one device: a hint, too"),
});
export type InviterView = z.infer<typeof inviterSchema>;
export const listInviters = route({
  ...referrals,
  id: "listReferralInviters",
  summary: "Who brought most people in a period",
  method: "GET",
  path: `${PROGRAMS}/:program/inviters`,
  access: "people:read",
  params: programParams,
  query: pageQuery.extend({ from: z.iso.date().optional(), to: z.iso.date().optional() }),
  response: pageOf(inviterSchema),
});
export const exportReferrals = route({
  ...referrals,
  id: "exportReferrals",
  summary: "The tree as a list of edges, or the inviters with their counts, as CSV",
  method: "GET",
  path: `${PROGRAMS}/:program/export`,
  access: "data:export",
  params: programParams,
  query: z.object({ what: z.enum(["edges", "inviters"]) }),
  response: z.string().describe("text/csv"),
});

export const getPersonReferrals = route({
  ...referrals,
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
        broughtBy: referralPersonSchema.nullable(),
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

export const referralTreeRoutes = [listTree, listAncestors, getFigures, listInviters, exportReferrals, getPersonReferrals] as const;
