import { SUPPRESSION_REASONS } from "@terrace/domain/governor/facts";
import { z } from "zod";
import { doneResponse, pageOf, pageQuery, route, workspaceParams } from "../route.ts";
import { messageChannelSchema } from "./templates-content.ts";

const SUPPRESSIONS = "/api/workspaces/:workspace/suppressions";
const address = z.string().trim().min(1).max(255).describe("E-mail address, phone number or openid in clear; not kept");
const suppression = z.object({
  id: z.string(),
  channel: messageChannelSchema,
  address: z.string().nullable().describe("Masked; null: nobody's that is known"),
  person: z.object({ id: z.string(), displayName: z.string() }).nullable(),
  reason: z.enum(SUPPRESSION_REASONS),
  detail: z.string().describe("What the provider said, or why an operator did it"),
  madeBy: z.string().describe("Empty: Terrace did"),
  at: z.string(),
});
export type SuppressionView = z.infer<typeof suppression>;

export const listSuppressions = route({
  id: "listSuppressions",
  tag: "Governor",
  summary: "Addresses to which nothing is sent, the newest first",
  method: "GET",
  path: SUPPRESSIONS,
  access: "channels:manage",
  params: workspaceParams,
  query: pageQuery.extend({ channel: messageChannelSchema.optional(), reason: z.enum(SUPPRESSION_REASONS).optional() }),
  response: pageOf(suppression),
});
export const findSuppression = route({
  id: "findSuppression",
  tag: "Governor",
  summary: "Whether an address is suppressed",
  method: "POST",
  path: `${SUPPRESSIONS}/find`,
  access: "channels:manage",
  params: workspaceParams,
  body: z.strictObject({ channel: messageChannelSchema, address }),
  response: z.object({ item: suppression.nullable() }),
});
export const addSuppression = route({
  id: "addSuppression",
  tag: "Governor",
  summary: "Send nothing to an address any more",
  method: "POST",
  path: SUPPRESSIONS,
  access: "channels:manage",
  params: workspaceParams,
  body: z.strictObject({ channel: messageChannelSchema, address, detail: z.string().trim().min(1).max(300).describe("Why") }),
  response: suppression,
});
export const liftSuppression = route({
  id: "liftSuppression",
  tag: "Governor",
  summary: "Let an address get messages again; what its owner asked for is lifted only by who may approve",
  method: "POST",
  path: `${SUPPRESSIONS}/:suppression/lift`,
  access: "channels:manage",
  params: workspaceParams.extend({ suppression: z.string().max(20) }),
  body: z.strictObject({ reason: z.string().trim().min(1).max(300) }),
  response: doneResponse,
});

export const suppressionRoutes = [listSuppressions, findSuppression, addSuppression, liftSuppression] as const;
