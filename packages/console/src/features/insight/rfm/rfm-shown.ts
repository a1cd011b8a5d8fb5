import type { getRfm } from "@terrace/contract/api/insight-rfm";
import { RFM_GROUPS } from "@terrace/domain/insight/rfm/rfm-plan";
import type { BarsSpec, ChartPick, HeatSpec } from "../../../ui/chart/chart-spec.ts";
import { formatShare } from "../../../ui/format/numbers.ts";
import { keyFigure } from "../frame/FigureStrip.tsx";
import type { PeopleWords } from "../frame/people-words.ts";
import type { Ranked, Shown } from "../frame/shown.ts";
import type { TableModel } from "../frame/table-model.ts";
import type { Answered, Cell } from "../frame/use-analysis.ts";
import type { Ground } from "../use-ground.ts";

export type RfmAnswer = Answered<typeof getRfm>;
export const RFM_VIEWS = ["groups", "grid", "migration"] as const;
export type RfmView = (typeof RFM_VIEWS)[number];
type Group = (typeof RFM_GROUPS)[number] | "none";

const range = (count: number) => Array.from({ length: count }, (_, i) => i + 1);
const groupName = (group: Group, { text }: Ground) => text(`insight.rfm.group.${group}`);

/** People by recency (rows, the most recent on top) and frequency (columns). */
export function gridSpec({ body }: RfmAnswer, { text, format }: Ground): HeatSpec {
  const people = (recency: number, frequency: number) =>
    body.grid.filter((cell) => cell.recency === recency && cell.frequency === frequency).reduce((sum, cell) => sum + cell.people, 0);
  const columns = range(body.scores.frequency);
  const money = format.measure("money");
  const spent = (recency: number, frequency: number) =>
    body.grid.filter((cell) => cell.recency === recency && cell.frequency === frequency).reduce((sum, cell) => sum + cell.monetaryMinor, 0);
  return {
    kind: "heat",
    head: text("insight.rfm.grid"),
    columns: columns.map((score) => ({ key: `${score}`, label: `F ${score}` })),
    rows: range(body.scores.recency)
      .toReversed()
      .map((recency) => ({
        key: `${recency}`,
        label: `R ${recency}`,
        cells: columns.map((frequency) => {
          const count = people(recency, frequency);
          return count === 0
            ? { value: null, text: "" }
            : {
                value: count,
                text: format.figure(count),
                hint: `R ${recency} F ${frequency}: ${format.count(count)} · ${money.exact(spent(recency, frequency))}`,
              };
        }),
      })),
    scale: "sequential",
    measure: format.measure("people"),
    pickable: true,
    summary: summaryOf(body, { text, format }),
  };
}

function summaryOf(body: RfmAnswer["body"], { text, format }: Pick<Ground, "text" | "format">): string {
  const best = body.groups.find(({ group }) => group === "important_value");
  return text("insight.rfm.summary", {
    people: format.figure(body.people),
    share: formatShare(best === undefined || body.people === 0 ? undefined : best.people / body.people),
    money: formatShare(best === undefined || body.monetaryMinor === 0 ? undefined : best.monetaryMinor / body.monetaryMinor),
  });
}

/** The eight classes with their people and what they paid; the tick is the class's part of the money. */
export function groupsSpec({ body }: RfmAnswer, ground: Ground): BarsSpec {
  const { text, format } = ground;
  const money = format.measure("money");
  return {
    kind: "bars",
    head: text("insight.rfm.groups"),
    columns: [
      text("insight.rfm.shareOfPeople"),
      text("insight.measure.people"),
      text("insight.rfm.paid"),
      text("insight.rfm.shareOfMoney"),
      text("insight.rfm.perHead"),
    ],
    rows: RFM_GROUPS.flatMap((group) => {
      const found = body.groups.find((one) => one.group === group);
      if (found === undefined) return [];
      const [ofPeople, ofMoney] = [found.people / Math.max(1, body.people), found.monetaryMinor / Math.max(1, body.monetaryMinor)];
      return [
        {
          key: group,
          label: groupName(group, ground),
          value: ofPeople,
          base: Math.max(0, ofMoney),
          cells: [
            format.count(found.people),
            money.short(found.monetaryMinor),
            formatShare(ofMoney),
            found.people === 0 ? "—" : money.short(Math.round(found.monetaryMinor / found.people)),
          ],
        },
      ];
    }),
    legend: { bar: text("insight.rfm.shareOfPeople"), base: text("insight.rfm.shareOfMoney") },
    measure: format.measure("share"),
    pickable: true,
    summary: summaryOf(body, ground),
  };
}

/** Who went from which class to which. */
export function migrationSpec({ body }: RfmAnswer, ground: Ground): HeatSpec {
  const { text, format } = ground;
  const groups: readonly Group[] = [...RFM_GROUPS, "none"];
  const people = (from: Group, to: Group) => body.migration?.find((one) => one.from === from && one.to === to)?.people ?? 0;
  const stayed = groups.reduce((sum, group) => sum + people(group, group), 0);
  const all = (body.migration ?? []).reduce((sum, one) => sum + one.people, 0);
  return {
    kind: "heat",
    head: text("insight.rfm.fromTo"),
    columns: groups.map((group) => ({ key: group, label: groupName(group, ground) })),
    rows: groups.map((from) => ({
      key: from,
      label: groupName(from, ground),
      cells: groups.map((to) => {
        const count = people(from, to);
        return count === 0 ? { value: null, text: "" } : { value: count, text: format.figure(count), hint: format.count(count) };
      }),
    })),
    scale: "sequential",
    measure: format.measure("people"),
    pickable: true,
    summary: text("insight.rfm.migrationSummary", { people: format.figure(all), share: formatShare(all === 0 ? undefined : stayed / all) }),
  };
}

/** Whose figure a part of the chart is. */
export function rfmCell(view: RfmView, pick: ChartPick): Cell | undefined {
  if (pick.kind === "bar") return { group: pick.key };
  if (pick.kind !== "cell") return undefined;
  return view === "migration" ? { from: pick.row, to: pick.column } : { recency: Number(pick.row), frequency: Number(pick.column) };
}

/** The classes with people, orders and money. */
export function rfmTable({ body }: RfmAnswer, ground: Ground): TableModel {
  const { text, format } = ground;
  const money = format.measure("money");
  const cells = (
    { people, orders, monetaryMinor }: { readonly people: number; readonly orders: number; readonly monetaryMinor: number },
    cell: Cell,
  ) => [
    {
      text: format.count(people),
      value: people,
      share: formatShare(body.people === 0 ? undefined : people / body.people),
      ...(people === 0 ? {} : { cell }),
    },
    { text: format.count(orders), value: orders },
    {
      text: money.exact(monetaryMinor),
      value: money.plain(monetaryMinor),
      share: formatShare(body.monetaryMinor === 0 ? undefined : monetaryMinor / body.monetaryMinor),
    },
    {
      text: people === 0 ? "—" : money.exact(Math.round(monetaryMinor / people)),
      value: people === 0 ? null : money.plain(monetaryMinor / people),
    },
  ];
  return {
    columns: [
      { key: "group", title: text("insight.rfm.groups") },
      { key: "people", title: text("insight.measure.people"), figure: true, lead: true },
      { key: "orders", title: text("insight.rfm.orders"), figure: true },
      { key: "paid", title: text("insight.rfm.paid"), figure: true, lead: true },
      { key: "perHead", title: text("insight.rfm.perHead"), figure: true },
    ],
    rows: [
      { key: "all", total: true, cells: [{ text: text("common.all"), value: text("common.all") }, ...cells(body, {})] },
      ...body.groups.map((found) => ({
        key: found.group,
        cells: [{ text: groupName(found.group, ground), value: groupName(found.group, ground) }, ...cells(found, { group: found.group })],
      })),
    ],
  };
}

/** The part of the people in each class, by which groups are held side by side. */
export function rfmRanked({ body }: RfmAnswer, ground: Ground): Ranked {
  return {
    head: ground.text("insight.rfm.groups"),
    name: ground.text("insight.rfm.shareOfPeople"),
    measure: ground.format.measure("share"),
    rows: RFM_GROUPS.map((group) => ({
      key: group,
      label: groupName(group, ground),
      value: body.people === 0 ? null : (body.groups.find((one) => one.group === group)?.people ?? 0) / body.people,
    })),
  };
}

/** What is said of the people of a class, a cell of the grid or a move. */
export function rfmPeople({ body }: RfmAnswer, cell: Cell, ground: Ground): PeopleWords | undefined {
  const { text, format } = ground;
  const money = format.measure("money");
  if (typeof cell["group"] === "string") {
    const found = body.groups.find(({ group }) => group === cell["group"]);
    return found === undefined
      ? undefined
      : {
          title: groupName(found.group, ground),
          detail: text(`insight.rfm.about.${found.group}`),
          people: found.people,
          basis: `${text("insight.rfm.paid")} ${money.short(found.monetaryMinor)}`,
        };
  }
  if (typeof cell["from"] === "string") {
    const move = body.migration?.find(({ from, to }) => from === cell["from"] && to === cell["to"]);
    return move === undefined
      ? undefined
      : {
          title: `${groupName(move.from, ground)} → ${groupName(move.to, ground)}`,
          detail: text("insight.rfm.moved"),
          people: move.people,
        };
  }
  const { recency, frequency } = cell;
  if (typeof recency !== "number" || typeof frequency !== "number") {
    return { title: text("common.all"), detail: text("insight.rfm.bought"), people: body.people };
  }
  const cells = body.grid.filter((one) => one.recency === recency && one.frequency === frequency);
  return {
    title: `R ${recency} F ${frequency}`,
    detail: text("insight.rfm.bought"),
    people: cells.reduce((sum, one) => sum + one.people, 0),
    basis: `${text("insight.rfm.paid")} ${money.short(cells.reduce((sum, one) => sum + one.monetaryMinor, 0))}`,
  };
}

/** Buyers by group, as a grid of scores, or how they moved between two days. */
export function rfmShown(answer: RfmAnswer, view: RfmView, ground: Ground): Shown {
  const { text, format } = ground;
  const { body } = answer;
  const money = format.measure("money");
  const count = format.measure("count");
  return {
    empty: body.people === 0,
    figures: [
      keyFigure("people", text("insight.rfm.buyers"), body.people, count),
      keyFigure("orders", text("insight.rfm.orders"), body.orders, count),
      keyFigure("paid", text("insight.rfm.paid"), body.monetaryMinor, money),
      keyFigure("perHead", text("insight.rfm.perHead"), Math.round(body.monetaryMinor / Math.max(1, body.people)), money),
    ],
    spec:
      view === "grid"
        ? gridSpec(answer, ground)
        : view === "migration" && body.migration !== undefined
          ? migrationSpec(answer, ground)
          : groupsSpec(answer, ground),
    cellOf: (pick) => rfmCell(view, pick),
    table: rfmTable(answer, ground),
    ranked: rfmRanked(answer, ground),
    behind: (cell) => rfmPeople(answer, cell, ground),
  };
}
