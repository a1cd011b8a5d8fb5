import { ChangeText } from "../../../ui/ChangeText.tsx";
import type { ChartPick, FunnelSpec, HistogramSpec, TimeSpec } from "../../../ui/chart/chart-spec.ts";
import { pointsChange } from "../../../ui/format/measures.ts";
import { formatShare, MISSING } from "../../../ui/format/numbers.ts";
import type { KeyFigure } from "../frame/FigureStrip.tsx";
import { intervalName, intervalTick } from "../frame/interval-names.ts";
import type { PeopleWords } from "../frame/people-words.ts";
import type { TableCell, TableModel, TableRow } from "../frame/table-model.ts";
import type { Cell } from "../frame/use-analysis.ts";
import type { Ground } from "../use-ground.ts";
import { valueWords } from "../value-words.ts";
import { timedSteps } from "./funnel-times.ts";
import { stepName, windowWords, type FunnelAnswer } from "./funnel-words.ts";

const ALL = "all";
const COMPARED = "compared";
type Steps = FunnelAnswer["body"]["steps"];
type Counted = Pick<FunnelAnswer["body"], "steps" | "conversion" | "medianSeconds">;
/** The answer, and the one of what it is held against, the period before or other people. */
export type FunnelPair = { readonly answer: FunnelAnswer; readonly before: Compared | undefined };
type Compared = { readonly body: NonNullable<FunnelAnswer["body"]["comparison"]> };

export function pairOf(answer: FunnelAnswer): FunnelPair {
  const { comparison } = answer.body;
  return { answer, before: comparison === undefined ? undefined : { body: comparison } };
}

/** What it is held against, in words. */
function comparedName({ query }: FunnelAnswer, { text }: Ground): string {
  return text(query.compareWith === "previous" ? "insight.previousPeriod" : "insight.otherPeople");
}

const isCompared = (cell: Cell | undefined): boolean => cell?.["of"] !== undefined;

const names = ({ query }: FunnelAnswer, ground: Ground) => query.steps.map((step) => stepName(step, ground));

function duration(seconds: number | null, { format }: Ground): string {
  return seconds === null ? MISSING : format.duration(seconds * 1000);
}

function points(now: number | null | undefined, before: number | null | undefined) {
  return now === null || now === undefined || before === null || before === undefined ? undefined : pointsChange(now, before);
}

/** The figures above the chart: conversion and its change, who entered, who got through, how long it took. */
export function funnelFigures({ answer, before }: FunnelPair, ground: Ground): readonly KeyFigure[] {
  const { text, format } = ground;
  const { steps, conversion, medianSeconds } = answer.body;
  const last = steps.at(-1);
  const change = points(conversion, before?.body.conversion);
  return [
    { key: "conversion", name: text("insight.funnel.conversion"), value: formatShare(conversion) },
    ...(change === undefined ? [] : [{ key: "change", name: text("insight.change"), value: <ChangeText change={change} better="up" /> }]),
    { key: "entered", name: text("insight.funnel.entered"), value: format.count(steps[0]?.people) },
    ...(steps.length > 1 ? [{ key: "last", name: names(answer, ground).at(-1) ?? "", value: format.count(last?.people) }] : []),
    { key: "median", name: text("insight.funnel.median"), value: duration(medianSeconds, ground) },
  ];
}

/** People by step; what a cell points to is marked. */
export function funnelSpec({ answer, before }: FunnelPair, cell: Cell | undefined, ground: Ground): FunnelSpec {
  const { text, format } = ground;
  const { steps, conversion } = answer.body;
  // The period before is told by the changes; other people stand beside.
  const others =
    before === undefined || answer.query.compareWith === "previous"
      ? []
      : [{ key: COMPARED, name: comparedName(answer, ground), people: before.body.steps.map(({ people }) => people) }];
  const picked = cell !== undefined && cell["value"] === undefined && cell["interval"] === undefined;
  return {
    kind: "funnel",
    steps: names(answer, ground),
    groups: [{ key: ALL, name: text("insight.funnel.everyone"), people: steps.map(({ people }) => people) }, ...others],
    measure: format.measure("people"),
    words: {
      step: text("insight.funnel.step"),
      group: text("insight.breakdown"),
      dropped: text("insight.funnel.dropped"),
      ofPrevious: text("insight.funnel.ofPrevious"),
    },
    ...(picked
      ? {
          selected: {
            group: isCompared(cell) ? COMPARED : ALL,
            step: Number(cell["step"]) - 1,
            outcome: cell["outcome"] === "dropped" ? ("dropped" as const) : ("converted" as const),
          },
        }
      : {}),
    summary: text("insight.funnel.summary", {
      entered: format.count(steps[0]?.people),
      converted: format.count(steps.at(-1)?.people),
      share: formatShare(conversion),
    }),
  };
}

/** Conversion by the interval in which people began; intervals whose windows are open are not over. */
export function funnelTrend({ query, body }: FunnelAnswer, ground: Ground): TimeSpec {
  const { text, format } = ground;
  const intervals = body.intervals ?? [];
  const unit = query.interval ?? "day";
  return {
    kind: "time",
    shape: "line",
    categories: intervals.map((interval) => intervalName(interval, unit, format)),
    ticks: intervals.map((interval) => intervalTick(interval, unit)),
    series: [{ key: ALL, name: text("insight.funnel.conversion"), values: intervals.map(({ conversion }) => conversion), style: "solid" }],
    measure: format.measure("share"),
    unfinished: intervals.map(({ complete }) => !complete),
    summary: text("insight.funnel.trendSummary", { count: intervals.length, share: formatShare(body.conversion) }),
  };
}

/** How long people took from a step to a later one. */
export function funnelTimes({ query, body }: FunnelAnswer, ground: Ground): HistogramSpec {
  const { text, format } = ground;
  const { fromStep, toStep } = timedSteps(query.histogram, query.steps.length);
  const isWhole = fromStep === 1 && toStep === query.steps.length;
  const brackets = body.histogram ?? [];
  return {
    kind: "histogram",
    brackets: brackets.map(({ fromSeconds, toSeconds, people }) => {
      const from = fromSeconds === 0 ? "0" : format.duration(fromSeconds * 1000);
      return {
        key: String(fromSeconds),
        label: toSeconds === null ? text("insight.orMore", { from }) : `${from} – ${format.duration(toSeconds * 1000)}`,
        tick: toSeconds === null ? `≥ ${from}` : `< ${format.duration(toSeconds * 1000)}`,
        value: people,
      };
    }),
    head: isWhole ? text("insight.funnel.time") : text("insight.funnel.timeBetween", { from: fromStep, to: toStep }),
    name: text("insight.measure.people"),
    measure: format.measure("people"),
    summary: isWhole
      ? text("insight.funnel.timeSummary", { median: duration(body.medianSeconds, ground) })
      : text("insight.funnel.timePeople", { people: format.count(body.steps[toStep - 1]?.people), from: fromStep, to: toStep }),
  };
}

/** Whose figure a part of a chart is. */
export function funnelCell({ query, body }: FunnelAnswer, pick: ChartPick): Cell | undefined {
  if (pick.kind === "step")
    return pick.step === 0 && pick.outcome === "dropped"
      ? undefined
      : { step: pick.step + 1, outcome: pick.outcome, ...(pick.group === COMPARED ? { of: { compared: true } } : {}) };
  if (pick.kind !== "point") return undefined;
  const from = body.intervals?.[pick.index]?.from;
  return from === undefined
    ? undefined
    : { step: query.steps.length, outcome: "converted", interval: { unit: query.interval ?? "day", from } };
}

/** Everyone first, then each value of the breakdown; every figure leads to its people. */
export function funnelTable({ answer, before }: FunnelPair, ground: Ground): TableModel {
  const { text } = ground;
  const { query, body } = answer;
  const compared = before !== undefined;
  const row = (key: string, name: string, counted: Counted, value?: { readonly value: string | null }): TableRow => {
    // What it is held against is told as a whole.
    const earlier = value === undefined ? before?.body : undefined;
    const change = points(counted.conversion, earlier?.conversion);
    return {
      key,
      total: value === undefined,
      cells: [
        { text: name, value: name },
        ...counted.steps.map((step, at) => stepCell(step, at, value, ground)),
        { text: formatShare(counted.conversion), value: counted.conversion, tone: "strong" },
        ...(compared
          ? [{ text: change === undefined ? MISSING : <ChangeText change={change} better="up" />, value: change?.signed ?? "" }]
          : []),
        { text: duration(counted.medianSeconds, ground), value: counted.medianSeconds },
      ],
    };
  };
  const values = body.breakdown?.values ?? [];
  return {
    columns: [
      { key: "name", title: query.breakdown === undefined ? "" : text("insight.breakdown") },
      ...names(answer, ground).map((name, at) => ({
        key: `step${at}`,
        title: `${at + 1} ${name}`,
        figure: true,
        ...(at === query.steps.length - 1 ? { lead: true } : {}),
      })),
      { key: "conversion", title: text("insight.funnel.conversion"), figure: true, lead: true },
      ...(compared
        ? [{ key: "change", title: text(query.compareWith === "previous" ? "insight.change" : "insight.againstCompared"), figure: true }]
        : []),
      { key: "median", title: text("insight.funnel.median"), figure: true },
    ],
    rows: [
      row("", text("insight.funnel.everyone"), body),
      ...(before === undefined ? [] : [comparedRow(before.body, comparedName(answer, ground), ground)]),
      ...values.map((each) =>
        row(`=${each.value ?? ""}`, valueWords({ by: query.breakdown?.by, value: each.value }, ground), each, { value: each.value }),
      ),
      ...restRow(body.breakdown?.rest, values.length, compared, ground),
    ],
  };
}

/** What everyone is held against, below them. */
function comparedRow(counted: Counted, name: string, ground: Ground): TableRow {
  return {
    key: COMPARED,
    cells: [
      { text: name, value: name },
      ...counted.steps.map((step, at): TableCell => {
        const { cell, ...rest } = stepCell(step, at, undefined, ground);
        return cell === undefined ? rest : { ...rest, cell: { ...cell, of: { compared: true } } };
      }),
      { text: formatShare(counted.conversion), value: counted.conversion },
      { text: "", value: "" },
      { text: duration(counted.medianSeconds, ground), value: counted.medianSeconds },
    ],
  };
}

function stepCell(step: Steps[number], at: number, value: { readonly value: string | null } | undefined, { format }: Ground): TableCell {
  return {
    text: format.count(step.people),
    value: step.people,
    ...(at === 0 ? {} : { share: formatShare(step.fromPrevious) }),
    ...(step.people === 0 ? {} : { cell: { step: step.step, outcome: "converted", ...value } }),
  };
}

/** The values that are not listed, as one. */
function restRow(rest: readonly number[] | undefined, listed: number, compared: boolean, { text, format }: Ground): readonly TableRow[] {
  if (rest === undefined || listed === 0 || (rest[0] ?? 0) === 0) return [];
  const conversion = (rest[0] ?? 0) === 0 ? null : (rest.at(-1) ?? 0) / (rest[0] ?? 1);
  const name = text("insight.otherValues");
  return [
    {
      key: "*",
      cells: [
        { text: name, value: name },
        ...rest.map((people, at): TableCell => {
          const previous = rest[at - 1];
          return {
            text: format.count(people),
            value: people,
            ...(at === 0 ? {} : { share: formatShare(previous === 0 || previous === undefined ? null : people / previous) }),
          };
        }),
        { text: formatShare(conversion), value: conversion, tone: "strong" },
        ...(compared ? [{ text: MISSING, value: "" }] : []),
        { text: MISSING, value: "" },
      ],
    },
  ];
}

/** What is said of the people behind a figure, with its rate and how that changed. */
export function funnelPeople({ answer, before }: FunnelPair, cell: Cell, ground: Ground): PeopleWords | undefined {
  const { text } = ground;
  const at = Number(cell["step"]) - 1;
  const counted = isCompared(cell) ? before?.body.steps.map(({ people }) => people) : countedOf(answer, cell);
  const step = counted?.[at];
  if (counted === undefined || step === undefined) return undefined;
  const dropped = cell["outcome"] === "dropped";
  const share = shareOf(counted, at, dropped);
  // Only everyone of the whole period is held against something.
  const isWhole = cell["interval"] === undefined && cell["value"] === undefined && !isCompared(cell);
  const earlier = isWhole ? before?.body.steps.map(({ people }) => people) : undefined;
  const change = points(share, shareOf(earlier, at, dropped));
  return {
    title: text(dropped ? "insight.funnel.droppedHere" : "insight.funnel.reached", { step: names(answer, ground)[at] ?? "" }),
    detail: detailOf(answer, cell, ground),
    people: dropped ? (counted[at - 1] ?? 0) - step : step,
    ...(share === null
      ? {}
      : {
          basis: (
            <>
              {text("insight.funnel.ofPrevious")} <b>{formatShare(share)}</b>{" "}
              {change === undefined ? null : <ChangeText change={change} better={dropped ? "down" : "up"} />}
            </>
          ),
        }),
  };
}

/** Of which interval and value the people are, and what the lost ones did and did not do. */
function detailOf(answer: FunnelAnswer, cell: Cell, ground: Ground): string {
  const { text, format } = ground;
  const { query } = answer;
  const at = Number(cell["step"]) - 1;
  const steps = names(answer, ground);
  const interval = intervalOf(answer, cell);
  const { value } = cell;
  return [
    isCompared(cell) ? comparedName(answer, ground) : "",
    interval === undefined ? "" : intervalName(interval, query.interval ?? "day", format),
    value === undefined ? "" : valueWords({ by: query.breakdown?.by, value: typeof value === "string" ? value : null }, ground),
    cell["outcome"] === "dropped"
      ? text("insight.funnel.droppedDetail", {
          before: steps[at - 1] ?? "",
          step: steps[at] ?? "",
          window: windowWords(query.window, text),
        })
      : "",
  ]
    .filter((part) => part !== "")
    .join(" · ");
}

function shareOf(people: readonly number[] | undefined, at: number, dropped: boolean): number | null {
  const [step, previous] = [people?.[at], people?.[at - 1]];
  if (step === undefined || previous === undefined || previous === 0) return null;
  return (dropped ? previous - step : step) / previous;
}

function intervalOf({ body }: FunnelAnswer, cell: Cell) {
  const asked = cell["interval"];
  const from = typeof asked === "object" && asked !== null && "from" in asked ? asked.from : undefined;
  return from === undefined ? undefined : body.intervals?.find((interval) => interval.from === from);
}

/** People by step of everyone, of a value of the breakdown, or of an interval. */
function countedOf(answer: FunnelAnswer, cell: Cell): readonly number[] | undefined {
  if (cell["interval"] !== undefined) return intervalOf(answer, cell)?.people;
  if (cell["value"] === undefined) return answer.body.steps.map(({ people }) => people);
  return answer.body.breakdown?.values.find(({ value }) => value === cell["value"])?.steps.map(({ people }) => people);
}
