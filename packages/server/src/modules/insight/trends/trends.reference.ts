import type { Measure } from "@terrace/domain/insight/trends/trends-plan";
import { distinctPeople, referenceNumber, type ReferenceEvent } from "../time/local-interval.reference.ts";

/** The figure of a measure over some events of a series. */
export function referenceFigure(measure: Measure, events: readonly ReferenceEvent[]): number | null {
  if ("property" in measure) return propertyFigure(measure, events);
  if (measure.kind === "events") return events.length;
  if (measure.kind === "people") return distinctPeople(events);
  return events.length === 0 ? null : events.length / distinctPeople(events);
}

function propertyFigure(measure: Extract<Measure, { readonly property: string }>, events: readonly ReferenceEvent[]): number | null {
  const numbers = events.flatMap(({ properties }) => referenceNumber(properties[measure.property]) ?? []).toSorted((a, b) => a - b);
  const sum = numbers.reduce((all, each) => all + each, 0);
  if (measure.kind === "sum") return sum;
  if (measure.kind === "sum_per_person") return events.length === 0 ? null : sum / distinctPeople(events);
  if (numbers.length === 0) return null;
  if (measure.kind === "average") return sum / numbers.length;
  if (measure.kind === "min" || measure.kind === "max") return (measure.kind === "min" ? numbers[0] : numbers.at(-1)) ?? null;
  return between(numbers, measure.kind === "percentile" ? measure.percentile : 50);
}

function between(numbers: readonly number[], percentile: number): number {
  const at = (percentile / 100) * (numbers.length - 1);
  const below = numbers[Math.floor(at)] ?? 0;
  return below + (at - Math.floor(at)) * ((numbers[Math.ceil(at)] ?? 0) - below);
}

/** The values an event counts under in a breakdown by a property; null is none. */
export function referenceValues(value: unknown): readonly (string | null)[] {
  if (Array.isArray(value)) return value.length === 0 ? [null] : [...new Set(value.map(String))];
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? [String(value)] : [null];
}
