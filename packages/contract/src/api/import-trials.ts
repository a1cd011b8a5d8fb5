import { z } from "zod";
import { route, workspaceParams } from "../route.ts";
import { failureSchema, runBody } from "./imports.ts";

const json = z.json();
export const trialSchema = z.object({
  id: z.string(),
  state: z.enum(["queued", "running", "done", "failed", "cancelled"]),
  rowsRead: z.number().int(),
  failure: failureSchema.nullable(),
  result: z
    .object({
      rows: z.number().int(),
      events: z.number().int(),
      rejected: z.number().int(),
      names: z.array(z.object({ name: z.string(), events: z.number().int() })),
      reasons: z.array(z.object({ code: z.string(), field: z.string(), detail: z.string(), rows: z.number().int() })),
      samples: z.array(
        z.object({ name: z.string(), time: z.string().nullable(), ids: z.array(z.string()), properties: json, traits: json }),
      ),
      firstTime: z.string().nullable(),
      lastTime: z.string().nullable(),
    })
    .nullable(),
});
export const startTrial = route({
  id: "startTrial",
  tag: "Imports",
  summary: "Dry run: read and map a whole uploaded file without changing anything",
  method: "POST",
  path: "/api/workspaces/:workspace/imports/trials",
  access: "imports:write",
  params: workspaceParams,
  body: runBody,
  response: trialSchema,
});
export const getTrial = route({
  id: "getTrial",
  tag: "Imports",
  summary: "A dry run and, once it is done, what it found",
  method: "GET",
  path: "/api/workspaces/:workspace/imports/trials/:trial",
  access: "imports:write",
  params: workspaceParams.extend({ trial: z.string().max(40) }),
  response: trialSchema,
});

export const importTrialRoutes = [startTrial, getTrial] as const;
