import { DUMP_VERSION } from "@terrace/domain/exports/person-dump";
import { IDENTITY_KINDS } from "@terrace/domain/identity/identity-kinds";
import { z } from "zod";
import { pageOf, pageQuery, route, workspaceParams } from "../route.ts";

export const EXPORT_FORMATS = ["csv", "jsonl", "parquet"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** `waiting` = its file was not read yet; `aborted` = the reader went away before the end. */
export const EXPORT_STATES = ["waiting", "running", "done", "aborted", "failed"] as const;

const exportParams = workspaceParams.extend({ export: z.string().regex(/^[1-9]\d{0,17}$/) });

export const exportSchema = z.object({
  id: z.string(),
  what: z.string().describe("`people`, `events` or the name of a list"),
  format: z.enum(EXPORT_FORMATS),
  clear: z.boolean().describe("Personal values in clear"),
  reason: z.string().describe("Why in clear; empty when masked"),
  filters: z.record(z.string(), z.string()),
  columns: z.array(z.string()).describe("Empty: all"),
  state: z.enum(EXPORT_STATES),
  rows: z.number().int(),
  bytes: z.number().int(),
  actor: z.string(),
  createdAt: z.string(),
  startedAt: z.string().nullable(),
  finishedAt: z.string().nullable(),
});
export type ExportView = z.infer<typeof exportSchema>;

export const listExports = route({
  id: "listExports",
  tag: "Exports",
  summary: "Exports, newest first",
  method: "GET",
  path: "/api/workspaces/:workspace/exports",
  access: "data:export",
  params: workspaceParams,
  query: pageQuery,
  response: pageOf(exportSchema),
});
export const listExportable = route({
  id: "listExportable",
  tag: "Exports",
  summary: "What can be exported, with the columns and filters of each",
  method: "GET",
  path: "/api/workspaces/:workspace/exportable",
  access: "data:export",
  params: workspaceParams,
  response: z.object({
    items: z.array(
      z.object({
        what: z.string(),
        columns: z.array(z.string()).describe("Besides these, `traits.<key>` of people and `properties.<key>` of events"),
        filters: z.array(z.string()),
        canBeClear: z.boolean().describe("Holds personal values that may be exported in clear"),
      }),
    ),
  }),
});
export const createExport = route({
  id: "createExport",
  tag: "Exports",
  summary: "Prepare an export; its file is read once, within 15 minutes, by whoever prepared it",
  method: "POST",
  path: "/api/workspaces/:workspace/exports",
  access: "data:export",
  params: workspaceParams,
  body: z.object({
    what: z.string().max(60),
    format: z.enum(EXPORT_FORMATS),
    columns: z.array(z.string().max(300)).max(300).default([]).describe("Empty: all. JSONL always holds everything"),
    filters: z.record(z.string().max(60), z.string().max(300)).default({}).describe("The filters of the list"),
    clear: z.boolean().default(false).describe("Personal values in clear: needs `people:unmask` and a reason"),
    reason: z.string().trim().max(300).default(""),
  }),
  response: exportSchema,
});
export const downloadExport = route({
  id: "downloadExport",
  tag: "Exports",
  summary: "The file of an export, streamed; a transfer that breaks off is no file",
  method: "GET",
  path: "/api/workspaces/:workspace/exports/:export/file",
  access: "data:export",
  params: exportParams,
  response: z.string().describe("text/csv, application/x-ndjson or application/vnd.apache.parquet"),
});

const refSchema = z.object({ kind: z.enum(IDENTITY_KINDS), value: z.string().min(1).max(255) });
const msSchema = z.number().int();
const logSchema = z.array(z.tuple([msSchema, z.string().max(60), z.enum(["s", "o", "i", "a", "u"]), z.json()])).max(100);
/** The facts of a person as JSONL exports hold them (domain/exports/person-dump). */
export const personFactsSchema = z.object({
  version: z.literal(DUMP_VERSION),
  identities: z
    .array(
      refSchema.extend({
        firstSeenMs: msSchema,
        lastSeenMs: msSchema.nullable(),
        severedMs: msSchema.nullable(),
        traits: z.record(z.string().max(300), logSchema),
        marked: z.array(z.string()),
        cleared: z.tuple([msSchema, z.string().max(60)]).optional(),
        tags: z.array(
          z.object({
            tag: z.string().min(1).max(60),
            owner: z.string().max(255),
            createdAt: z.iso.datetime(),
            expiresAt: z.iso.datetime().nullable(),
          }),
        ),
      }),
    )
    .min(1),
  links: z.array(
    z.object({ low: refSchema, high: refSchema, firstAtMs: msSchema, assertedAtMs: msSchema.nullable(), keptApart: z.boolean() }),
  ),
  merges: z.array(
    z.object({
      low: refSchema,
      high: refSchema,
      survivor: refSchema,
      atMs: msSchema,
      waived: z.boolean(),
      reason: z.string().max(1_000),
      madeBy: z.string().max(255),
      createdAt: z.iso.datetime(),
      takenBackAt: z.iso.datetime().nullable(),
      takenBackBy: z.string().max(255).nullable(),
    }),
  ),
});
/** An event as JSONL exports in clear hold it; what is derived from these is left out. */
export const exportedEventSchema = z.object({
  version: z.literal(DUMP_VERSION),
  messageId: z.string().min(1).max(255),
  name: z.string().min(1).max(255),
  time: z.iso.datetime(),
  source: z.enum(["segment", "posthog", "sensors", "import", "console", "terrace"]),
  id: refSchema.optional(),
  properties: z.record(z.string(), z.json()),
  context: z.record(z.string(), z.string()),
  marked: z.array(z.string()),
});
export const takeExported = route({
  id: "takeExported",
  tag: "Exports",
  summary: "Take people and events from a JSONL export in clear; what is there already is left as it is",
  method: "POST",
  path: "/api/workspaces/:workspace/exported",
  access: "imports:write",
  bodyBytesMax: 16 * 1024 * 1024,
  params: workspaceParams,
  body: z.object({
    people: z.array(personFactsSchema).max(2_000).default([]).describe("Needs people:merge as well"),
    events: z.array(exportedEventSchema).max(5_000).default([]),
  }),
  response: z.object({
    people: z.number().int(),
    events: z.number().int().describe("Handed to the feed; those stored before are left out"),
    rejected: z
      .array(z.object({ index: z.number().int(), code: z.string(), field: z.string(), detail: z.string() }))
      .describe("Events, by place"),
  }),
});

export const exportRoutes = [listExports, listExportable, createExport, downloadExport, takeExported] as const;
