import { z } from "zod";
import { pageOf, pageQuery, route, workspaceParams } from "../route.ts";

export const quarantineRowSchema = z.object({
  id: z.string(),
  receivedAt: z.string(),
  source: z.string(),
  name: z.string(),
  messageId: z.string(),
  code: z.string(),
  field: z.string(),
  detail: z.string(),
  state: z.enum(["open", "replayed", "discarded"]),
});
export const listQuarantine = route({
  id: "listQuarantine",
  tag: "Quarantine",
  summary: "Events that could not be accepted, with the reason",
  method: "GET",
  path: "/api/workspaces/:workspace/quarantine",
  access: "quarantine:read",
  params: workspaceParams,
  query: pageQuery.extend({
    code: z.string().max(80).optional(),
    name: z.string().max(255).optional(),
    state: z.enum(["open", "replayed", "discarded"]).default("open"),
  }),
  response: pageOf(quarantineRowSchema).extend({
    reasons: z.array(z.object({ code: z.string(), count: z.number().int() })).describe("Of the state asked for"),
  }),
});
export const getQuarantined = route({
  id: "getQuarantined",
  tag: "Quarantine",
  summary: "One quarantined event with its payload (personal values masked)",
  method: "GET",
  path: "/api/workspaces/:workspace/quarantine/:id",
  access: "quarantine:read",
  params: workspaceParams.extend({ id: z.string().max(40) }),
  response: quarantineRowSchema.extend({ payload: z.string(), truncated: z.boolean() }),
});
const selection = z
  .object({
    ids: z.array(z.string().max(40)).max(1000).optional(),
    code: z.string().max(80).optional(),
    name: z.string().max(255).optional(),
    all: z.literal(true).optional().describe("Everything open; given alone"),
  })
  .describe("By id, everything open with this code and name, or everything open");
export const replayQuarantine = route({
  id: "replayQuarantine",
  tag: "Quarantine",
  summary: "Send quarantined events through the pipeline again",
  method: "POST",
  path: "/api/workspaces/:workspace/quarantine/replay",
  access: "quarantine:replay",
  params: workspaceParams,
  body: selection,
  response: z.object({ replayed: z.number().int(), stillBad: z.number().int() }),
});
export const discardQuarantine = route({
  id: "discardQuarantine",
  tag: "Quarantine",
  summary: "Put quarantined events aside for good",
  method: "POST",
  path: "/api/workspaces/:workspace/quarantine/discard",
  access: "quarantine:replay",
  params: workspaceParams,
  body: selection,
  response: z.object({ discarded: z.number().int() }),
});

export const quarantineRoutes = [listQuarantine, getQuarantined, replayQuarantine, discardQuarantine] as const;
