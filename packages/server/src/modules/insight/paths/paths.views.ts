import type { PathsPlan } from "@terrace/domain/insight/paths/paths-plan";
import { ch, type ChStatement } from "../../../platform/storage/clickhouse.ts";
import { readInOrder, type Reading } from "../sequence/reading.ts";
import type { AnalysisTools, Asking } from "../time/asking.ts";
import { NUMBERED_MAX, pathEvents, readNodes, TEXT_NODES, type PathNodes } from "./path-events.views.ts";

/** How often sessions went from a node to the next at a step (from 1); `target` is "" where a path ends. */
export type PathEdge = {
  readonly step: number;
  readonly source: string;
  readonly target: string;
  readonly sessions: number;
  readonly people: number;
};

/** Sessions that have a path and their people; the most frequent edges and ends, with how many edges there are in all and how often they were gone. */
export type PathFigures = {
  readonly sessions: number;
  readonly people: number;
  readonly edges: readonly PathEdge[];
  readonly allEdges: { readonly kinds: number; readonly sessions: number };
  readonly ends: readonly PathEdge[];
};

type Row = PathEdge & { readonly kind: "all" | "end" | "edge"; readonly kinds: number; readonly gone: number };

/** Counts paths, in one reading: all of them, and each edge and end. Of more nodes than `numberedMax` texts are put in order, which takes longer. */
export async function pathFigures(asking: Asking, plan: PathsPlan, limit: number, numberedMax = NUMBERED_MAX): Promise<PathFigures> {
  const nodes = await readNodes(asking, plan, numberedMax);
  // Whether a path from one node to another is there at all may depend on the order of events of one instant.
  const canBeQuick = nodes !== TEXT_NODES && (plan.startAt === undefined || plan.endAt === undefined);
  const rows = await readInOrder<Row>(asking, "insight.paths", canBeQuick, (reading) =>
    figuresSql(plan, asking.tools, { nodes, reading, limit }),
  );
  const all = rows.find(({ kind }) => kind === "all");
  const edges = rows.filter(({ kind }) => kind === "edge");
  return {
    sessions: all?.sessions ?? 0,
    people: all?.people ?? 0,
    edges,
    allEdges: { kinds: edges[0]?.kinds ?? 0, sessions: edges[0]?.gone ?? 0 },
    ends: rows.filter(({ kind }) => kind === "end"),
  };
}

function figuresSql(
  plan: PathsPlan,
  tools: AnalysisTools,
  { nodes, reading, limit }: { readonly nodes: PathNodes; readonly reading: Reading; readonly limit: number },
): ChStatement {
  return ch`
    select step, source, target, kind, sessions, people, kinds, gone, ties from (
      select step, source, target, kind, sessions, people, ties, count() over (partition by kind) as kinds, sum(sessions) over (partition by kind) as gone from (
        select step, ${nodes.text(ch`from_node`)} as source, ${nodes.text(ch`to_node`)} as target, ties, multiIf(is_all = 1, 'all', target = '', 'end', 'edge') as kind, if(is_all = 1, begun, times) as sessions, people from (
          select step, from_node, to_node, grouping(step) as is_all, countIf(step = 1) as begun, count() as times, uniqExact(person) as people, max(tied) as ties
          from (select person, tied, edge.1 as step, edge.2 as from_node, edge.3 as to_node from (${pathSteps(plan, tools, nodes, reading)})) /* workspace_id is named in the events it reads */
          group by grouping sets ((step, from_node, to_node), ())
        )
      )
    ) order by sessions desc, step, source, target limit ${ch.value("UInt32", limit)} by kind`;
}

/** A statement of the people whose paths have an edge (or end, with target ""), as the column `person`; a source or target that is not given is any. */
export function pathPeople(
  plan: PathsPlan,
  tools: AnalysisTools,
  { step, source, target }: Pick<PathEdge, "step"> & { readonly source: string | undefined; readonly target: string | undefined },
): ChStatement {
  const sides = [
    ...(source === undefined ? [] : [ch`edge.2 = ${ch.value("String", source)}`]),
    ...(target === undefined ? [] : [ch`edge.3 = ${ch.value("String", target)}`]),
  ];
  return ch`select person from (${pathSteps(plan, tools, TEXT_NODES, "exact")}) /* workspace_id is named in the events it reads */
    where ${ch.join([ch`edge.1 = ${ch.value("UInt32", step)}`, ...sides], " and ")}`;
}

/**
 * One row for each step of each path: `person`, `edge` (step from 1, node, next node or none where the path ends; one that is cut off has no end), and
 * whether the person is `tied`.
 *
 * A person's events of the period, in order, are cut into sessions: a pause of `gapMs` or longer begins a new one. A session's nodes are its path; with
 * `collapseRepeats` the same node several times on end is one. With `startAt` a path begins where the session first comes there, with `endAt` it ends where
 * the session (from there on) first comes there; a session that never does has no path. Of a longer path the first `stepsMax` steps count,
 * with `endAt` the last ones, for they are how people got there; steps are numbered from the first that counts.
 */
function pathSteps(plan: PathsPlan, tools: AnalysisTools, nodes: PathNodes, reading: Reading): ChStatement {
  const steps = ch.value("UInt32", plan.stepsMax);
  const placeOf = (node: string): ChStatement => ch`indexOf(visited, ${nodes.constant(node)})`;
  return ch`
    select person, tied, arrayMap((step, node, next) -> (step, node, next), arrayEnumerate(path), path, arrayPushBack(arrayPopFront(path), ${nodes.none})) as edges,
      arrayJoin(${plan.endAt === undefined ? ch`if(length(whole) > ${steps}, arrayPopBack(edges), edges)` : ch`edges`}) as edge
    from (
      select person, tied, arrayJoin(arraySplit((node, pause) -> pause >= ${ch.value("Int64", plan.gapMs)}, nodes, arrayDifference(times))) as session,
        ${plan.collapseRepeats ? ch`arrayCompact(session)` : ch`session`} as visited,
        ${plan.startAt === undefined ? ch`visited` : ch`arraySlice(visited, if(${placeOf(plan.startAt)} > 0, ${placeOf(plan.startAt)}, length(visited) + 1))`} as begun,
        ${plan.endAt === undefined ? ch`begun` : ch`arraySlice(begun, 1, indexOf(begun, ${nodes.constant(plan.endAt)}))`} as whole,
        ${plan.endAt === undefined ? ch`arraySlice(whole, 1, ${steps})` : ch`arraySlice(whole, greatest(1, toInt64(length(whole)) - ${steps} + 1))`} as path
      from (${pathEvents(plan, tools, nodes, reading)})
    ) where notEmpty(path)`;
}
