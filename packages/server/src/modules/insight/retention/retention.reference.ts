import type { IntervalUnit } from "@terrace/domain/insight/time/calendar";
import type { RetentionMode } from "@terrace/domain/insight/retention/retention-plan";
import { intervalOrdinal, referenceNumber, type ReferenceCalendar, type ReferenceEvent } from "../time/local-interval.reference.ts";

export type RetentionReferenceQuery = {
  readonly firstMs: number;
  readonly cohorts: number;
  readonly follow: number | undefined;
  readonly unit: IntervalUnit;
  readonly start: string | null;
  readonly back: string | null;
  readonly kind: "first_time" | "recurring";
  readonly mode: RetentionMode;
  readonly brackets: readonly { readonly first: number; readonly last: number }[];
  readonly property: string;
};

/** People and value per cohort and column, person by person and event by event. */
export function referenceRetention(
  events: readonly ReferenceEvent[],
  query: RetentionReferenceQuery,
  calendar: ReferenceCalendar,
): { readonly people: number[][]; readonly values: number[][] } {
  const first = intervalOrdinal(query.firstMs, query.unit, calendar);
  const ordinal = ({ timeMs }: ReferenceEvent): number => intervalOrdinal(timeMs, query.unit, calendar) - first;
  const end = query.cohorts + (query.follow ?? 0);
  const named = (name: string | null) => (event: ReferenceEvent) => name === null || event.name === name;
  const people: number[][] = [];
  const values: number[][] = [];
  for (let cohort = 0; cohort < query.cohorts; cohort += 1) {
    const members = [...new Set(events.map(({ person }) => person))].filter((person) => {
      const starts = events.filter((event) => event.person === person && named(query.start)(event)).map(ordinal);
      return query.kind === "recurring" ? starts.includes(cohort) : starts.length > 0 && Math.min(...starts) === cohort;
    });
    const returns = events.filter((event) => members.includes(event.person) && named(query.back)(event) && ordinal(event) < end);
    const columns = columnsOf(query).filter(([from]) => query.follow !== undefined || cohort + from < query.cohorts);
    const within = columns.map(([from, to]) => returns.filter((event) => ordinal(event) >= cohort + from && ordinal(event) <= cohort + to));
    people.push(within.map((found, column) => (column === 0 ? members.length : new Set(found.map(({ person }) => person)).size)));
    values.push(within.map((found) => found.reduce((sum, { properties }) => sum + (referenceNumber(properties[query.property]) ?? 0), 0)));
  }
  return { people, values };
}

function columnsOf({ mode, brackets, follow, cohorts }: RetentionReferenceQuery): readonly (readonly [number, number])[] {
  const farthest = follow ?? cohorts - 1;
  if (mode === "brackets")
    return [[0, 0], ...brackets.filter(({ first }) => first <= farthest).map(({ first, last }) => [first, last] as const)];
  return Array.from({ length: farthest + 1 }, (_, at) => [at, mode === "exact" || at === 0 ? at : Infinity] as const);
}
