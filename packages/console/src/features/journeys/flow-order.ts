import type { DrawnNode } from "./use-node-words.ts";

type Frame = { readonly node: DrawnNode; readonly targets: Iterator<string> };

/** Nodes in the order of the flow: each before those it leads to, except where the way leads back; those no way leads to at the end. */
export function flowOrder({ start, nodes }: { readonly start: string; readonly nodes: readonly DrawnNode[] }): readonly DrawnNode[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const met = new Set<DrawnNode>();
  const left: DrawnNode[] = [];
  const open: Frame[] = [];
  const enter = (id: string): void => {
    const node = byId.get(id);
    if (node === undefined || met.has(node)) return;
    met.add(node);
    // The last way first, so that in the reverse order the first way's nodes come first.
    open.push({ node, targets: Object.values(node.outs).toReversed()[Symbol.iterator]() });
  };
  enter(start);
  for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
    const { value, done } = top.targets.next();
    if (done !== true) enter(value);
    else {
      left.push(top.node);
      open.pop();
    }
  }
  return [...left.toReversed(), ...nodes.filter((node) => !met.has(node))];
}
