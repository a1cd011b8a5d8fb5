import { OTHERWISE, TIMEOUT, outsOf, type NodeKind } from "@terrace/domain/journeys/journey-definition";
import type { JourneyDetail } from "@terrace/contract/api/journeys";

export type Definition = JourneyDetail["definition"];
export type DraftNode = Definition["nodes"][number];
export type NodeOf<Kind extends NodeKind> = Extract<DraftNode, { readonly kind: Kind }>;

/** The entry as a place that ways begin at; no node can have this id. */
export const ENTRY = "$entry";
/** A way: by which way out of which node, or from the entry. */
export type Way = { readonly from: string; readonly out: string };
export type DrawnWay = Way & { readonly to: string };

/** Every way that leads to a node, the entry's first. */
export function waysOf({ start, nodes }: Definition): readonly DrawnWay[] {
  const ids = new Set(nodes.map(({ id }) => id));
  const ways = [
    { from: ENTRY, out: "next", to: start },
    ...nodes.flatMap((node) => outsOf(node).map((out) => ({ from: node.id, out, to: node.outs[out] ?? "" }))),
  ];
  return ways.filter(({ to }) => ids.has(to));
}

/** Lets a way lead to a node, or nowhere (undefined). */
export function lead(definition: Definition, { from, out }: Way, to: string | undefined): Definition {
  if (from === ENTRY) return { ...definition, start: to ?? "" };
  return withNode(definition, from, (node) => ({ ...node, outs: outsWith(node.outs, out, to) }));
}

/** Puts a node into a way: it leads where the way led, by each of its ways out. */
export function insertNode(definition: Definition, way: Way, node: DraftNode): Definition {
  const target = targetOf(definition, way);
  const outs = target === undefined ? {} : Object.fromEntries(outsOf(node).map((out) => [out, target]));
  return lead({ ...definition, nodes: [...definition.nodes, { ...node, outs }] }, way, node.id);
}

/** Takes a node away: who came to it goes on to where its first way out led. */
export function removeNode(definition: Definition, id: string): Definition {
  const node = definition.nodes.find((one) => one.id === id);
  if (node === undefined) return definition;
  const next = outsOf(node)
    .map((out) => node.outs[out])
    .find((to) => to !== undefined && to !== id);
  const joined = waysOf(definition)
    .filter(({ to }) => to === id)
    .reduce((left, way) => lead(left, way, next), definition);
  return { ...joined, nodes: joined.nodes.filter((one) => one.id !== id) };
}

/** Changes what a node does: ways out that are new lead where the others would have gone, those that are no more are dropped. */
export function changeNode(definition: Definition, next: DraftNode): Definition {
  return withNode(definition, next.id, (node) => {
    const others = node.outs[OTHERWISE] ?? node.outs[TIMEOUT] ?? Object.values(node.outs)[0];
    const outs = outsOf(next).flatMap((out): readonly (readonly [string, string])[] => {
      const to = node.outs[out] ?? others;
      return to === undefined ? [] : [[out, to]];
    });
    return { ...next, outs: Object.fromEntries(outs) };
  });
}

/** Whether nothing leads to where nothing is: no way out but those of its kind, each to a node that is there. */
export function isWhole({ start, nodes }: Definition): boolean {
  const ids = new Set(nodes.map(({ id }) => id));
  const outsAreWhole = nodes.every((node) => Object.entries(node.outs).every(([out, to]) => outsOf(node).includes(out) && ids.has(to)));
  return ids.size === nodes.length && (start === "" || ids.has(start)) && outsAreWhole;
}

/** A key for one more arm. */
export function freeArmKey(arms: readonly { readonly key: string }[]): string {
  const taken = new Set(arms.map(({ key }) => key));
  for (let at = 1; ; at += 1) {
    const key = `arm${at}`;
    if (!taken.has(key)) return key;
  }
}

function targetOf(definition: Definition, { from, out }: Way): string | undefined {
  const to = from === ENTRY ? definition.start : definition.nodes.find(({ id }) => id === from)?.outs[out];
  return definition.nodes.some(({ id }) => id === to) ? to : undefined;
}

function outsWith(outs: DraftNode["outs"], out: string, to: string | undefined): DraftNode["outs"] {
  if (to !== undefined) return { ...outs, [out]: to };
  return Object.fromEntries(Object.entries(outs).filter(([one]) => one !== out));
}

function withNode(definition: Definition, id: string, change: (node: DraftNode) => DraftNode): Definition {
  return { ...definition, nodes: definition.nodes.map((node) => (node.id === id ? change(node) : node)) };
}
