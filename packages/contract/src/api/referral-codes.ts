import { IDENTITY_KINDS, IDENTITY_LENGTH_MAX } from "@terrace/domain/identity/identity-kinds";
import { CODE_LENGTH_MAX, VANITY_PATTERN } from "@terrace/domain/referrals/code";
import { z } from "zod";
import { doneResponse, pageOf, pageQuery, route } from "../route.ts";
import { personIdSchema } from "./people.ts";
import { programParams, PROGRAMS, referralPersonSchema, referrals } from "./referrals.ts";

/** Pairs of one request. */
export const PAIRS_MAX = 1_000;
/** People who are given a code by one request. */
export const GIVEN_MAX = 200;

const instant = z.iso.datetime({ offset: true });

export const codeSchema = z.object({
  code: z.string(),
  path: z.string().describe("The short link on this server"),
  person: referralPersonSchema,
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
  ...referrals,
  id: "listReferralCodes",
  summary: "Codes of a program, the newest first",
  method: "GET",
  path: `${PROGRAMS}/:program/codes`,
  access: "people:read",
  params: programParams,
  query: pageQuery.extend({ given: z.enum(["true", "false"]).optional().describe("true: only those of seed users") }),
  response: pageOf(codeSchema),
});
export const giveCodes = route({
  ...referrals,
  id: "giveReferralCodes",
  summary: "Give people a code each by hand; who has one for this label keeps it",
  method: "POST",
  path: `${PROGRAMS}/:program/codes`,
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
  ...referrals,
  id: "askForReferralCode",
  summary: "The code of a person who may invite, made when there is none yet: for a server that shows people their link",
  method: "POST",
  path: `${PROGRAMS}/:program/codes/mine`,
  access: "people:write",
  params: programParams,
  body: z.strictObject({ person: idSchema, label: label.default("") }),
  response: codeSchema,
});
export const retireCode = route({
  ...referrals,
  id: "retireReferralCode",
  summary: "Retire a code: it binds nobody from now on, and its link leads to the landing page without it",
  method: "POST",
  path: `${PROGRAMS}/:program/codes/:code/retire`,
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
  ...referrals,
  id: "bindReferrals",
  summary:
    "Say who was invited by whom: one pair, or many as an import. Repeats change nothing; whether a pair holds is settled within moments",
  method: "POST",
  path: `${PROGRAMS}/:program/bindings`,
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

export const referralCodeRoutes = [listCodes, giveCodes, askForCode, retireCode, bindPeople] as const;
