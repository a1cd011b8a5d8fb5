import { PROPERTY_CLASSES } from "@terrace/domain/personal/property-class";
import { z } from "zod";
import { doneResponse, pageOf, pageQuery, route, workspaceParams } from "../route.ts";

const scope = z.enum(["property", "trait"]);
const propertyClass = z.enum(PROPERTY_CLASSES);
export const classifiedSchema = z.object({
  scope,
  name: z.string(),
  class: propertyClass.describe("What counts: the operator's word, else what was recognised"),
  detected: propertyClass,
  setBy: z.string().describe("Empty = recognised by itself, not set by anybody"),
  setAt: z.string().nullable(),
  hidden: z.boolean().describe("New values go behind tokens"),
  events: z.array(z.string()).describe("Events it was seen in (traits: events that set it), at most 3"),
  eventCount: z.number().int(),
  lastSeenAt: z.string().nullable(),
});
export const listClassification = route({
  id: "listClassification",
  tag: "Privacy",
  summary: "Every property and trait seen, with its class of personal data; at most 5,000 of each",
  method: "GET",
  path: "/api/workspaces/:workspace/privacy/classification",
  access: "events:read",
  params: workspaceParams,
  response: z.object({ items: z.array(classifiedSchema), complete: z.boolean().describe("False: there are more than are listed") }),
});
export const classifyProperty = route({
  id: "classifyProperty",
  tag: "Privacy",
  summary: "Say what a property or trait is; counts for new events within seconds, in every event that has it",
  method: "PUT",
  path: "/api/workspaces/:workspace/privacy/classification",
  access: "events:define",
  params: workspaceParams,
  body: z.object({ scope, name: z.string().min(1).max(255), class: propertyClass }),
  response: doneResponse,
});

export const RETENTION_DAYS_MAX = 36_500;
export const RETENTION_RULES_MAX = 500;
const retentionRule = z.object({
  event: z.string().max(255).describe("Empty = every event without a rule of its own"),
  days: z.number().int().min(1).max(RETENTION_DAYS_MAX).nullable().describe("null = for good"),
});
const rules = z.array(retentionRule).max(RETENTION_RULES_MAX);
const expiring = z.object({
  event: z.string(),
  days: z.number().int(),
  cutoff: z.string().describe("Events before this instant are expired: the start of a day in the workspace's zone"),
  events: z.number().int(),
  oldest: z.string(),
});
export const getRetention = route({
  id: "getRetention",
  tag: "Privacy",
  summary: "For how long events are kept, and the purge under way",
  method: "GET",
  path: "/api/workspaces/:workspace/privacy/retention",
  access: "events:read",
  params: workspaceParams,
  response: z.object({ rules, checkedAt: z.string().nullable(), runningSince: z.string().nullable() }),
});
export const previewRetention = route({
  id: "previewRetention",
  tag: "Privacy",
  summary: "What these rules would delete now",
  method: "POST",
  path: "/api/workspaces/:workspace/privacy/retention/preview",
  access: "workspace:manage",
  params: workspaceParams,
  body: z.object({ rules }),
  response: z.object({ items: z.array(expiring) }),
});
export const saveRetention = route({
  id: "saveRetention",
  tag: "Privacy",
  summary: "Replace the rules; expired events are deleted for good, beginning within a minute",
  method: "PUT",
  path: "/api/workspaces/:workspace/privacy/retention",
  access: "workspace:manage",
  params: workspaceParams,
  body: z.object({ rules }),
  response: doneResponse,
});
export const retentionProofSchema = z.object({
  id: z.string(),
  event: z.string(),
  days: z.number().int(),
  zone: z.string(),
  cutoff: z.string(),
  oldest: z.string().nullable(),
  before: z.number().int().describe("Expired events when the purge began"),
  deleted: z.number().int(),
  after: z.number().int().describe("Expired events when it ended"),
  quarantined: z.number().int().describe("Rows deleted from quarantine"),
  startedAt: z.string(),
  finishedAt: z.string(),
  previous: z.string().describe("Digest of the proof before"),
  digest: z.string().describe("SHA-256 of this proof with its keys in order of the alphabet"),
});
export const listRetentionProofs = route({
  id: "listRetentionProofs",
  tag: "Privacy",
  summary: "Proofs of deletion, newest first",
  method: "GET",
  path: "/api/workspaces/:workspace/privacy/retention/proofs",
  access: "events:read",
  params: workspaceParams,
  query: pageQuery,
  response: pageOf(retentionProofSchema),
});

const reportKind = z.enum(["records", "impact"]);
const reportLanguage = z.enum(["zh", "en"]);
const reportSchema = z.object({
  document: z.object({
    title: z.string(),
    about: z.array(z.tuple([z.string(), z.string()])),
    sections: z.array(
      z.object({
        title: z.string(),
        paragraphs: z.array(z.string()),
        table: z.object({ head: z.array(z.string()), rows: z.array(z.array(z.string())) }).optional(),
      }),
    ),
  }),
  markdown: z.string(),
  html: z.string().describe("One file, fit to be printed"),
});
const factsSchema = z.object({
  controller: z.string().trim().max(300),
  contact: z.string().trim().max(300),
  storagePlace: z.string().trim().max(300),
  crossBorder: z.boolean(),
  crossBorderNote: z.string().trim().max(1000),
  recipients: z.string().trim().max(1000),
  measures: z.string().trim().max(2000),
});
export const getPrivacyReport = route({
  id: "getPrivacyReport",
  tag: "Privacy",
  summary: "Records of processing or impact assessment (PIPL articles 55 and 56), from the configuration as it is now",
  method: "GET",
  path: "/api/workspaces/:workspace/privacy/report",
  access: "audit:read",
  params: workspaceParams,
  query: z.object({ kind: reportKind, language: reportLanguage }),
  response: reportSchema.extend({ facts: factsSchema.describe("What the configuration cannot tell") }),
});
export const savePrivacyFacts = route({
  id: "savePrivacyFacts",
  tag: "Privacy",
  summary: "State what the configuration cannot tell: controller, contact, place of storage, recipients",
  method: "PUT",
  path: "/api/workspaces/:workspace/privacy/facts",
  access: "workspace:manage",
  params: workspaceParams,
  body: factsSchema,
  response: doneResponse,
});
export const keptReportSchema = z.object({
  id: z.string(),
  kind: reportKind,
  version: z.number().int(),
  note: z.string(),
  madeBy: z.string(),
  madeAt: z.string(),
});
export const keepPrivacyReport = route({
  id: "keepPrivacyReport",
  tag: "Privacy",
  summary: "Keep a report as it is now, as the next version; it is never changed",
  method: "POST",
  path: "/api/workspaces/:workspace/privacy/reports",
  access: "workspace:manage",
  params: workspaceParams,
  body: z.object({
    kind: reportKind,
    note: z.string().trim().max(10_000).default("").describe("Necessity and conclusion, by the responsible person"),
  }),
  response: keptReportSchema,
});
export const listPrivacyReports = route({
  id: "listPrivacyReports",
  tag: "Privacy",
  summary: "Kept reports, newest first (at most 200)",
  method: "GET",
  path: "/api/workspaces/:workspace/privacy/reports",
  access: "audit:read",
  params: workspaceParams,
  response: z.object({ items: z.array(keptReportSchema) }),
});
export const getKeptReport = route({
  id: "getKeptReport",
  tag: "Privacy",
  summary: "A kept report",
  method: "GET",
  path: "/api/workspaces/:workspace/privacy/reports/:report",
  access: "audit:read",
  params: workspaceParams.extend({ report: z.string().max(20) }),
  query: z.object({ language: reportLanguage }),
  response: reportSchema,
});

export const privacyRoutes = [
  listClassification,
  classifyProperty,
  getRetention,
  previewRetention,
  saveRetention,
  listRetentionProofs,
  getPrivacyReport,
  savePrivacyFacts,
  keepPrivacyReport,
  listPrivacyReports,
  getKeptReport,
] as const;
