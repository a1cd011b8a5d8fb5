import { Graph, layout } from "@dagrejs/dagre";
import { ENTRY, waysOf, type Definition } from "./draft-edits.ts";

/** How large a node is drawn, in pixels. */
export const NODE_SIZE = { width: 236, height: 64 } as const;
/** Room for the words of a way. */
const WORDS_SIZE = { width: 130, height: 28 } as const;
const GAPS = { nodesep: 36, ranksep: 34, edgesep: 16 } as const;

export type Point = { readonly x: number; readonly y: number };

/** Where the entry and each node stand (their upper left corners): from the top down, as people go. */
export function flowLayout(definition: Definition): ReadonlyMap<string, Point> {
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: "TB", ...GAPS });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const id of [ENTRY, ...definition.nodes.map((node) => node.id)]) graph.setNode(id, { ...NODE_SIZE });
  for (const { from, out, to } of waysOf(definition)) graph.setEdge(from, to, { ...WORDS_SIZE, labelpos: "c" }, out);
  layout(graph);
  return new Map(
    graph.nodes().map((id) => {
      const { x, y } = graph.node(id) as Point;
      return [id, { x: x - NODE_SIZE.width / 2, y: y - NODE_SIZE.height / 2 }];
    }),
  );
}
