import type { BarsSpec } from "../../../ui/chart/chart-spec.ts";
import { liftText, pointsText } from "../../../ui/format/measures.ts";
import { formatShare, MISSING } from "../../../ui/format/numbers.ts";
import type { Shown } from "../frame/shown.ts";
import type { PeopleWords } from "../frame/people-words.ts";
import type { TableCell, TableModel, TableRow } from "../frame/table-model.ts";
import type { Cell } from "../frame/use-analysis.ts";
import { pWords } from "../p-words.ts";
import type { Ground } from "../use-ground.ts";
import {
  cellOf,
  dimensionKey,
  dimensionName,
  placeOf,
  valueName,
  type Dimension,
  type PortraitAnswer,
  type Row,
  type Side,
} from "./portrait-words.ts";

/** A row with the dimension it is of. */
type Told = { readonly key: string; readonly label: string; readonly dimension: Dimension; readonly row: Row };

/** A portrait: where the group differs most, or one dimension as a whole. */
export function portraitShown(answer: PortraitAnswer, view: string, ground: Ground): Shown {
  const { text, format } = ground;
  const { body } = answer;
  const chosen = body.dimensions.find((dimension) => dimensionKey(dimension) === view);
  const told = chosen === undefined ? topOf(answer, ground) : rowsOf(chosen, ground, false);
  const significant = body.dimensions.reduce((sum, { rows }) => sum + rows.filter(({ isSignificant }) => isSignificant).length, 0);
  const { mean } = chosen ?? {};
  const number = format.measure("number");
  return {
    empty: body.group === 0 || body.dimensions.length === 0,
    figures: [
      { key: "group", name: text("insight.portrait.group"), value: format.figure(body.group) },
      {
        key: "against",
        name: text("insight.portrait.against"),
        value: format.figure(body.against),
        ...(body.rest === body.against ? {} : { detail: text("insight.portrait.rest", { people: format.figure(body.rest) }) }),
      },
      ...(body.outside === null || body.outside === 0
        ? []
        : [{ key: "outside", name: text("insight.portrait.outside"), value: format.figure(body.outside) }]),
      { key: "significant", name: text("insight.portrait.significantCount"), value: format.count(significant) },
      ...(mean === undefined
        ? []
        : [
            {
              key: "mean",
              name: text("insight.portrait.mean"),
              value: number.short(mean.group),
              detail: text("insight.portrait.meanAgainst", { mean: number.short(mean.against) }),
            },
          ]),
    ],
    spec: portraitSpec(told, answer, ground),
    cellOf: (pick) => {
      const found = pick.kind === "bar" ? told.find(({ key }) => key === pick.key) : undefined;
      return found === undefined ? undefined : cellOf(found.dimension, found.row, "group");
    },
    more: <Notes answer={answer} chosen={chosen} significant={significant} ground={ground} />,
    table: portraitTable(answer, chosen, ground),
    behind: (cell) => behind(answer, cell, ground),
  };
}

/** Where the group differs most; without any difference worth telling, the first dimension. */
function topOf({ body }: PortraitAnswer, ground: Ground): readonly Told[] {
  const top = body.top.flatMap(({ dimension: at, row: place }) => {
    const dimension = body.dimensions[at];
    const row = dimension?.rows[place];
    return dimension === undefined || row === undefined ? [] : [toldOf(dimension, place, row, { ground, named: true })];
  });
  const [first] = body.dimensions;
  return top.length > 0 || first === undefined ? top : rowsOf(first, ground, true);
}

function rowsOf(dimension: Dimension, ground: Ground, named: boolean): readonly Told[] {
  return dimension.rows.map((row, place) => toldOf(dimension, place, row, { ground, named }));
}

function toldOf(
  dimension: Dimension,
  place: number,
  row: Row,
  { ground, named }: { readonly ground: Ground; readonly named: boolean },
): Told {
  const value = valueName(row, ground, dimension.by);
  return {
    key: `${dimensionKey(dimension)} ${place}`,
    label: named ? `${dimensionName(dimension, ground)} · ${value}` : value,
    dimension,
    row,
  };
}

function differenceWords({ difference, low, high }: Row): string {
  if (difference === null) return MISSING;
  return low === null || high === null ? liftText(difference, 0) : liftText(difference, (high - low) / 2);
}

/** Shares in the group as bars, with a tick where the comparison stands; what may be chance is grey. */
function portraitSpec(told: readonly Told[], answer: PortraitAnswer, ground: Ground): BarsSpec {
  const { text, format } = ground;
  const [first] = told;
  return {
    kind: "bars",
    head: text("insight.portrait.value"),
    columns: [
      text("insight.portrait.share"),
      text("insight.portrait.againstShare"),
      text("insight.portrait.index"),
      text("insight.portrait.differenceShort"),
    ],
    rows: told.map(({ key, label, row }) => ({
      key,
      label,
      value: row.share ?? 0,
      ...(row.againstShare === null ? {} : { base: row.againstShare }),
      cells: [
        formatShare(row.againstShare),
        row.index === null ? MISSING : format.count(Math.round(row.index)),
        row.difference === null ? MISSING : pointsText(row.difference),
      ],
      ...(row.isSignificant ? {} : { tone: "neutral" as const }),
    })),
    legend: { bar: text("insight.portrait.share"), base: text("insight.portrait.againstShare") },
    measure: format.measure("share"),
    pickable: true,
    summary: text("insight.portrait.summary", {
      people: format.figure(answer.body.group),
      first: first?.label ?? MISSING,
      share: formatShare(first?.row.share),
      against: formatShare(first?.row.againstShare),
    }),
  };
}

/** Both sides value by value, of one dimension or of all. */
function portraitTable(answer: PortraitAnswer, chosen: Dimension | undefined, ground: Ground): TableModel {
  const { text, format } = ground;
  const { body } = answer;
  const dimensions = chosen === undefined ? body.dimensions : [chosen];
  const named = chosen === undefined;
  const people = (count: number, cell: Cell | undefined): TableCell => ({
    text: format.count(count),
    value: count,
    ...(cell === undefined ? {} : { cell }),
  });
  const total: TableRow = {
    key: "total",
    total: true,
    cells: [
      { text: text("insight.total"), value: text("insight.total") },
      people(body.group, body.group === 0 ? undefined : { side: "group" }),
      { text: formatShare(body.group === 0 ? undefined : 1), value: body.group === 0 ? null : 1 },
      people(body.against, body.against === 0 ? undefined : { side: "against" }),
      { text: formatShare(body.against === 0 ? undefined : 1), value: body.against === 0 ? null : 1 },
    ],
  };
  const rowOf = ({ key, label, dimension, row }: Told): TableRow => ({
    key,
    cells: [
      { text: label, value: label },
      people(row.group, cellOf(dimension, row, "group")),
      { text: formatShare(row.share), value: row.share },
      people(row.against, cellOf(dimension, row, "against")),
      { text: formatShare(row.againstShare), value: row.againstShare },
      { text: row.index === null ? MISSING : format.count(Math.round(row.index)), value: row.index },
      { text: differenceWords(row), value: row.difference },
      { text: pWords(row.p), value: row.p },
      { text: pWords(row.q), value: row.q },
      {
        text: row.isSignificant ? text("common.yes") : text("insight.portrait.maybeChance"),
        value: row.isSignificant ? text("common.yes") : text("insight.portrait.maybeChance"),
        tone: row.isSignificant ? "strong" : "pale",
      },
    ],
  });
  return {
    columns: [
      { key: "value", title: text("insight.portrait.value") },
      { key: "group", title: text("insight.portrait.group"), figure: true },
      { key: "share", title: text("insight.portrait.share"), figure: true, lead: true },
      { key: "against", title: text("insight.portrait.against"), figure: true },
      { key: "againstShare", title: text("insight.portrait.againstShare"), figure: true, lead: true },
      { key: "index", title: text("insight.portrait.index"), figure: true },
      { key: "difference", title: text("insight.portrait.difference"), figure: true },
      { key: "p", title: text("insight.portrait.p"), figure: true },
      { key: "q", title: text("insight.portrait.q"), figure: true },
      { key: "significant", title: text("insight.portrait.significant") },
    ],
    rows: [
      total,
      ...dimensions.flatMap((dimension) => [
        ...rowsOf(dimension, ground, named).map(rowOf),
        ...(dimension.more ? [foldedRow(dimension, named, ground)] : []),
      ]),
    ],
  };
}

/** The row of the values that are not told one by one. */
function foldedRow(dimension: Dimension, named: boolean, ground: Ground): TableRow {
  const words = ground.text("insight.portrait.folded");
  const label = named ? `${dimensionName(dimension, ground)} · ${words}` : words;
  return {
    key: `${dimensionKey(dimension)} more`,
    cells: [
      { text: label, value: label, tone: "pale" },
      ...Array.from({ length: 9 }, () => ({ text: MISSING, value: null, tone: "pale" as const })),
    ],
  };
}

type NotesProps = {
  readonly answer: PortraitAnswer;
  readonly chosen: Dimension | undefined;
  readonly significant: number;
  readonly ground: Ground;
};

/** What the figures cannot say by themselves, and what was left out. */
function Notes({ answer: { body }, chosen, significant, ground: { text } }: NotesProps) {
  const notes = [
    ...(significant === 0 ? [text("insight.portrait.noneSignificant")] : []),
    text("insight.portrait.tick"),
    ...(chosen?.more === true ? [text("insight.portrait.more")] : []),
    ...(body.hidden.length > 0 ? [text("insight.portrait.hidden", { names: body.hidden.join(", ") })] : []),
    ...(body.traitsCut ? [text("insight.portrait.traitsCut")] : []),
    ...(body.tagsLeftOut ? [text("insight.portrait.tagsLeftOut")] : []),
  ];
  return notes.map((note) => (
    <p key={note} className="chart-note">
      {note}
    </p>
  ));
}

function behind(answer: PortraitAnswer, cell: Cell, ground: Ground): PeopleWords | undefined {
  const { text } = ground;
  const sideWords = (side: Side) => text(side === "group" ? "insight.portrait.ofGroup" : "insight.portrait.ofAgainst");
  if (cell["by"] === undefined) {
    const side: Side = cell["side"] === "against" ? "against" : "group";
    return { title: text(`insight.portrait.${side}`), detail: sideWords(side), people: answer.body[side] };
  }
  const place = placeOf(answer, cell);
  if (place === undefined) return undefined;
  const { dimension, row, side } = place;
  return {
    title: `${dimensionName(dimension, ground)} · ${valueName(row, ground, dimension.by)}`,
    detail: sideWords(side),
    people: row[side],
    basis: formatShare(side === "group" ? row.share : row.againstShare),
  };
}
