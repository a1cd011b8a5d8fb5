import { IDENTITY_KINDS, IDENTITY_LENGTH_MAX } from "@terrace/domain/identity/identity-kinds";
import { BADGE_TONES } from "@terrace/domain/pyramids/pyramid";
import { EVIDENCE_CLASSES, EVIDENCE_TYPES } from "@terrace/domain/verification/evidence";
import { VERIFICATION_STATES } from "@terrace/domain/verification/verification-states";
import { z } from "zod";
import { doneResponse, pageOf, pageQuery, route, workspaceParams } from "../route.ts";
import { personConditionSchema } from "./insight-conditions.ts";
import { personIdSchema, personParams, personRowSchema } from "./people.ts";

/** Days that an approval can hold. */
export const VALID_DAYS_MAX = 3_660;
export const EVIDENCE_FIELDS_MAX = 12;
export const CHOICES_MAX = 30;

const words = (max: number) => z.string().trim().min(1).max(max);
const bothLanguages = (max: number) => z.strictObject({ zh: words(max), en: words(max) });
const keyOf = (what: string) =>
  z.string().regex(/^[a-z][a-z0-9_]{0,39}$/, `Begin the ${what} with a small letter, then up to 39 small letters, digits and underscores`);

export const evidenceFieldSchema = z
  .strictObject({
    key: keyOf("field's key"),
    name: bothLanguages(40),
    type: z.enum(EVIDENCE_TYPES),
    required: z.boolean(),
    choices: z.array(words(80)).max(CHOICES_MAX).default([]).describe("Of a choice only"),
    personal: z
      .enum(EVIDENCE_CLASSES)
      .nullable()
      .default(null)
      .describe(
        "Its values are masked as such, whatever they look like; marked: other personal data. Null: what looks personal in them is masked",
      ),
  })
  .refine(({ type, choices }) => (type === "choice") === choices.length > 0, "Give choices to a choice, and to no other type");
export const badgeSchema = z.strictObject({
  label: bothLanguages(12),
  tone: z.enum(BADGE_TONES).describe("A colour of the charts' palette"),
});

const definition = {
  name: bothLanguages(40),
  badge: badgeSchema.describe("What stands beside the name of whoever has it"),
  tag: words(60).describe("The tag that is on as long as a verification of this kind holds: conditions, lists and exports know it"),
  fields: z
    .array(evidenceFieldSchema)
    .max(EVIDENCE_FIELDS_MAX)
    .refine((fields) => new Set(fields.map(({ key }) => key)).size === fields.length, "Name each field once")
    .describe("What is to be filled in"),
  eligibility: personConditionSchema.nullable().describe("Whoever does not meet it cannot apply; null: anyone can"),
  validDays: z.number().int().min(1).max(VALID_DAYS_MAX).nullable().describe("Days of 24 hours that an approval holds; null: for ever"),
  open: z.boolean().describe("False: nobody can apply now"),
};
export const verificationKindSchema = z.object({
  ...definition,
  key: z.string(),
  waiting: z.number().int().describe("Applications to review"),
  verified: z.number().int().describe("People who have it now"),
  createdAt: z.string(),
  createdBy: z.string(),
});
export type VerificationKindView = z.infer<typeof verificationKindSchema>;

const evidenceSchema = z
  .record(z.string().max(40), z.union([z.string().max(4_000), z.number()]))
  .describe("By key of the field; a choice by its text, a date as 2026-07-16");
const stateSchema = z
  .enum(VERIFICATION_STATES)
  .describe("replaced: a newer approval of the same person took its place; it was not taken away");

export const verificationSchema = z.object({
  id: z.string(),
  kind: z.object({ key: z.string(), name: bothLanguages(40), badge: badgeSchema }),
  person: personRowSchema.pick({ id: true, displayName: true }),
  state: stateSchema,
  counts: z.boolean().describe("It is the one that verifies the person now: of joined people one counts"),
  submittedAt: z.string(),
  submittedBy: z.string(),
  decidedAt: z.string().nullable().describe("When it came to its state; null while it is open"),
  validUntil: z.string().nullable().describe("Of an approval: until when it holds; null is for ever"),
});
export type VerificationView = z.infer<typeof verificationSchema>;
export const verificationDetailSchema = verificationSchema.extend({
  evidence: z.array(
    z.object({
      key: z.string(),
      name: bothLanguages(40).nullable().describe("Null: the kind does not ask for it any more"),
      type: z.enum(EVIDENCE_TYPES),
      value: z.string().describe("What looks personal is masked"),
      personal: z.boolean().describe("Whether a stated reason shows more of it"),
    }),
  ),
  history: z.array(
    z.object({
      state: stateSchema,
      at: z.string(),
      by: z.string().describe("Empty: by itself, with time"),
      reason: z.string().describe("As text of notes is shown"),
    }),
  ),
});
export type VerificationDetail = z.infer<typeof verificationDetailSchema>;

const kindParams = workspaceParams.extend({ kind: z.string().max(40) });
const params = workspaceParams.extend({ verification: z.string().max(20) });
const reason = words(500);

export const listVerificationKinds = route({
  id: "listVerificationKinds",
  tag: "Verification",
  summary: "Kinds of verification, with applications to review and people verified",
  method: "GET",
  path: "/api/workspaces/:workspace/verification-kinds",
  access: "people:read",
  params: workspaceParams,
  response: z.object({ items: z.array(verificationKindSchema) }),
});
export const putVerificationKind = route({
  id: "putVerificationKind",
  tag: "Verification",
  summary: "Make a kind of verification or change it; approvals there are keep their end, and take its tag",
  method: "PUT",
  path: "/api/workspaces/:workspace/verification-kinds/:kind",
  access: "people:verify",
  params: workspaceParams.extend({ kind: keyOf("key") }),
  body: z.strictObject(definition),
  response: verificationKindSchema,
});
export const deleteVerificationKind = route({
  id: "deleteVerificationKind",
  tag: "Verification",
  summary: "Delete a kind with its applications, and take its tag off everyone; nobody is told",
  method: "DELETE",
  path: "/api/workspaces/:workspace/verification-kinds/:kind",
  access: "people:verify",
  params: kindParams,
  response: doneResponse,
});
export const listVerifications = route({
  id: "listVerifications",
  tag: "Verification",
  summary: "Applications: those to review first come first, others the newest first",
  method: "GET",
  path: "/api/workspaces/:workspace/verifications",
  access: "people:read",
  params: workspaceParams,
  query: pageQuery.extend({
    state: stateSchema.optional(),
    kind: z.string().max(40).optional().describe("Key of a kind"),
    person: personIdSchema.optional(),
  }),
  response: pageOf(verificationSchema),
});
export const getVerification = route({
  id: "getVerification",
  tag: "Verification",
  summary: "One application with its evidence and history",
  method: "GET",
  path: "/api/workspaces/:workspace/verifications/:verification",
  access: "people:read",
  params,
  response: verificationDetailSchema,
});
const applying = { kind: z.string().max(40).describe("Key of the kind"), evidence: evidenceSchema };
export const applyForVerification = route({
  id: "applyForVerification",
  tag: "Verification",
  summary: "Apply for a person; one application for each kind can be open",
  method: "POST",
  path: "/api/workspaces/:workspace/people/:person/verifications",
  access: "people:write",
  params: personParams,
  body: z.strictObject(applying),
  response: verificationDetailSchema,
});
export const submitVerification = route({
  id: "submitVerification",
  tag: "Verification",
  summary: "Apply for the person with an id, e.g. from your own server when they send the form",
  method: "POST",
  path: "/api/workspaces/:workspace/verifications",
  access: "people:write",
  params: workspaceParams,
  body: z.strictObject({
    ...applying,
    identity: z.strictObject({ kind: z.enum(IDENTITY_KINDS), value: z.string().min(1).max(IDENTITY_LENGTH_MAX) }),
  }),
  response: verificationDetailSchema,
});
export const approveVerification = route({
  id: "approveVerification",
  tag: "Verification",
  summary: "Approve an application: the person has the tag and the badge from now on",
  method: "POST",
  path: "/api/workspaces/:workspace/verifications/:verification/approve",
  access: "people:verify",
  params,
  body: z.strictObject({ note: z.string().trim().max(500).default("") }),
  response: verificationDetailSchema,
});
export const rejectVerification = route({
  id: "rejectVerification",
  tag: "Verification",
  summary: "Reject an application with a reason",
  method: "POST",
  path: "/api/workspaces/:workspace/verifications/:verification/reject",
  access: "people:verify",
  params,
  body: z.strictObject({ reason }),
  response: verificationDetailSchema,
});
export const withdrawVerification = route({
  id: "withdrawVerification",
  tag: "Verification",
  summary: "Take an open application back, for the person who applied",
  method: "POST",
  path: "/api/workspaces/:workspace/verifications/:verification/withdraw",
  access: "people:write",
  params,
  body: z.strictObject({ note: z.string().trim().max(500).default("") }),
  response: verificationDetailSchema,
});
export const revokeVerification = route({
  id: "revokeVerification",
  tag: "Verification",
  summary: "Take a verification away again, with a reason",
  method: "POST",
  path: "/api/workspaces/:workspace/verifications/:verification/revoke",
  access: "people:verify",
  params,
  body: z.strictObject({ reason }),
  response: verificationDetailSchema,
});
export const unmaskVerification = route({
  id: "unmaskVerification",
  tag: "Verification",
  summary: "The evidence of an application in clear; the view is audited with its reason",
  method: "POST",
  path: "/api/workspaces/:workspace/verifications/:verification/unmask",
  access: "people:unmask",
  params,
  body: z.strictObject({ reason: z.string().trim().min(3).max(300) }),
  response: z.object({ evidence: z.record(z.string(), z.string()).describe("By key of the field") }),
});

export const verificationRoutes = [
  listVerificationKinds,
  putVerificationKind,
  deleteVerificationKind,
  listVerifications,
  getVerification,
  applyForVerification,
  submitVerification,
  approveVerification,
  rejectVerification,
  withdrawVerification,
  revokeVerification,
  unmaskVerification,
] as const;
