import { NOTICE_LANGUAGES, TARGET_KINDS } from "@terrace/domain/notify/notice";
import { z } from "zod";
import { doneResponse, pageOf, pageQuery, route, workspaceParams } from "../route.ts";

const name = z.string().trim().min(1).max(80);
const language = z.enum(NOTICE_LANGUAGES);
const address = z.string().trim().min(1).max(2_000).describe("A whole address; what follows the host is never shown again");
const secret = z.string().trim().min(1).max(500).optional().describe("Of a robot that checks signatures; never shown again");
const to = z.array(z.email().max(320)).min(1).max(50);

export const noticeTargetSchema = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(TARGET_KINDS),
  language,
  place: z.string().describe("E-mail addresses, or the host of the address"),
  hasSecret: z.boolean(),
  createdBy: z.string(),
  createdAt: z.string(),
});
export type NoticeTargetView = z.infer<typeof noticeTargetSchema>;

const placeSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("email"), to }),
  z.strictObject({ kind: z.literal("wecom"), address }),
  z.strictObject({ kind: z.literal("dingtalk"), address, secret }),
  z.strictObject({ kind: z.literal("feishu"), address, secret }),
  z.strictObject({ kind: z.literal("webhook"), address }),
]);
const targetParams = workspaceParams.extend({ target: z.string().max(20) });
const outcomeSchema = z.object({
  outcome: z.enum(["delivered", "retry", "refused"]).describe("`retry`: not now; `refused`: the other side does not take it as it is"),
  code: z.string().describe("What the other side said, such as `wecom_93000`; empty when delivered"),
});

export const listNoticeTargets = route({
  id: "listNoticeTargets",
  tag: "Notices",
  summary: "Where people are told of reports and alerts",
  method: "GET",
  path: "/api/workspaces/:workspace/notices/targets",
  access: "events:read",
  params: workspaceParams,
  response: pageOf(noticeTargetSchema),
});
export const createNoticeTarget = route({
  id: "createNoticeTarget",
  tag: "Notices",
  summary: "Add an e-mail list, a group robot of WeCom, DingTalk or Feishu, or a webhook",
  method: "POST",
  path: "/api/workspaces/:workspace/notices/targets",
  access: "webhooks:manage",
  params: workspaceParams,
  body: z.strictObject({ name, language: language.default("zh"), place: placeSchema }),
  response: z.object({
    target: noticeTargetSchema,
    secret: z.string().nullable().describe("Signs calls to a webhook; shown this one time"),
  }),
});
export const updateNoticeTarget = route({
  id: "updateNoticeTarget",
  tag: "Notices",
  summary: "Change a target; without a place it stays where it is",
  method: "PATCH",
  path: "/api/workspaces/:workspace/notices/targets/:target",
  access: "webhooks:manage",
  params: targetParams,
  body: z.strictObject({ name, language, place: placeSchema.optional() }),
  response: noticeTargetSchema,
});
export const deleteNoticeTarget = route({
  id: "deleteNoticeTarget",
  tag: "Notices",
  summary: "Delete a target with its log",
  method: "DELETE",
  path: "/api/workspaces/:workspace/notices/targets/:target",
  access: "webhooks:manage",
  params: targetParams,
  response: doneResponse,
});
export const testNoticeTarget = route({
  id: "testNoticeTarget",
  tag: "Notices",
  summary: "Send a test message now and tell how it went",
  method: "POST",
  path: "/api/workspaces/:workspace/notices/targets/:target/test",
  access: "webhooks:manage",
  params: targetParams,
  response: outcomeSchema,
});

export const noticeDeliverySchema = z.object({
  id: z.string(),
  targetId: z.string(),
  targetName: z.string(),
  kind: z.enum(TARGET_KINDS),
  key: z.string().describe("What it tells of, such as `report:12`"),
  state: z.enum(["waiting", "delivered", "failed"]),
  attempts: z.number().int(),
  dueAt: z.string().nullable(),
  createdAt: z.string(),
  finishedAt: z.string().nullable(),
  error: z.string().describe("Of the last attempt; empty when it went well"),
});
export const listNoticeDeliveries = route({
  id: "listNoticeDeliveries",
  tag: "Notices",
  summary: "What was told to whom, newest first; kept for 30 days",
  method: "GET",
  path: "/api/workspaces/:workspace/notices/deliveries",
  access: "events:read",
  params: workspaceParams,
  query: pageQuery.extend({ key: z.string().max(100).optional() }),
  response: pageOf(noticeDeliverySchema),
});
export const resendNotice = route({
  id: "resendNotice",
  tag: "Notices",
  summary: "Send a notice again that was given up",
  method: "POST",
  path: "/api/workspaces/:workspace/notices/deliveries/:delivery/resend",
  access: "reports:manage",
  params: workspaceParams.extend({ delivery: z.string().max(20) }),
  response: doneResponse,
});

export const mailServerSchema = z.object({
  host: z.string(),
  port: z.number().int(),
  security: z.enum(["tls", "starttls", "none"]),
  user: z.string(),
  from: z.string(),
  hasPassword: z.boolean(),
  origin: z.enum(["workspace", "installation"]).describe("`installation`: set in the environment of the server"),
});
const mailAnswer = z.object({ server: mailServerSchema.nullable() });
export const getMailServer = route({
  id: "getMailServer",
  tag: "Notices",
  summary: "The mail server in use",
  method: "GET",
  path: "/api/workspaces/:workspace/notices/mail-server",
  access: "workspace:manage",
  params: workspaceParams,
  response: mailAnswer,
});
export const setMailServer = route({
  id: "setMailServer",
  tag: "Notices",
  summary: "Set the mail server of this workspace, or go back to the installation's",
  method: "PUT",
  path: "/api/workspaces/:workspace/notices/mail-server",
  access: "workspace:manage",
  params: workspaceParams,
  body: z.strictObject({
    server: z
      .strictObject({
        host: z.string().trim().min(1).max(255),
        port: z.number().int().min(1).max(65_535),
        security: z.enum(["tls", "starttls", "none"]),
        user: z.string().trim().max(320).default(""),
        password: z.string().max(1_000).optional().describe("Never shown again. Left out: as before, for the same host and user"),
        from: z
          .string()
          .trim()
          .max(320)
          .regex(/^(?:[^<>\r\n]*<[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/, "Give name@example.com or Name <name@example.com>"),
      })
      .nullable()
      .describe("Null: the installation's"),
  }),
  response: mailAnswer,
});
export const testMailServer = route({
  id: "testMailServer",
  tag: "Notices",
  summary: "Send a test letter to oneself",
  method: "POST",
  path: "/api/workspaces/:workspace/notices/mail-server/test",
  access: "workspace:manage",
  params: workspaceParams,
  body: z.strictObject({ to: z.email().max(320) }),
  response: outcomeSchema,
});

export const notifyRoutes = [
  listNoticeTargets,
  createNoticeTarget,
  updateNoticeTarget,
  deleteNoticeTarget,
  testNoticeTarget,
  listNoticeDeliveries,
  resendNotice,
  getMailServer,
  setMailServer,
  testMailServer,
] as const;
