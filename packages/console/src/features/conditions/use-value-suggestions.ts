import { queryPortrait } from "@terrace/contract/api/insight-portrait";
import { queryTrends } from "@terrace/contract/api/insight-trends";
import type { AskedPeriod } from "@terrace/domain/insight/time/period";
import { useCall } from "../../app/api/use-call.ts";
import { useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import type { FieldOption } from "./use-field-options.ts";

const TOP = 30;
const STALE_MS = 300_000;

type Wanted = { readonly event: string | null; readonly period: AskedPeriod; readonly wanted: boolean };
type Suggested = { readonly values: readonly string[]; readonly loading: boolean };

/**
 * The most frequent values of a field, among the events in question or of everyone's traits; asked once `wanted`, so that only an opened list costs
 * a query. Whoever does not see a field, or sees it masked, is told none of its values, and of traits none that very few people have.
 */
export function useValueSuggestions(field: FieldOption | undefined, asked: Wanted): Suggested {
  const isTrait = field?.kind === "trait";
  const ofEvents = useEventValues(field, { ...asked, wanted: asked.wanted && !isTrait && canBeSuggested(field) });
  const ofTraits = useTraitValues(field?.name ?? "", asked.wanted && isTrait && canBeSuggested(field));
  const known = field?.values ?? [];
  const found = isTrait ? ofTraits : ofEvents;
  return known.length > 0 ? { values: known, loading: false } : found;
}

function useEventValues(field: FieldOption | undefined, { event, period, wanted }: Wanted): Suggested {
  const params = useWorkspaceParams();
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
    { enabled: wanted, staleMs: STALE_MS },
  );
  const found = (data?.lines ?? []).flatMap(({ value, other }) => (other || !value ? [] : [value]));
  return { values: found, loading: wanted && isFetching };
}

/** Of everyone who has the trait. */
function useTraitValues(trait: string, wanted: boolean): Suggested {
  const may = useMay();
  const asks = wanted && may("events:read");
  const { data, isFetching } = useCall(
    queryPortrait,
    { params: useWorkspaceParams(), body: { group: { people: { trait, isSet: true } }, by: [{ trait }], top: TOP } },
    { enabled: asks, staleMs: STALE_MS },
  );
  const rows = data?.dimensions.flatMap(({ kind, rows: found }) => (kind === "values" ? found : [])) ?? [];
  const values = rows.flatMap(({ value, group }) => (value === null || value === undefined ? [] : [{ value, group }]));
  return { values: values.toSorted((a, b) => b.group - a.group).map(({ value }) => value), loading: asks && isFetching };
}

/** Personal values are nobody's to pick from; the values of a schema or a class are known without asking. */
function canBeSuggested(field: FieldOption | undefined): boolean {
  return field !== undefined && field.name !== "" && !field.personal && field.values.length === 0;
}
