import type { PathsPlan } from "@terrace/domain/insight/paths/paths-plan";
import { ch, type ChStatement } from "../../../platform/storage/clickhouse.ts";
import { eventSelectorSql } from "../../../platform/storage/condition-sql.ts";
import { DONE_BY_SOMEBODY } from "../../../platform/storage/event-names.ts";
import { fitsMarks, MARK_BITS, personEvents, personMarks, whole } from "../sequence/person-events.views.ts";
import type { Reading } from "../sequence/reading.ts";
import { inPeriod, readRows, type AnalysisTools, type Asking } from "../time/asking.ts";

/** How nodes stand in the lists of a person: as their texts, or as numbers, which are sorted and counted in a fraction of the time. */
export type PathNodes = {
  /** The node of a row of `events`. */
  readonly ofEvent: (text: ChStatement) => ChStatement;
  readonly constant: (node: string) => ChStatement;
  /** What stands where a path ends. */
  readonly none: ChStatement;
  /** The text of a node, '' of none. */
  readonly text: (node: ChStatement) => ChStatement;
};

/** Nodes as their texts: for any number of them. */
export const TEXT_NODES: PathNodes = {
  ofEvent: (text) => ch`toString(${text})`,
  constant: (node) => ch`${ch.value("String", node)}`,
  none: ch`''`,
  text: (node) => node,
};

/** So many different nodes have numbers at most: they all stand in the statement. */
export const NUMBERED_MAX = 5_000;

/** Numbers for the nodes of a period, or their texts where there are too many or the period is too long for marks. */
export async function readNodes(asking: Asking, plan: PathsPlan, numberedMax: number): Promise<PathNodes> {
  if (!fitsMarks(plan.fromMs, plan.toMs) || plan.fromMs === plan.toMs) return TEXT_NODES;
  const rows = await readRows<{ node: string }>(
    asking,
    "insight.paths_nodes",
    ch`select ${nodeSql(plan)} as node from events where workspace_id = ${ch.value("UInt32", asking.workspaceId)} and ${inPeriod(plan)}
    group by node limit ${ch.value("UInt32", numberedMax + 1)}`,
  );
  return rows.length > numberedMax ? TEXT_NODES : numbered(rows.map(({ node }) => node));
}

/** Nodes by their place in a list, from 1; 0 is none, and one that is not in the list. */
function numbered(texts: readonly string[]): PathNodes {
  const all = ch.value("Array(String)", texts);
  const places = ch.value(
    "Array(UInt32)",
    texts.map((_, index) => index + 1),
  );
  return {
    ofEvent: (text) => ch`transform(${text}, ${all}, ${places}, toUInt32(0))`,
    constant: (node) => ch`toUInt32(${ch.value("UInt32", texts.indexOf(node) + 1)})`,
    none: ch`toUInt32(0)`,
    // Beyond the end of a list, and at 0, is ''.
    text: (node) => ch`${all}[${node}]`,
  };
}

/** One row per person: the `times` of their events in order (ms since some moment), the `nodes` of these, and whether they are `tied` (see `personMarks`). */
export function pathEvents(plan: PathsPlan, tools: AnalysisTools, nodes: PathNodes, reading: Reading): ChStatement {
  const node = nodes.ofEvent(nodeSql(plan));
  const asked = { tools, fromMs: plan.fromMs, toMs: plan.toMs, where: whereSql(plan, tools) };
  if (nodes !== TEXT_NODES)
    return ch`select person, tied, arrayMap(mark -> bitShiftRight(mark, ${whole(MARK_BITS)}), marks) as times,
        arrayMap(mark -> toUInt32(bitAnd(mark, ${whole(2 ** MARK_BITS - 1)})), marks) as nodes
      from (${personMarks({ ...asked, mark: node, reading })})`;
  const needs = plan.startAt === undefined ? undefined : ch`${node} = ${nodes.constant(plan.startAt)}`;
  return ch`select person, 0 as tied, sorted.1 as times, sorted.5 as nodes from (${personEvents({ ...asked, keep: [node], needs })})`;
}

function nodeSql({ node }: PathsPlan): ChStatement {
  return node === "event" ? ch`name` : ch`page_path`;
}

function whereSql(plan: PathsPlan, tools: AnalysisTools): ChStatement {
  const named = (plan.events ?? []).map((selector) => eventSelectorSql(selector, tools));
  const conditions = [
    named.length === 0 ? DONE_BY_SOMEBODY : ch`(${ch.join(named, " or ")})`,
    ...(plan.node === "page" ? [ch`page_path != ''`] : []),
  ];
  return ch.join(conditions, " and ");
}
