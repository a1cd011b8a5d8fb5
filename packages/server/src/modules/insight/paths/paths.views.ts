import type { PathsPlan } from "@terrace/domain/insight/paths/paths-plan";
import { ch, type ChStatement } from "../../../platform/storage/clickhouse.ts";
import { eventSelectorSql } from "../../../platform/storage/condition-sql.ts";
import { readRows, type AnalysisTools, type Asking } from "../time/asking.ts";
import { personEvents } from "../sequence/person-events.views.ts";

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

/** Counts paths, in one reading: all of them, and each edge and end. */
export async function pathFigures(asking: Asking, plan: PathsPlan, limit: number): Promise<PathFigures> {
  const rows = await readRows<PathEdge & { readonly kind: "all" | "end" | "edge"; readonly kinds: number; readonly gone: number }>(
    asking,
    "insight.paths",
    ch`
    select step, source, target, kind, sessions, people, kinds, gone from (
      select step, source, target, kind, sessions, people, count() over (partition by kind) as kinds, sum(sessions) over (partition by kind) as gone from (
        select step, source, target, multiIf(is_all = 1, 'all', target = '', 'end', 'edge') as kind, if(is_all = 1, begun, times) as sessions, people from (
          select step, source, target, grouping(step) as is_all, countIf(begins) as begun, count() as times, uniqExact(person) as people
          from (select person, edge.1 as step, edge.2 as source, edge.3 as target, edge.1 = 1 as begins from (${pathSteps(plan, asking.tools)})) /* workspace_id is named in the events it reads */
          group by grouping sets ((step, source, target), ())
        )
      )
    ) order by sessions desc, step, source, target limit ${ch.value("UInt32", limit)} by kind`,
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
  return ch`select person from (${pathSteps(plan, tools)}) /* workspace_id is named in the events it reads */
    where ${ch.join([ch`edge.1 = ${ch.value("UInt32", step)}`, ...sides], " and ")}`;
}

/**
 * One row for each step of each path: `person`, `edge` (step from 1, node, next node or "" where the path ends; one that is cut off has no end).
 *
 * A person's events of the period, in order, are cut into sessions: a pause of `gapMs` or longer begins a new one. A session's nodes are its path; with
 * `collapseRepeats` the same node several times on end is one. With `startAt` a path begins where the session first comes there, with `endAt` it ends where
 * the session (from there on) first comes there; a session that never does has no path. Of a longer path the first `stepsMax` steps count,
 * with `endAt` the last ones, for they are how people got there; steps are numbered from the first that counts.
 */
function pathSteps(plan: PathsPlan, tools: AnalysisTools): ChStatement {
  const node = plan.node === "event" ? ch`toString(name)` : ch`page_path`;
  const named = (plan.events ?? []).map((selector) => eventSelectorSql(selector, tools));
  const conditions = [
    ...(named.length === 0 ? [] : [ch`(${ch.join(named, " or ")})`]),
    ...(plan.node === "page" ? [ch`page_path != ''`] : []),
  ];
  const events = personEvents({
    tools,
    fromMs: plan.fromMs,
    toMs: plan.toMs,
    where: conditions.length === 0 ? ch`1` : ch.join(conditions, " and "),
    keep: [node],
    needs: plan.startAt === undefined ? undefined : ch`${node} = ${ch.value("String", plan.startAt)}`,
  });
  const steps = ch.value("UInt32", plan.stepsMax);
  return ch`
    select person, arrayMap((step, node, next) -> (step, node, next), arrayEnumerate(path), path, arrayPushBack(arrayPopFront(path), '')) as edges,
      arrayJoin(${plan.endAt === undefined ? ch`if(length(whole) > ${steps}, arrayPopBack(edges), edges)` : ch`edges`}) as edge
    from (
      select person, arrayJoin(arraySplit((node, begins) -> begins, sorted.5, arrayMap((at, before) -> at - before >= ${ch.value("Int64", plan.gapMs)}, sorted.1, arrayPushFront(arrayPopBack(sorted.1), sorted[1].1)))) as nodes,
        ${plan.collapseRepeats ? ch`arrayCompact(nodes)` : ch`nodes`} as visited,
        ${plan.startAt === undefined ? ch`visited` : ch`arraySlice(visited, if(has(visited, ${ch.value("String", plan.startAt)}), indexOf(visited, ${ch.value("String", plan.startAt)}), length(visited) + 1))`} as begun,
        ${plan.endAt === undefined ? ch`begun` : ch`arraySlice(begun, 1, indexOf(begun, ${ch.value("String", plan.endAt)}))`} as whole,
        ${plan.endAt === undefined ? ch`arraySlice(whole, 1, ${steps})` : ch`arraySlice(whole, greatest(1, toInt64(length(whole)) - ${steps} + 1))`} as path
      from (${events})
    ) where notEmpty(path)`;
}
