import type { queryLtv } from "@terrace/contract/api/insight-ltv";
import type { HeatSpec } from "../../../ui/chart/chart-spec.ts";
import { MISSING } from "../../../ui/format/numbers.ts";
import type { Shown } from "../frame/shown.ts";
import { keyFigure } from "../frame/FigureStrip.tsx";
import { intervalName } from "../frame/interval-names.ts";
import { sameQuery } from "../frame/query-text.ts";
import type { Answered, Cell, QueryOf } from "../frame/use-analysis.ts";
import type { TableModel } from "../frame/table-model.ts";
import { tableFrom } from "../table-from.ts";
import { aheadColumns, aheadFigures } from "./ltv-ahead.ts";
import type { Ground } from "../use-ground.ts";
import { valueWords } from "../value-words.ts";

type LtvAnswer = Answered<typeof queryLtv>;
type LtvQuery = QueryOf<typeof queryLtv>;
type Group = LtvAnswer["body"]["groups"][number];
type LtvUnit = NonNullable<LtvQuery["interval"]>;

/** The value of the breakdown whose cohorts are shown, and how another one is chosen. */
type Chosen = { readonly key: string | undefined; readonly choose: (key: string) => void };

/** A value of the breakdown as it stands in the address. */
export function groupKey({ value, other }: Group): string {
  if (other) return "other";
  return value === null || value === undefined ? "none" : `value:${value}`;
}

/** What the value of a breakdown is called; a list of fields is of first touches, and not everybody has one. */
export function groupName({ value, other }: Group, { breakdown }: LtvQuery, ground: Ground): string {
  const by = breakdown?.by;
  if (!other && (value === null || value === undefined) && Array.isArray(by)) return ground.text("insight.ltv.untouched");
  return valueWords({ by: Array.isArray(by) ? by[0] : by, value, other }, ground);
}

/** The part of a cell that names the value of the breakdown. */
function groupCell({ value, other }: Group, { breakdown }: LtvQuery): Cell {
  if (breakdown === undefined) return {};
  return other ? { other } : { value: value ?? null };
}

const whole = (value: number | null | undefined) => (value === null || value === undefined ? null : Math.round(value));

/** A breakdown as its values against each other, or the cohorts of the one that was chosen; without one the cohorts of all. */
export function ltvShown(answer: LtvAnswer, ground: Ground, chosen?: Chosen): Shown {
  const { body, query } = answer;
  if (query.breakdown === undefined) return cohortsShown(answer, body.groups[0], ground);
  const group = body.groups.find((one) => groupKey(one) === chosen?.key);
  return group === undefined ? groupsShown(answer, ground, chosen?.choose) : cohortsShown(answer, group, ground);
}

/** Ages as columns, named by what cohorts are cut into. */
function agesShown(ages: number, unit: LtvUnit = "month", { text }: Ground): HeatSpec["columns"] {
  return Array.from({ length: ages }, (_, age) => ({ key: `${age}`, label: ageWords(age, unit, text) }));
}

/** An age as it stands in the head of its column. */
function ageWords(age: number, unit: LtvUnit, text: Ground["text"]): string {
  return age === 0 ? text(`insight.retention.start.${unit}`) : text(`insight.retention.at.${unit}`, { first: age });
}

const total = (group: Group, pick: (cohort: Group["cohorts"][number]) => number) =>
  group.cohorts.reduce((sum, cohort) => sum + pick(cohort), 0);
const net = (group: Group) => total(group, ({ cells }) => cells.at(-1)?.netMinor ?? 0);
const cost = (group: Group) =>
  group.cohorts.every(({ costMinor }) => costMinor === null) ? null : total(group, ({ costMinor }) => costMinor ?? 0);

/** Channels against each other: net revenue per head by age, over the cohorts for which it is over; a channel opens its cohorts. */
function groupsShown(answer: LtvAnswer, ground: Ground, show?: (view: string) => void): Shown {
  const { text, format } = ground;
  const { body, query } = answer;
  const [money, count] = [format.measure("money"), format.measure("count")];
  const groups = body.groups.filter(({ size }) => size > 0);
  const people = groups.reduce((sum, { size }) => sum + size, 0);
  const ages = Math.max(0, ...groups.map(({ mean }) => mean.findLastIndex(({ perHead }) => perHead !== null) + 1));
  return {
    empty: groups.length === 0,
    figures: [
      keyFigure("people", text("insight.measure.people"), people, count),
      keyFigure("net", text("insight.ltv.perHead"), whole(groups.reduce((sum, group) => sum + net(group), 0) / Math.max(1, people)), money),
    ],
    spec: {
      kind: "heat",
      head: text("insight.group"),
      leads: [text("insight.measure.people")],
      columns: agesShown(ages, query.interval, ground),
      rows: groups.map((group) => ({
        key: groupKey(group),
        label: groupName(group, query, ground),
        leads: [format.count(group.size)],
        cells: group.mean
          .slice(0, ages)
          .map(({ perHead }) => (perHead === null ? { value: null, text: "" } : { value: Math.round(perHead) })),
      })),
      scale: "sequential",
      measure: money,
      pickable: true,
      summary: text("insight.ltv.summaryBy", { count: groups.length, people: format.figure(people) }),
    },
    ...(show === undefined ? {} : { act: (pick) => (pick.kind === "cell" ? show(pick.row) : undefined) }),
    table: byGroupTable(groups, query, ground),
  };
}

/** What the people of each channel brought altogether, and per head by now. */
function byGroupTable(groups: readonly Group[], query: LtvQuery, ground: Ground): TableModel {
  const { text, format } = ground;
  const money = format.measure("money");
  const amount = (minor: number | null) => ({ text: money.exact(minor), value: minor === null ? null : money.plain(minor) });
  return tableFrom<Group>(
    [
      {
        key: "group",
        title: text("insight.group"),
        words: true,
        cell: (group) => ({ text: groupName(group, query, ground), value: groupName(group, query, ground) }),
      },
      { key: "size", title: text("insight.measure.people"), lead: true, cell: ({ size }) => ({ text: format.count(size), value: size }) },
      { key: "gross", title: text("insight.ltv.gross"), cell: (group) => amount(total(group, ({ grossMinor }) => grossMinor)) },
      { key: "refunds", title: text("insight.ltv.refunds"), cell: (group) => amount(total(group, ({ refundsMinor }) => refundsMinor)) },
      {
        key: "now",
        title: text("insight.ltv.perHead"),
        lead: true,
        cell: (group) => ({ ...amount(whole(net(group) / group.size)), tone: "strong" as const }),
      },
      ...aheadColumns(
        { prediction: groups[0]?.prediction, unit: query.interval },
        ground,
        ({ prediction }: Group) => prediction?.expected ?? undefined,
      ),
      { key: "cost", title: text("insight.ltv.cost"), cell: (group) => amount(cost(group)) },
    ],
    groups,
    groupKey,
  );
}

function cohortsShown(answer: LtvAnswer, group: Group | undefined, ground: Ground): Shown {
  const { text, format } = ground;
  const { body, query } = answer;
  const ofGroup = group === undefined ? {} : groupCell(group, query);
  const cohorts = (group?.cohorts ?? []).map((cohort, at) => ({ ...cohort, at })).filter(({ size }) => size > 0);
  const [money, count] = [format.measure("money"), format.measure("count")];
  const unit = query.interval ?? "month";
  const last = group?.mean.findLast(({ perHead }) => perHead !== null);
  const sum = (pick: (cohort: (typeof cohorts)[number]) => number) => cohorts.reduce((all, cohort) => all + pick(cohort), 0);
  return {
    empty: cohorts.length === 0,
    figures: [
      keyFigure("people", text("insight.measure.people"), group?.size, count),
      keyFigure("ltv", lastName(group, unit, ground), whole(last?.perHead), money),
      keyFigure(
        "gross",
        text("insight.ltv.gross"),
        sum(({ grossMinor }) => grossMinor),
        money,
      ),
      keyFigure(
        "refunds",
        text("insight.ltv.refunds"),
        sum(({ refundsMinor }) => refundsMinor),
        money,
      ),
      ...aheadFigures(group, unit, ground),
    ],
    spec: ltvSpec(cohorts, body.ages, { answer, group, ground }),
    cellOf: (pick) => (pick.kind === "cell" ? { cohort: Number(pick.row), paidBy: Number(pick.column), ...ofGroup } : undefined),
    table: cohortsTable(cohorts, { unit, ofGroup, group }, ground),
    behind: (cell) => {
      const cohort = group?.cohorts[Number(cell["cohort"])];
      // A cell of another channel than the one on screen names other people.
      if (cohort === undefined || !sameQuery({ ...cell, ...ofGroup }, cell)) return undefined;
      const age = typeof cell["paidBy"] === "number" ? cell["paidBy"] : undefined;
      return {
        title:
          query.breakdown === undefined || group === undefined
            ? intervalName(cohort, unit, format)
            : `${groupName(group, query, ground)} · ${intervalName(cohort, unit, format)}`,
        detail: age === undefined ? text("insight.ltv.ofCohort") : text("insight.ltv.paidBy", { age: ageWords(age, unit, text) }),
        people: age === undefined ? cohort.size : cohort.cells[age]?.payers,
      };
    },
  };
}

/** The oldest age that any cohort has reached, and of how many people it tells. */
function lastName(group: Group | undefined, unit: LtvUnit, { text, format }: Ground): string {
  const at = group?.mean.findLastIndex(({ perHead }) => perHead !== null) ?? -1;
  return text("insight.ltv.last", { age: ageWords(Math.max(0, at), unit, text), people: format.count(group?.mean[at]?.people ?? 0) });
}

type Cohort = LtvAnswer["body"]["groups"][number]["cohorts"][number] & { readonly at: number };

/** Each cohort with what it brought and cost, and when it had paid that back. */
function cohortsTable(
  cohorts: readonly Cohort[],
  { unit, ofGroup, group }: { readonly unit: LtvUnit; readonly ofGroup: Cell; readonly group: Group | undefined },
  ground: Ground,
): TableModel {
  const { text, format } = ground;
  const money = format.measure("money");
  return tableFrom(
    [
      {
        key: "cohort",
        title: text("insight.ltv.cohort"),
        words: true,
        cell: (cohort) => ({ text: intervalName(cohort, unit, format), value: cohort.label }),
      },
      {
        key: "size",
        title: text("insight.measure.people"),
        lead: true,
        cell: ({ size, at }) => ({ text: format.count(size), value: size, cell: { cohort: at, ...ofGroup } }),
      },
      {
        key: "gross",
        title: text("insight.ltv.gross"),
        cell: ({ grossMinor }) => ({ text: money.exact(grossMinor), value: money.plain(grossMinor) }),
      },
      {
        key: "refunds",
        title: text("insight.ltv.refunds"),
        cell: ({ refundsMinor }) => ({ text: money.exact(refundsMinor), value: money.plain(refundsMinor) }),
      },
      {
        key: "now",
        title: text("insight.ltv.perHead"),
        lead: true,
        cell: ({ cells }) => {
          const value = whole(cells.at(-1)?.perHead);
          return { text: money.exact(value), value: value === null ? null : money.plain(value), tone: "strong" as const };
        },
      },
      ...aheadColumns({ prediction: group?.prediction, unit }, ground, ({ predicted }: Cohort) =>
        predicted !== undefined && "perHead" in predicted ? predicted : undefined,
      ),
      {
        key: "cost",
        title: text("insight.ltv.cost"),
        cell: ({ costMinor }) => ({ text: money.exact(costMinor), value: costMinor === null ? null : money.plain(costMinor) }),
      },
      {
        key: "payback",
        title: text("insight.ltv.payback"),
        cell: ({ paybackAge }) => ({ text: paybackAge === null ? MISSING : ageWords(paybackAge, unit, text), value: paybackAge }),
      },
    ],
    cohorts,
    ({ from }) => from,
  );
}

/** Net revenue per head by cohort and age; what is not over may still grow. */
function ltvSpec(
  cohorts: readonly Cohort[],
  ages: number,
  { answer, group, ground }: { readonly answer: LtvAnswer; readonly group: Group | undefined; readonly ground: Ground },
): HeatSpec {
  const { text, format } = ground;
  const money = format.measure("money");
  const unit = answer.query.interval ?? "month";
  const mean = group?.mean ?? [];
  const shownAges = Math.min(ages, Math.max(0, ...cohorts.map(({ cells }) => cells.length)));
  const cellOf = (perHead: number | null | undefined, open: boolean) =>
    perHead === null || perHead === undefined ? { value: null, text: "" } : { value: Math.round(perHead), unfinished: open };
  return {
    kind: "heat",
    head: text("insight.ltv.cohort"),
    leads: [text("insight.measure.people")],
    columns: agesShown(shownAges, unit, ground),
    rows: [
      {
        key: "mean",
        label: text("insight.ltv.mean"),
        leads: [""],
        total: true,
        cells: mean.slice(0, shownAges).map(({ perHead }) => cellOf(perHead, false)),
      },
      ...cohorts.map((cohort) => ({
        key: `${cohort.at}`,
        label: intervalName(cohort, unit, format),
        leads: [format.count(cohort.size)],
        cells: cohort.cells.map(({ perHead, complete }) => cellOf(perHead, !complete)),
      })),
    ],
    scale: "sequential",
    measure: money,
    pickable: true,
    summary: text("insight.ltv.summary", { count: cohorts.length, people: format.figure(group?.size) }),
  };
}
