import { queryTrends } from "@terrace/contract/api/insight-trends";
import type { AskedPeriod } from "@terrace/domain/insight/time/period";
import { useCall } from "../../app/api/use-call.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import type { FieldOption } from "./use-field-options.ts";

const TOP = 30;

/** The most frequent values of a field among the events in question; asked once `wanted`, so that only an opened list costs a query. */
export function useValueSuggestions(
  field: FieldOption | undefined,
  { event, period, wanted }: { readonly event: string | null; readonly period: AskedPeriod; readonly wanted: boolean },
): { readonly values: readonly string[]; readonly loading: boolean } {
  const params = useWorkspaceParams();
  const asks = wanted && canBeSuggested(field);
  const by = field?.kind === "column" ? { column: field.name } : { property: field?.name ?? "" };
  const { data, isFetching } = useCall(
    queryTrends,
    {
      params,
      body: {
        period,
        interval: "year",
        series: [{ event: { event }, measure: { kind: "events" } }],
        // The names of columns are those of the options, which are made of them.
        breakdown: { by: by as { property: string }, top: TOP },
      },
    },
    { enabled: asks, staleMs: 300_000 },
  );
  const found = (data?.lines ?? []).flatMap(({ value, other }) => (other || !value ? [] : [value]));
  return { values: field === undefined || field.values.length === 0 ? found : field.values, loading: asks && isFetching };
}

/** Traits are nothing to count events by; personal values are nobody's to pick from; the values of a schema are known without asking. */
function canBeSuggested(field: FieldOption | undefined): boolean {
  return field !== undefined && field.name !== "" && field.kind !== "trait" && !field.personal && field.values.length === 0;
}
