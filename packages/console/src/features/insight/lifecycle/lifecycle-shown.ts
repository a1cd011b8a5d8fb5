import type { queryLifecycle } from "@terrace/contract/api/insight-lifecycle";
import { LIFECYCLE_STATES, type LifecycleState } from "@terrace/domain/insight/lifecycle/lifecycle";
import type { ChartPick, TimeSpec } from "../../../ui/chart/chart-spec.ts";
import type { KeyFigure } from "../frame/FigureStrip.tsx";
import { intervalName, intervalTick } from "../frame/interval-names.ts";
import type { PeopleWords } from "../frame/people-words.ts";
import type { Shown } from "../frame/shown.ts";
import type { TableModel } from "../frame/table-model.ts";
import type { Answered, Cell } from "../frame/use-analysis.ts";
import type { Ground } from "../use-ground.ts";

export type LifecycleAnswer = Answered<typeof queryLifecycle>;

const stateOf = (key: unknown): LifecycleState | undefined => LIFECYCLE_STATES.find((state) => state === key);

/** New, returning and resurrecting people above the line, those who went quiet below it. */
export function lifecycleSpec({ query, body }: LifecycleAnswer, { text, format }: Ground): TimeSpec {
  const unit = query.interval ?? "day";
  return {
    kind: "time",
    shape: "stacked",
    categories: body.intervals.map((interval) => intervalName(interval, unit, format)),
    ticks: body.intervals.map((interval) => intervalTick(interval, unit)),
    series: LIFECYCLE_STATES.map((state) => ({
      key: state,
      name: text(`insight.lifecycle.${state}`),
      values: body.states[state],
      style: "solid" as const,
    })),
    measure: format.measure("people"),
    unfinished: body.intervals.map(({ complete }) => !complete),
    summary: text("insight.lifecycle.summary", { count: body.intervals.length }),
  };
}

/** The last interval that is over, state by state. */
export function lifecycleFigures({ query, body }: LifecycleAnswer, { text, format }: Ground): readonly KeyFigure[] {
  const at = body.intervals.findLastIndex(({ complete }) => complete);
  const interval = body.intervals[at];
  if (interval === undefined) return [];
  const name = intervalName(interval, query.interval ?? "day", format);
  const figures = LIFECYCLE_STATES.map((state) => ({
    key: state,
    name: text(`insight.lifecycle.${state}`),
    value: format.count(body.states[state][at]),
  }));
  return [{ key: "interval", name: text("insight.lifecycle.latest"), value: name }, ...figures];
}

export function lifecycleCell(pick: ChartPick): Cell | undefined {
  const state = pick.kind === "point" ? stateOf(pick.series) : undefined;
  return pick.kind === "point" && state !== undefined ? { interval: pick.index, state } : undefined;
}

/** An interval a row, the newest first. */
export function lifecycleTable({ query, body }: LifecycleAnswer, { text, format }: Ground): TableModel {
  return {
    columns: [
      { key: "interval", title: text("insight.timeSpan") },
      ...LIFECYCLE_STATES.map((state) => ({
        key: state,
        title: text(`insight.lifecycle.${state}`),
        figure: true,
        ...(state === "new" || state === "dormant" ? { lead: true } : {}),
      })),
    ],
    rows: body.intervals
      .map((interval, at) => {
        const name = intervalName(interval, query.interval ?? "day", format);
        return {
          key: interval.from,
          cells: [
            { text: name, value: name, ...(interval.complete ? {} : { tone: "pale" as const }) },
            ...LIFECYCLE_STATES.map((state) => {
              const people = body.states[state][at] ?? 0;
              return { text: format.count(people), value: people, ...(people === 0 ? {} : { cell: { interval: at, state } }) };
            }),
          ],
        };
      })
      .toReversed(),
  };
}

export function lifecyclePeople({ query, body }: LifecycleAnswer, cell: Cell, { text, format }: Ground): PeopleWords | undefined {
  const state = stateOf(cell["state"]);
  const at = Number(cell["interval"]);
  const interval = body.intervals[at];
  if (state === undefined || interval === undefined) return undefined;
  return {
    title: `${text(`insight.lifecycle.${state}`)} · ${intervalName(interval, query.interval ?? "day", format)}`,
    detail: text(`insight.lifecycle.detail.${state}`),
    people: Math.abs(body.states[state][at] ?? 0),
  };
}

/** Who was new, stayed, came back and went quiet. */
export function lifecycleShown(answer: LifecycleAnswer, ground: Ground): Shown {
  return {
    empty: Object.values(answer.body.states).every((counts) => counts.every((people) => people === 0)),
    figures: lifecycleFigures(answer, ground),
    spec: lifecycleSpec(answer, ground),
    cellOf: lifecycleCell,
    table: lifecycleTable(answer, ground),
    behind: (cell) => lifecyclePeople(answer, cell, ground),
  };
}
