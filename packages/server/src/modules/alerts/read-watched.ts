import type { AlertPoint, AlertUnit } from "@terrace/domain/insight/alerts/alert-rule";
import { addUnits, dayOf, firstDayOf } from "@terrace/domain/insight/time/calendar";
import { isoDay, zoneClock } from "@terrace/domain/time/zoned-time";
import { z } from "zod";
import { faultError } from "../../platform/http/fault-error.ts";
import type { AlertDeps } from "./alert-deps.ts";

type Asker = Parameters<AlertDeps["insight"]["runKept"]>[2];

/** What an alert watches: a body of an analysis without its time. */
export type Question = { readonly kind: "trends" | "metric"; readonly body: Readonly<Record<string, unknown>> };
export type Watched = {
  readonly points: readonly AlertPoint[];
  readonly labels: readonly string[];
  readonly unit: "count" | "people" | "share" | "money" | "seconds" | "number" | "points" | null;
};

const figure = z.number().nullable();
const intervals = z.array(z.object({ label: z.string(), from: z.string(), complete: z.boolean() }));
/** Those parts of the answers of analyses that are looked at. */
const trendsAnswer = z.object({ intervals, lines: z.array(z.object({ series: z.number().nullable(), points: z.array(figure) })) });
const metricAnswer = z.object({
  intervals,
  metrics: z.array(
    z.object({
      unit: z.enum(["count", "people", "share", "money", "seconds", "number", "points"]),
      lines: z.array(z.object({ points: z.array(figure) })),
    }),
  ),
});

/** Parts of a body that say when, and what would make more than one line. */
const NOT_TO_KEEP = ["period", "interval", "breakdown", "compare", "cumulative", "movingAverage"] as const;

/** Reads so many intervals up to the one going on. Throws the faults of the analysis, under `question`. */
export async function readWatched(
  { insight }: Pick<AlertDeps, "insight">,
  question: Question,
  asked: { readonly interval: AlertUnit; readonly count: number; readonly zone: string; readonly nowMs: number; readonly asker: Asker },
): Promise<Watched> {
  const { interval, count, zone, nowMs, asker } = asked;
  for (const name of NOT_TO_KEEP)
    if (name in question.body)
      throw faultError("request.invalid", { field: `question.body.${name}`, mend: `Leave ${name} out; the alert says when` });
  const body = { ...question.body, interval, period: periodOf({ interval, count, zone, nowMs }) };
  const answer = await insight.runKept(question.kind, body, asker);
  if (question.kind === "trends") {
    const { intervals: told, lines } = trendsAnswer.parse(answer);
    const line = lines.find(({ series }) => series === null) ?? lines[0];
    return { points: pointsOf(told, line?.points ?? []), labels: told.map(({ label }) => label), unit: null };
  }
  const { intervals: told, metrics } = metricAnswer.parse(answer);
  const [metric] = metrics;
  return { points: pointsOf(told, metric?.lines[0]?.points ?? []), labels: told.map(({ label }) => label), unit: metric?.unit ?? null };
}

function pointsOf(told: z.output<typeof intervals>, values: readonly (number | null)[]): readonly AlertPoint[] {
  return told.map(({ from, complete }, index) => ({ fromMs: Date.parse(from), complete, value: values[index] ?? null }));
}

/** Local dates that hold the interval going on and at least `count` before it. Hours come in whole days. */
function periodOf({
  interval,
  count,
  zone,
  nowMs,
}: {
  readonly interval: AlertUnit;
  readonly count: number;
  readonly zone: string;
  readonly nowMs: number;
}) {
  const unit = interval === "hour" ? "day" : interval;
  const units = interval === "hour" ? Math.ceil(count / 23) : count;
  const first = firstDayOf(dayOf(nowMs, zoneClock(zone)), unit, "monday");
  return { from: isoDay(addUnits(first, unit, -units)), to: isoDay(addUnits(first, unit, 1)) };
}
