import type { AnalysisKind } from "@terrace/domain/insight/analysis-kind";
import { z } from "zod";
import { pageQuery, route, workspaceParams } from "../route.ts";
import { peopleBehindSchema } from "./insight-parts.ts";

/** What an answer cost and how fresh it is; every answer of an analysis has it as `meta`. */
export const answerMetaSchema = z.object({
  queryId: z.string().describe("The one asked with, or one that was given"),
  asOf: z.string().describe("When the figures were reckoned"),
  elapsedMs: z.number().int().describe("Of reckoning them, waiting for a turn not counted"),
  rowsRead: z.number().int(),
  bytesRead: z.number().int(),
  memoryBytes: z.number().int().nullable().describe("The most at once that was seen; null where it was too quick to be looked at"),
  cached: z.boolean().describe("Reckoned for an earlier question; the cost is of then"),
  stale: z.boolean().describe("The data have changed since; a new answer is being reckoned"),
});
export type AnswerMeta = z.output<typeof answerMetaSchema>;

/** How an answer is wanted. */
export const answerQuerySchema = z.object({
  queryId: z.uuid().optional().describe("By which the query can be looked at and ended while it runs"),
  maxStaleSeconds: z.coerce
    .number()
    .int()
    .min(0)
    .max(86_400)
    .optional()
    .describe("An answer kept for so long at most may be given though the data have changed since; it says so. Default: none"),
  fresh: z
    .enum(["true", "false"])
    .transform((text) => text === "true")
    .optional()
    .describe("true: reckon anew, even if an answer was kept"),
});

/** The route of an analysis, by its kind. */
export function analysisRoute<B extends z.ZodType, S extends z.ZodRawShape>(analysis: {
  readonly id: string;
  readonly kind: AnalysisKind;
  readonly summary: string;
  readonly body: B;
  readonly response: z.ZodObject<S>;
}) {
  const { id, kind, summary, body, response } = analysis;
  return route({
    id,
    tag: "Insight",
    summary,
    method: "POST",
    path: `/api/workspaces/:workspace/insight/${kind}`,
    access: "events:read",
    params: workspaceParams,
    query: answerQuerySchema,
    body,
    response: response.extend({ meta: answerMetaSchema }),
  });
}

/** The route of the people behind a cell of an analysis: the same body and the cell. */
export function peopleBehindRoute<B extends z.ZodType>(analysis: {
  readonly id: string;
  readonly kind: AnalysisKind;
  readonly summary: string;
  readonly body: B;
}) {
  const { id, kind, summary, body } = analysis;
  return route({
    id,
    tag: "Insight",
    summary,
    method: "POST",
    path: `/api/workspaces/:workspace/insight/${kind}/people`,
    access: "people:read",
    params: workspaceParams,
    query: pageQuery,
    body,
    response: peopleBehindSchema,
  });
}
