import { PLAN_KINDS } from "@terrace/domain/imports/import-plan";
import { z } from "zod";
import { doneResponse, route, workspaceParams } from "../route.ts";

export const planSchema = z.object({
  kind: z.enum(PLAN_KINDS),
  zone: z.string().max(64),
  currency: z.string().max(8),
  timeFormat: z.string().max(64),
  eventName: z.string().max(255),
  columns: z
    .array(
      z.object({
        column: z.string().max(255),
        use: z.string().max(400).describe("e.g. id:phone, time, order:revenue, trait:string:city, consent:marketing:sms, skip"),
      }),
    )
    .max(2_000),
  unpaid: z.string().max(200),
  refunded: z.string().max(200),
  paidOnly: z.boolean(),
  consentAt: z.string().max(40).optional().describe("When people chose about consent, where no column says it: a day or a time"),
});
const savedMappingSchema = z.object({
  id: z.string(),
  name: z.string(),
  columns: z.array(z.string()),
  plan: planSchema,
  by: z.string(),
  updatedAt: z.string(),
});
export const listMappings = route({
  id: "listMappings",
  tag: "Imports",
  summary: "Saved mappings, by name",
  method: "GET",
  path: "/api/workspaces/:workspace/imports/mappings",
  access: "imports:write",
  params: workspaceParams,
  response: z.object({ items: z.array(savedMappingSchema) }),
});
export const saveMapping = route({
  id: "saveMapping",
  tag: "Imports",
  summary: "Keep a mapping under a name; one of the same name is replaced",
  method: "PUT",
  path: "/api/workspaces/:workspace/imports/mappings",
  access: "imports:write",
  params: workspaceParams,
  body: z.object({ name: z.string().trim().min(1).max(80), columns: z.array(z.string().max(255)).max(2_000), plan: planSchema }),
  response: savedMappingSchema,
});
export const deleteMapping = route({
  id: "deleteMapping",
  tag: "Imports",
  summary: "Forget a saved mapping; imports made with it stay",
  method: "DELETE",
  path: "/api/workspaces/:workspace/imports/mappings/:mapping",
  access: "imports:write",
  params: workspaceParams.extend({ mapping: z.string().max(40) }),
  response: doneResponse,
});

export const importMappingRoutes = [listMappings, saveMapping, deleteMapping] as const;
