import { WEEK_STARTS } from "@terrace/domain/insight/time/calendar";
import { faultError } from "../../../platform/http/fault-error.ts";
import { parseInput } from "../../../platform/http/input-fault.ts";
import type { ChStatement } from "../../../platform/storage/clickhouse.ts";
import type { AnyAnalysis } from "../analysis.ts";
import { scopeOf, type Asking, type Filters } from "../time/asking.ts";

/** A figure of an analysis; `field` is where it stands in the query. */
export type FigureAsked = { readonly kind: string; readonly query: object; readonly cell?: object | undefined; readonly field: string };

/** A statement of the people behind a figure, with the week and the filters of its own query. Throws `insight.no_such_analysis`, `insight.no_people` and what its contract refuses. */
export async function behindFigure(
  asking: Asking,
  analyses: Readonly<Record<string, AnyAnalysis>>,
  { kind, query, cell, field }: FigureAsked,
): Promise<ChStatement> {
  const found = Object.hasOwn(analyses, kind) ? analyses[kind] : undefined;
  if (found === undefined)
    throw faultError("insight.no_such_analysis", { field: `${field}.kind`, mend: `Give one of: ${Object.keys(analyses).join(", ")}` });
  if (found.people === undefined) throw faultError("insight.no_people", { field: `${field}.kind`, mend: "Choose another analysis" });
  const body = parseInput(found.people.route.body, cell === undefined ? query : { ...query, cell }, "body");
  // The contract of the analysis has read the body.
  const { weekStart, filters } = body as { readonly weekStart?: unknown; readonly filters?: Filters };
  const own: Asking = {
    ...asking,
    calendar: { ...asking.calendar, weekStart: WEEK_STARTS.find((each) => each === weekStart) ?? "monday" },
    tools: { ...asking.tools, scope: scopeOf(filters ?? {}, asking.tools) },
  };
  return found.people.behind(own, body as never);
}
