import type { InBothLanguages } from "@terrace/domain/in-both-languages";
import type { MetricView } from "@terrace/contract/api/metric-parts";
import { effectiveValue } from "@terrace/domain/insight/metrics/bind-metric";
import type { BusinessEvents } from "@terrace/domain/insight/metrics/business-events";
import { catalogueMetric } from "@terrace/domain/insight/metrics/catalogue";
import type { MetricDefinition, ParameterValues } from "@terrace/domain/insight/metrics/metric";
import { ownFormulaWords } from "@terrace/domain/insight/metrics/own-words";
import { ownId } from "./metric-ground.ts";
import type { MetricRow } from "./metric.store.ts";
import { openDefinition, shownEvents, type MetricCipher } from "./stored-definition.ts";

/** A metric of the catalogue as the API shows it, with what its parameters are in the workspace. */
export function catalogueView(metric: MetricDefinition, events: BusinessEvents): MetricView {
  const { id, version, group, name, formula, unit, better } = metric;
  return {
    id,
    own: false,
    version,
    group,
    name,
    formula,
    unit,
    better,
    parameters: parametersView(metric, {}, events),
    definition: null,
    description: "",
    changedBy: null,
    changedAt: null,
    archivedAt: null,
  };
}

/** An own metric as the API shows it. */
export function ownView(
  row: MetricRow,
  {
    privacy,
    events,
    names,
  }: { readonly privacy: MetricCipher; readonly events: BusinessEvents; readonly names: ReadonlyMap<string, InBothLanguages> },
): MetricView {
  const definition = openDefinition(privacy, row.definition);
  const base = definition.kind === "copy" ? catalogueMetric(definition.basedOn.id) : undefined;
  return {
    id: ownId(row.id),
    own: true,
    version: row.version,
    group: null,
    name: { zh: row.name, en: row.nameEn },
    formula: ownFormulaWords(definition, names),
    unit: row.unit,
    better: row.better,
    parameters: base === undefined || definition.kind !== "copy" ? [] : parametersView(base, definition.parameters, events),
    definition,
    description: row.description,
    changedBy: row.changedBy,
    changedAt: row.changedAt.toISOString(),
    archivedAt: row.archivedAt?.toISOString() ?? null,
  };
}

function parametersView(metric: MetricDefinition, values: ParameterValues, events: BusinessEvents): MetricView["parameters"] {
  return metric.parameters.map((parameter) => {
    const value = effectiveValue(parameter, values, events);
    return {
      name: parameter.name,
      label: parameter.label,
      kind: parameter.kind,
      value: typeof value === "object" ? shownEvents(value) : value,
      chosen: values[parameter.name] !== undefined,
      ...(parameter.kind === "number" ? { min: parameter.min, max: parameter.max } : {}),
    };
  });
}
