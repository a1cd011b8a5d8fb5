import { DUPLICATE_SIGNS } from "@terrace/domain/identity/duplicate-rules";
import { z } from "zod";
import { doneResponse, route, workspaceParams } from "../route.ts";

const sign = z.enum(DUPLICATE_SIGNS);
const personId = z.string().regex(/^\d{1,19}$/);

export const listDuplicates = route({
  id: "listDuplicates",
  tag: "Merges",
  summary: "People who look like one: two to ten with the same phone, e-mail, id card or WeChat unionid, in ids or traits",
  method: "GET",
  path: "/api/workspaces/:workspace/duplicates",
  access: "people:read",
  params: workspaceParams,
  query: z.object({ sign: sign.default("phone"), limit: z.coerce.number().int().min(1).max(500).default(100) }),
  response: z.object({
    sign,
    confidence: z.enum(["certain", "high", "medium"]),
    more: z.boolean().describe("There are more groups than the limit"),
    groups: z.array(
      z.object({
        value: z.string().describe("What they share, masked"),
        keptApart: z.boolean().describe("Somebody said that two of them are two people"),
        people: z.array(z.object({ person: z.string(), displayName: z.string(), lastSeenAt: z.string(), idsCount: z.number().int() })),
      }),
    ),
  }),
});
export const keepPeopleApart = route({
  id: "keepPeopleApart",
  tag: "Merges",
  summary: "Say that people are different people: no rule merges them, and the report marks them",
  method: "POST",
  path: "/api/workspaces/:workspace/duplicates/keep-apart",
  access: "people:merge",
  params: workspaceParams,
  body: z.object({ people: z.array(personId).min(2).max(10) }),
  response: doneResponse,
});
export const decideConflicts = route({
  id: "decideConflicts",
  tag: "Merges",
  summary: "Decide many refused joins alike; each by itself, so that one that cannot be decided stops no other",
  method: "POST",
  path: "/api/workspaces/:workspace/conflicts/decide",
  access: "people:merge",
  params: workspaceParams,
  body: z.object({ conflicts: z.array(z.string().max(40)).min(1).max(200), decision: z.enum(["merge", "keep_apart"]) }),
  response: z.object({ decided: z.number().int(), refused: z.array(z.object({ conflict: z.string(), code: z.string() })) }),
});

const rules = z.object({
  id_card: z.enum(["ask", "merge"]),
  unionid: z.enum(["ask", "merge"]),
  phone: z.enum(["ask", "merge"]),
  email: z.enum(["ask", "merge"]),
});
export const getMergeRules = route({
  id: "getMergeRules",
  tag: "Merges",
  summary: "What is done about two people with the same sign",
  method: "GET",
  path: "/api/workspaces/:workspace/merge-rules",
  access: "people:read",
  params: workspaceParams,
  response: rules,
});
export const saveMergeRules = route({
  id: "saveMergeRules",
  tag: "Merges",
  summary: "`merge`: exactly two people with the same sign are merged by themselves within ten minutes, unless somebody kept them apart",
  method: "PUT",
  path: "/api/workspaces/:workspace/merge-rules",
  access: "workspace:manage",
  params: workspaceParams,
  body: rules,
  response: rules,
});

export const duplicateRoutes = [listDuplicates, keepPeopleApart, decideConflicts, getMergeRules, saveMergeRules] as const;
