import { segmentsInQuery } from "@terrace/domain/insight/boards/segments-in-query";
import type { Json, JsonObject } from "@terrace/domain/json";
import { FaultError, faultError } from "../../platform/http/fault-error.ts";
import type { BoardDeps } from "./board-deps.ts";

/** Refuses a question that could not be asked, with its analysis's own words, under the field it stands in. */
export function checkQuestion(
  { check }: Pick<BoardDeps, "check">,
  { kind, query }: { readonly kind: string; readonly query: JsonObject },
  field: string,
): void {
  try {
    check(kind, query);
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    const { field: inner, code, ...rest } = error.fault;
    const path = code === "insight.no_such_analysis" ? ["kind"] : ["query", inner ?? ""];
    throw faultError(error.code, { ...rest, field: [field, ...path].filter((part) => part !== "").join(".") });
  }
}

/** Ids of the segments that are named. Throws `condition.no_such_segment`. */
export async function segmentsNamed(
  { segmentNames }: Pick<BoardDeps, "segmentNames">,
  workspaceId: number,
  json: object,
): Promise<readonly string[]> {
  const named = segmentsInQuery(json as Json);
  const known = await segmentNames(workspaceId, named);
  const missing = named.find((id) => !known.has(id));
  if (missing !== undefined)
    throw faultError("condition.no_such_segment", {
      field: "query",
      mend: "Choose a segment of this workspace",
      details: { segment: missing },
    });
  return named;
}
