import type { getSessions } from "@terrace/contract/api/insight-sessions";
import type { ChartPick, TimeSpec } from "../../../ui/chart/chart-spec.ts";
import type { Unit } from "../../../ui/format/measures.ts";
import { MISSING } from "../../../ui/format/numbers.ts";
import { chartDays } from "../annotations/chart-days.ts";
import { keyFigure } from "../frame/FigureStrip.tsx";
import { intervalName, intervalTick } from "../frame/interval-names.ts";
import type { PeopleWords } from "../frame/people-words.ts";
import type { Shown } from "../frame/shown.ts";
import type { TableModel } from "../frame/table-model.ts";
import type { Answered, Cell } from "../frame/use-analysis.ts";
import type { Ground } from "../use-ground.ts";

export type SessionsAnswer = Answered<typeof getSessions>;

/** The figures of sessions that can be charted, the first one by default. */
export const SESSION_FIGURES = [
  "sessions",
  "people",
  "averageSeconds",
  "medianSeconds",
  "secondsPerPerson",
  "sessionsPerPerson",
  "bounceRate",
] as const;
export type SessionFigure = (typeof SESSION_FIGURES)[number];
const UNITS: Readonly<Record<SessionFigure, Unit>> = {
  sessions: "times",
  people: "people",
  averageSeconds: "seconds",
  medianSeconds: "seconds",
  secondsPerPerson: "seconds",
  sessionsPerPerson: "number",
  bounceRate: "share",
};

/** How a figure of sessions is written. */
export function measureOfSession(figure: SessionFigure, { format }: Ground) {
  return format.measure(UNITS[figure]);
}

/** One figure over time. */
export function sessionsSpec({ body, query }: SessionsAnswer, figure: SessionFigure, ground: Ground): TimeSpec {
  const { text, format } = ground;
  const intervals = body.intervals ?? [];
  const unit = query.interval ?? "day";
  const measure = measureOfSession(figure, ground);
  return {
    kind: "time",
    shape: "area",
    categories: intervals.map((interval) => intervalName(interval, unit, format)),
    ticks: intervals.map((interval) => intervalTick(interval, unit)),
    days: chartDays(intervals, format),
    series: [
      { key: figure, name: text(`insight.sessions.${figure}`), values: intervals.map((interval) => interval[figure]), style: "solid" },
    ],
    unfinished: intervals.map(({ complete }) => !complete),
    measure,
    summary: text("insight.sessions.summary", {
      figure: text(`insight.sessions.${figure}`),
      value: measure.short(body[figure]),
      count: intervals.length,
    }),
  };
}

type Interval = NonNullable<SessionsAnswer["body"]["intervals"]>[number];
const cellOf = ({ from, to }: Interval): Cell => ({ begunFrom: from, begunTo: to });

export function sessionsCell({ body }: SessionsAnswer, pick: ChartPick): Cell | undefined {
  const interval = pick.kind === "point" ? body.intervals?.[pick.index] : undefined;
  return interval === undefined || interval.people === 0 ? undefined : cellOf(interval);
}

export function sessionsTable({ body, query }: SessionsAnswer, ground: Ground): TableModel {
  const { text, format } = ground;
  const unit = query.interval ?? "day";
  const written = new Map(
    SESSION_FIGURES.map((figure) => [
      figure,
      measureOfSession(figure, ground).inColumn([body[figure], ...(body.intervals ?? []).map((interval) => interval[figure])]),
    ]),
  );
  const figures = (row: SessionsAnswer["body"] | Interval, cell: Cell | undefined, pale = false) =>
    SESSION_FIGURES.map((figure) => ({
      text: written.get(figure)?.(row[figure]) ?? MISSING,
      value: row[figure],
      ...(pale ? { tone: "pale" as const } : {}),
      ...(figure === "people" && row.people > 0 && cell !== undefined ? { cell } : {}),
    }));
  return {
    columns: [
      { key: "interval", title: text("insight.atTime") },
      ...SESSION_FIGURES.map((figure) => ({
        key: figure,
        title: text(`insight.sessions.${figure}`),
        figure: true,
        lead: figure === "sessions" || figure === "averageSeconds",
      })),
    ],
    rows: [
      { key: "all", total: true, cells: [{ text: text("insight.wholePeriod"), value: text("insight.wholePeriod") }, ...figures(body, {})] },
      ...(body.intervals ?? []).map((interval) => ({
        key: interval.from,
        cells: [
          { text: intervalName(interval, unit, format), value: interval.label },
          ...figures(interval, cellOf(interval), !interval.complete),
        ],
      })),
    ],
  };
}

export function sessionsPeople({ body, query }: SessionsAnswer, cell: Cell, ground: Ground): PeopleWords | undefined {
  const { text, format } = ground;
  const interval = body.intervals?.find(({ from }) => from === cell["begunFrom"]);
  if (interval === undefined && cell["begunFrom"] !== undefined) return undefined;
  return {
    title: text("insight.sessions.withSession"),
    detail: interval === undefined ? text("insight.wholePeriod") : intervalName(interval, query.interval ?? "day", format),
    people: (interval ?? body).people,
  };
}

const STRIP = ["sessions", "people", "averageSeconds", "secondsPerPerson", "bounceRate"] as const satisfies readonly SessionFigure[];

/** How many sessions there were and how long they took; one figure is charted. */
export function sessionsShown(answer: SessionsAnswer, figure: SessionFigure, ground: Ground): Shown {
  return {
    empty: answer.body.sessions === 0,
    figures: STRIP.map((one) => keyFigure(one, ground.text(`insight.sessions.${one}`), answer.body[one], measureOfSession(one, ground))),
    spec: sessionsSpec(answer, figure, ground),
    cellOf: (pick) => sessionsCell(answer, pick),
    table: sessionsTable(answer, ground),
    behind: (cell) => sessionsPeople(answer, cell, ground),
  };
}
