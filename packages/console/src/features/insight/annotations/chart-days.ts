import type { AnnotationView } from "@terrace/contract/api/annotations";
import type { Format } from "../../../app/workspace/use-format.ts";
import type { ChartMark } from "../../../ui/chart/chart-spec.ts";

type Interval = { readonly label: string; readonly to: string };

/** The first local day of each interval of an answer, and the one after the last. */
export function chartDays(intervals: readonly Interval[], format: Pick<Format, "day">): readonly string[] {
  const last = intervals.at(-1);
  return last === undefined ? [] : [...intervals.map(({ label }) => label.slice(0, 10)), format.day(last.to)];
}

/** Notes as marks of a chart: each at the interval its day lies in, at the first one of the day where intervals are hours. */
export function marksOf(days: readonly string[], notes: readonly Pick<AnnotationView, "id" | "day" | "text">[]): readonly ChartMark[] {
  return notes.flatMap(({ id, day, text }) => {
    const exact = days.indexOf(day);
    const within = days.findIndex((first, i) => first <= day && day < (days[i + 1] ?? ""));
    const index = exact >= 0 && exact < days.length - 1 ? exact : within;
    return index < 0 ? [] : [{ key: id, index, text }];
  });
}
