import { outsOf, takesTime, type JourneyDefinition, type JourneyNode } from "./journey-definition.ts";
import type { JourneyFault } from "./journey-faults.ts";

type Nodes = ReadonlyMap<string, JourneyNode>;

/** What is wrong with how nodes hang together. */
export function checkGraph(definition: JourneyDefinition): readonly JourneyFault[] {
  const { nodes, start } = definition;
  if (nodes.length === 0) return [{ mend: "noNodes", node: null, field: "nodes", values: {} }];
  const byId: Nodes = new Map(nodes.map((node) => [node.id, node]));
  return [
    ...twice(nodes),
    ...(byId.has(start) ? [] : [{ mend: "startUnknown", node: null, field: "start", values: {} } as const]),
    ...nodes.flatMap((node) => outFaults(node, byId)),
    ...wayFaults(nodes, byId, start),
    ...loopFaults(nodes, byId),
    ...ringFaults(definition, byId),
  ];
}

function twice(nodes: readonly JourneyNode[]): readonly JourneyFault[] {
  const groups = Map.groupBy(nodes, ({ id }) => id);
  return [...groups].flatMap(([id, own]) => (own.length < 2 ? [] : [{ mend: "nodeTwice", node: id, field: "id", values: { node: id } }]));
}

function outFaults(node: JourneyNode, byId: Nodes): readonly JourneyFault[] {
  const has = outsOf(node);
  const fault = (mend: JourneyFault["mend"], out: string, values = {}): JourneyFault => ({
    mend,
    node: node.id,
    field: `outs.${out}`,
    values: { out, ...values },
  });
  const missing = has.filter((out) => !Object.hasOwn(node.outs, out)).map((out) => fault("outMissing", out));
  const given = Object.entries(node.outs).flatMap(([out, to]) => {
    if (!has.includes(out)) return [fault("outExtra", out)];
    return byId.has(to) ? [] : [fault("outUnknown", out, { to })];
  });
  return [...missing, ...given];
}

/** The nodes that ways out lead to, of those that are there. */
function after(node: JourneyNode, byId: Nodes): readonly JourneyNode[] {
  return outsOf(node).flatMap((out) => (Object.hasOwn(node.outs, out) ? (byId.get(node.outs[out] ?? "") ?? []) : []));
}

function wayFaults(nodes: readonly JourneyNode[], byId: Nodes, start: string): readonly JourneyFault[] {
  const first = byId.get(start);
  const reached = first === undefined ? new Set(nodes) : spread([first], (node) => after(node, byId));
  const before = new Map<JourneyNode, JourneyNode[]>();
  for (const node of nodes) for (const next of after(node, byId)) before.set(next, [...(before.get(next) ?? []), node]);
  const exits = nodes.filter(({ kind }) => kind === "exit");
  const leaving = spread(exits, (node) => before.get(node) ?? []);
  // Where a way out is missing, that is what is told: no way leads to an exit because of it.
  const whole = (node: JourneyNode): boolean => outsOf(node).every((out) => byId.has(node.outs[out] ?? ""));
  const open = spread(
    nodes.filter((node) => !whole(node)),
    (node) => before.get(node) ?? [],
  );
  return nodes.flatMap((node): readonly JourneyFault[] => [
    ...(reached.has(node) ? [] : [{ mend: "unreachable", node: node.id, field: "id", values: {} } as const]),
    ...(leaving.has(node) || open.has(node) ? [] : [{ mend: "noWayOut", node: node.id, field: "outs", values: {} } as const]),
  ]);
}

function spread(from: readonly JourneyNode[], next: (node: JourneyNode) => readonly JourneyNode[]): ReadonlySet<JourneyNode> {
  const seen = new Set(from);
  for (const node of seen) for (const each of next(node)) seen.add(each);
  return seen;
}

/** Ways that come back to where they began over nodes at which nobody stays: each loop is told once, at its first node. */
function loopFaults(nodes: readonly JourneyNode[], byId: Nodes): readonly JourneyFault[] {
  const told = new Set<JourneyNode>();
  return nodes.flatMap((node): readonly JourneyFault[] => {
    if (takesTime(node) || told.has(node)) return [];
    const quick = (one: JourneyNode): readonly JourneyNode[] => after(one, byId).filter((next) => !takesTime(next));
    const ahead = spread(quick(node), quick);
    if (!ahead.has(node)) return [];
    const loop = nodes.filter((one) => ahead.has(one) && spread(quick(one), quick).has(node));
    for (const one of loop) told.add(one);
    return [
      { mend: "loopWithoutWait", node: node.id, field: "outs", values: { nodes: loop.map(({ name, id }) => name || id).join(", ") } },
    ];
  });
}

/** Events that bring somebody in again as soon as they are out, over nodes at which no time passes. */
function ringFaults({ nodes, start, entry, reentry }: JourneyDefinition, byId: Nodes): readonly JourneyFault[] {
  const first = byId.get(start);
  if (entry.kind !== "event" || reentry.kind !== "afterFinish" || first === undefined || takesTime(first)) return [];
  const quick = (one: JourneyNode): readonly JourneyNode[] => after(one, byId).filter((next) => !takesTime(next));
  const atOnce = new Set([first, ...spread(quick(first), quick)]);
  return nodes.flatMap((node): readonly JourneyFault[] => {
    if (node.kind !== "emit" || node.event !== entry.on.event || !atOnce.has(node)) return [];
    const isOut = [...spread(quick(node), quick)].some(({ kind }) => kind === "exit");
    return isOut ? [{ mend: "emitsEntry", node: node.id, field: "event", values: { event: node.event } }] : [];
  });
}
