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
});
export type AnswerMeta = z.output<typeof answerMetaSchema>;

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
