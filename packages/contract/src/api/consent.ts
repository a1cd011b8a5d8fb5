import { CONSENT_SOURCES } from "@terrace/domain/consent/consent-claims";
import { CONSENT_WORD, LEGAL_BASES } from "@terrace/domain/consent/purposes";
import { IDENTITY_KINDS } from "@terrace/domain/identity/identity-kinds";
import { z } from "zod";
import { doneResponse, route, workspaceParams } from "../route.ts";
import { personIdSchema } from "./people.ts";

const word = z.string().regex(CONSENT_WORD).describe("Small letters, digits and _, beginning with a letter");
const channel = z.union([z.literal(""), word]).describe("Empty = all channels");
const state = z.enum(["given", "withdrawn"]);
const source = z.enum(CONSENT_SOURCES);
const personParams = workspaceParams.extend({ person: personIdSchema });
const text = (max: number) => z.string().trim().max(max);

const purposeFields = z.object({
  nameZh: text(60).min(1),
  nameEn: text(60).min(1),
  descriptionZh: text(500),
  descriptionEn: text(500),
  basis: z.enum(LEGAL_BASES),
  textKey: z.union([z.literal(""), word]),
  active: z.boolean(),
});
export const purposeSchema = purposeFields.extend({
  key: word,
  given: z.number().int().describe("People whose latest word is yes, for all channels"),
  withdrawn: z.number().int(),
});
export const listPurposes = route({
  id: "listPurposes",
  tag: "Consent",
  summary: "Purposes of processing, their legal basis, and how many people agreed",
  method: "GET",
  path: "/api/workspaces/:workspace/consent/purposes",
  access: "people:read",
  params: workspaceParams,
  response: z.object({ items: z.array(purposeSchema) }),
});
export const savePurpose = route({
  id: "savePurpose",
  tag: "Consent",
  summary: "Make or change a purpose; its key never changes",
  method: "PUT",
  path: "/api/workspaces/:workspace/consent/purposes/:purpose",
  access: "workspace:manage",
  params: workspaceParams.extend({ purpose: word }),
  body: purposeFields,
  response: doneResponse,
});

const textFields = z.object({
  titleZh: text(120).min(1),
  titleEn: text(120).min(1),
  bodyZh: text(40_000).min(1),
  bodyEn: text(40_000).min(1),
});
export const consentTextSchema = textFields.extend({ key: word, version: z.number().int(), madeBy: z.string(), madeAt: z.string() });
export const listConsentTexts = route({
  id: "listConsentTexts",
  tag: "Consent",
  summary: "Every version of every consent text, newest first",
  method: "GET",
  path: "/api/workspaces/:workspace/consent/texts",
  access: "people:read",
  params: workspaceParams,
  response: z.object({ items: z.array(consentTextSchema) }),
});
export const addConsentText = route({
  id: "addConsentText",
  tag: "Consent",
  summary: "A new version of a consent text; versions are never changed",
  method: "POST",
  path: "/api/workspaces/:workspace/consent/texts",
  access: "workspace:manage",
  params: workspaceParams,
  body: textFields.extend({ key: word }),
  response: consentTextSchema,
});

export const consentDecisionSchema = z.object({
  allowed: z.boolean(),
  reason: z
    .enum(["given", "withdrawn", "basis", "silent", "purpose_unknown", "purpose_inactive"])
    .describe("`basis`: needs no consent; `silent`: needs one, and the person never said anything"),
});
export const consentFactSchema = z.object({
  purpose: z.string().describe("`*` = every purpose"),
  channel: z.string(),
  state,
  at: z.string(),
  source,
  textKey: z.string(),
  textVersion: z.number().int().describe("0 = not said"),
  actor: z.string().describe("Who recorded it, empty when the person did it"),
  evidence: z.record(z.string(), z.json()).describe("Personal values masked"),
  learnedAt: z.string(),
});
export const getPersonConsent = route({
  id: "getPersonConsent",
  tag: "Consent",
  summary: "What a person allows now, by purpose and channel, and the whole ledger of it (newest 500 lines)",
  method: "GET",
  path: "/api/workspaces/:workspace/people/:person/consent",
  access: "people:read",
  params: personParams,
  response: z.object({
    purposes: z.array(
      z.object({
        key: word,
        nameZh: z.string(),
        nameEn: z.string(),
        basis: z.enum(LEGAL_BASES),
        decision: consentDecisionSchema,
        channels: z.array(z.object({ channel: word, decision: consentDecisionSchema })).describe("Those the person spoke about"),
      }),
    ),
    automatedDecisions: z.boolean().describe("False: the person refused decisions that no human takes"),
    history: z.array(consentFactSchema),
  }),
});
export const recordPersonConsent = route({
  id: "recordPersonConsent",
  tag: "Consent",
  summary: "Record what a person said to an operator. A withdrawal hangs on every id the person has now, a consent on the strongest",
  method: "POST",
  path: "/api/workspaces/:workspace/people/:person/consent",
  access: "people:write",
  params: personParams,
  body: z.object({
    purpose: word,
    channel: channel.default(""),
    state,
    reason: text(300).min(3),
    source: source.default("operator"),
    textVersion: z.number().int().min(0).max(1_000_000).default(0),
  }),
  response: doneResponse,
});

export const CONSENT_RECORDS_MAX = 500;
export const recordConsents = route({
  id: "recordConsents",
  tag: "Consent",
  summary: "Record what people said, by one of their ids; the same record again changes nothing",
  method: "POST",
  path: "/api/workspaces/:workspace/consents",
  access: "people:write",
  params: workspaceParams,
  body: z.object({
    items: z
      .array(
        z.object({
          kind: z.enum(IDENTITY_KINDS),
          value: z.string().max(255),
          purpose: word,
          channel: channel.default(""),
          state,
          at: z.iso.datetime({ offset: true }).optional().describe("When the person said so; not in the future; default: now"),
          source: source.default("server"),
          text: z.union([z.literal(""), word]).default(""),
          textVersion: z.number().int().min(0).max(1_000_000).default(0),
          evidence: z.record(z.string().max(60), z.json()).optional().describe("Up to 4 kB as JSON; kept encrypted"),
        }),
      )
      .min(1)
      .max(CONSENT_RECORDS_MAX),
  }),
  response: z.object({ recorded: z.number().int(), known: z.number().int().describe("Were in the ledger already") }),
});
export const checkConsent = route({
  id: "checkConsent",
  tag: "Consent",
  summary: "Whether a person may be processed for a purpose, now or at an earlier time",
  method: "GET",
  path: "/api/workspaces/:workspace/consents/check",
  access: "people:read",
  params: workspaceParams,
  query: z.object({
    kind: z.enum(IDENTITY_KINDS),
    value: z.string().max(255),
    purpose: word,
    channel: channel.default(""),
    at: z.iso.datetime({ offset: true }).optional(),
  }),
  response: consentDecisionSchema.extend({ automatedDecisions: z.boolean() }),
});

export const consentRoutes = [
  listPurposes,
  savePurpose,
  listConsentTexts,
  addConsentText,
  getPersonConsent,
  recordPersonConsent,
  recordConsents,
  checkConsent,
] as const;
