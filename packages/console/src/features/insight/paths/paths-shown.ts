import type { getPaths } from "@terrace/contract/api/insight-paths";
import type { ChartPick, SankeyLink, SankeyNode, SankeySpec } from "../../../ui/chart/chart-spec.ts";
import { formatShare } from "../../../ui/format/numbers.ts";
import { keyFigure } from "../frame/FigureStrip.tsx";
import type { PeopleWords } from "../frame/people-words.ts";
import type { Shown } from "../frame/shown.ts";
import type { TableModel } from "../frame/table-model.ts";
import type { Answered, Cell } from "../frame/use-analysis.ts";
import type { Ground } from "../use-ground.ts";

export type PathsAnswer = Answered<typeof getPaths>;
type Body = PathsAnswer["body"];

/** Where paths end, as a node after the step. */
const LEFT = "\u0000left";
const keyOf = (step: number, node: string) => `${step}|${node}`;

/** The key of a node cut into its step and its name. */
export function nodeOf(key: string): { readonly step: number; readonly node: string } {
  const at = key.indexOf("|");
  return { step: Number(key.slice(0, at)), node: key.slice(at + 1) };
}

/** Edges and ends that begin where something else arrives: what hangs in the air because the edge before it is not shown is left to the table. */
function shownFlows({
  edges,
  ends,
}: Body): readonly { readonly step: number; readonly source: string; readonly target: string; readonly sessions: number }[] {
  const reached = new Set<string>();
  const flows = [...edges, ...ends.map(({ step, node, sessions }) => ({ step, source: node, target: LEFT, sessions }))].toSorted(
    (a, b) => a.step - b.step,
  );
  return flows.filter(({ step, source, target }) => {
    const stands = step === 1 || reached.has(keyOf(step, source));
    if (stands && target !== LEFT) reached.add(keyOf(step + 1, target));
    return stands;
  });
}

/** Paths as flows: a node for each step and place, as wide as the sessions that were there. */
export function pathsSpec(answer: PathsAnswer, { text, format, nameOf }: Ground): SankeySpec {
  const { body, query } = answer;
  const label = (node: string) => (node === LEFT ? text("insight.paths.left") : query.node === "page" ? node : nameOf(node));
  const [into, out] = [new Map<string, number>(), new Map<string, number>()];
  const add = (map: Map<string, number>, key: string, value: number) => map.set(key, (map.get(key) ?? 0) + value);
  const links = shownFlows(body).map(({ step, source, target, sessions }): SankeyLink => {
    const [from, to] = [keyOf(step, source), keyOf(step + 1, target)];
    add(out, from, sessions);
    add(into, to, sessions);
    return { from, to, value: sessions };
  });
  const nodes = [...new Set(links.flatMap(({ from, to }) => [from, to]))].map((key): SankeyNode => {
    const { step, node } = nodeOf(key);
    const value = Math.max(into.get(key) ?? 0, out.get(key) ?? 0);
    return { key, label: label(node), layer: step - 1, value, colourKey: node, ...(node === LEFT ? { muted: true } : {}) };
  });
  const first = nodes.filter(({ layer }) => layer === 0).toSorted((a, b) => b.value - a.value)[0];
  return {
    kind: "sankey",
    nodes,
    links,
    heads: {
      from: text("insight.paths.from"),
      to: text("insight.paths.to"),
      value: text("insight.sessions"),
      share: text("insight.paths.shareOfFrom"),
    },
    measure: format.measure("times"),
    summary: text("insight.paths.summary", {
      sessions: format.figure(body.sessions),
      first: first?.label ?? "—",
      share: formatShare(first === undefined || body.sessions === 0 ? undefined : first.value / body.sessions),
    }),
  };
}

/** Whose figure a part of the flows is. */
export function pathsCell(pick: ChartPick): Cell | undefined {
  if (pick.kind === "link") {
    const [from, to] = [nodeOf(pick.from), nodeOf(pick.to)];
    return { step: from.step, source: from.node, target: to.node === LEFT ? null : to.node };
  }
  if (pick.kind !== "node") return undefined;
  const { step, node } = nodeOf(pick.key);
  if (node === LEFT) return undefined;
  return step === 1 ? { step: 1, source: node } : { step: step - 1, target: node };
}

/** Every edge and end with its sessions and people. */
export function pathsTable({ body, query }: PathsAnswer, { text, format, nameOf }: Ground): TableModel {
  const label = (node: string) => (query.node === "page" ? node : nameOf(node));
  const rows = [
    ...body.edges,
    ...body.ends.map(({ step, node, sessions, people }) => ({ step, source: node, target: null, sessions, people })),
  ].toSorted((a, b) => a.step - b.step || b.sessions - a.sessions);
  return {
    columns: [
      { key: "step", title: text("insight.paths.step") },
      { key: "from", title: text("insight.paths.from"), names: true },
      { key: "to", title: text("insight.paths.to"), names: true },
      { key: "sessions", title: text("insight.sessions"), figure: true, lead: true },
      { key: "people", title: text("insight.measure.people"), figure: true, lead: true },
    ],
    rows: rows.map(({ step, source, target, sessions, people }) => ({
      key: JSON.stringify([step, source, target]),
      cells: [
        { text: `${step} → ${step + 1}`, value: step },
        { text: label(source), value: source },
        { text: target === null ? text("insight.paths.left") : label(target), value: target ?? "" },
        { text: format.count(sessions), value: sessions, share: formatShare(body.sessions === 0 ? undefined : sessions / body.sessions) },
        { text: format.count(people), value: people, cell: { step, source, target } },
      ],
    })),
  };
}

/** What is said of the people behind an edge, an end or a node. */
export function pathsPeople(answer: PathsAnswer, cell: Cell, ground: Ground): PeopleWords | undefined {
  const { body, query } = answer;
  const { text, nameOf } = ground;
  const step = Number(cell["step"]);
  const { source, target } = cell;
  const label = (node: unknown) => (query.node === "page" ? String(node) : nameOf(String(node)));
  if (source !== undefined && target !== undefined) {
    const people =
      target === null
        ? body.ends.find((end) => end.step === step && end.node === source)?.people
        : body.edges.find((edge) => edge.step === step && edge.source === source && edge.target === target)?.people;
    if (people === undefined) return undefined;
    return {
      title: `${label(source)} → ${target === null ? text("insight.paths.left") : label(target)}`,
      detail: target === null ? text("insight.paths.leftAt", { step }) : text("insight.paths.wentAt", { step, next: step + 1 }),
      people,
    };
  }
  const node = source ?? target;
  return typeof node === "string"
    ? { title: label(node), detail: text("insight.paths.atStep", { step: source === undefined ? step + 1 : step }) }
    : undefined;
}

/** How sessions went from one event or page to the next. */
export function pathsShown(answer: PathsAnswer, ground: Ground): Shown {
  const { text, format } = ground;
  const { body } = answer;
  const longest = body.ends.filter(({ step }) => step === 1).reduce((sum, { sessions }) => sum + sessions, 0);
  const count = format.measure("count");
  return {
    empty: body.sessions === 0,
    figures: [
      keyFigure("sessions", text("insight.sessions"), body.sessions, count),
      keyFigure("people", text("insight.measure.people"), body.people, count),
      { key: "one", name: text("insight.paths.oneStep"), value: formatShare(longest / Math.max(1, body.sessions)) },
      ...(body.rest.edges > 0
        ? [
            {
              key: "rest",
              name: text("insight.paths.rest"),
              value: format.count(body.rest.edges),
              detail: text("insight.paths.restGone", { count: format.figure(body.rest.sessions) }),
            },
          ]
        : []),
    ],
    spec: pathsSpec(answer, ground),
    chartHeight: 420,
    cellOf: pathsCell,
    table: pathsTable(answer, ground),
    behind: (cell) => pathsPeople(answer, cell, ground),
  };
}
