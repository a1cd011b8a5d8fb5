import type { RouteContract } from "@terrace/contract/route";
import type { AskedPeriod } from "@terrace/domain/insight/time/period";
import { FilterSections, type Filters as Chosen } from "./frame/FilterSections.tsx";
import type { Analysis } from "./frame/use-analysis.ts";

type Props<C extends RouteContract> = {
  readonly analysis: Analysis<C>;
  /** The events the analysis looks at. */
  readonly events: readonly (string | null)[];
  /** The period values are suggested from, where the question has none of its own. */
  readonly period?: AskedPeriod;
};
type WithFilters = { readonly filters?: Chosen; readonly period?: AskedPeriod };

/** The filters of an analysis whose route takes some. */
export function Filters<C extends RouteContract>({ analysis, events, period }: Props<C>) {
  // Which parts a route takes is known when it is asked for, not here.
  const draft = analysis.draft as WithFilters;
  const shape = "shape" in analysis.route.body ? (analysis.route.body.shape as object) : {};
  if (!("filters" in shape)) return null;
  const edit = analysis.edit as (change: WithFilters) => void;
  return (
    <FilterSections
      filters={draft.filters}
      period={period ?? draft.period ?? { last: 30, unit: "day" }}
      events={events}
      onChange={(filters) => edit({ filters } as WithFilters)}
    />
  );
}
