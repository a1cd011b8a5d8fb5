import { outsOf } from "@terrace/domain/journeys/journey-definition";
import type { JourneyFigures } from "@terrace/contract/api/journeys";
import { MarkerType } from "@xyflow/react";
import { useMemo } from "react";
import { useText } from "../../../app/i18n.ts";
import { useFormat } from "../../../app/workspace/use-format.ts";
import { useEntryWords } from "../use-entry-words.ts";
import { useNodeWords } from "../use-node-words.ts";
import type { Added } from "./AddNode.tsx";
import { ENTRY, waysOf, type Definition, type DraftNode, type DrawnWay, type Way } from "./draft-edits.ts";
import { flowLayout, NODE_SIZE } from "./flow-layout.ts";
import type { DrawnFlowNode } from "./FlowNode.tsx";
import type { DrawnFlowWay } from "./FlowWay.tsx";

/** What can be done to a drawing; without it it is only shown. */
export type Drawing = {
  readonly add: (way: Way, added: Added) => void;
  readonly connect: (way: Way, to: string) => void;
  /** The name of the node that was copied. */
  readonly copied: string | undefined;
};
export type FlowOptions = {
  readonly selected?: string | undefined;
  /** Nodes with faults; the entry stands for the journey's own. */
  readonly faulty?: ReadonlySet<string>;
  /** Nodes that somebody who is tried went through, and the one at which they are. */
  readonly passed?: ReadonlySet<string>;
  readonly drawing?: Drawing | undefined;
  readonly figures?: JourneyFigures | undefined;
};

/** A definition as nodes and ways that can be drawn, each where the layout puts it. */
export function useFlow(definition: Definition, options: FlowOptions): { readonly nodes: DrawnFlowNode[]; readonly edges: DrawnFlowWay[] } {
  const layout = useMemo(() => flowLayout(definition), [definition]);
  const entry = useEntryNode(definition, options);
  const nodes = useStepNodes(definition, options, layout);
  const edges = useWays(definition, options);
  const placed = [entry, ...nodes].map((node) => ({ ...node, position: layout.get(node.id) ?? { x: 0, y: 0 } }));
  return { nodes: placed, edges };
}

type Unplaced = Omit<DrawnFlowNode, "position">;
const FIXED = { type: "step", draggable: false, deletable: false, ...NODE_SIZE } as const;

function useEntryNode(definition: Definition, { selected, faulty, passed, drawing, figures }: FlowOptions): Unplaced {
  const text = useText();
  const format = useFormat();
  const title = text("journeys.entry");
  const does = useEntryWords()(definition.entry);
  const foot = figures === undefined ? "" : text("journeys.draw.cameIn", { people: format.count(figures.entered) });
  const data = {
    kind: "entry",
    title,
    does,
    foot,
    isFaulty: faulty?.has(ENTRY) ?? false,
    isPassed: passed !== undefined,
    outs: ["next"],
    canConnect: drawing !== undefined,
  } as const;
  return { ...FIXED, id: ENTRY, selected: selected === ENTRY, ariaLabel: `${title}: ${does}`, data };
}

type Layout = ReturnType<typeof flowLayout>;

/** The ways out of a node from left to right as what they lead to stands, so that they do not cross. */
function outsAsTheyGo(node: DraftNode, layout: Layout): readonly string[] {
  const leftOf = (out: string): number => layout.get(node.outs[out] ?? "")?.x ?? 0;
  return outsOf(node).toSorted((one, two) => leftOf(one) - leftOf(two));
}

function useStepNodes({ nodes }: Definition, options: FlowOptions, layout: Layout): readonly Unplaced[] {
  const { selected, faulty, passed, drawing, figures } = options;
  const text = useText();
  const format = useFormat();
  const words = useNodeWords();
  const here = new Map(figures?.nodes.map((one) => [one.node, one.here]));
  return nodes.map((node) => {
    const [title, does, people] = [words.title(node), words.does(node), here.get(node.id) ?? 0];
    const foot = people === 0 ? "" : text("journeys.draw.hereNow", { people: format.count(people) });
    const data = {
      kind: node.kind,
      title,
      does,
      foot,
      isFaulty: faulty?.has(node.id) ?? false,
      isPassed: passed?.has(node.id) ?? false,
      outs: outsAsTheyGo(node, layout),
      canConnect: drawing !== undefined,
    };
    return { ...FIXED, id: node.id, selected: selected === node.id, ariaLabel: title === does ? title : `${title}: ${does}`, data };
  });
}

function useWays(definition: Definition, { drawing, figures }: FlowOptions): DrawnFlowWay[] {
  const text = useText();
  const wayWords = useWayWords(definition, figures);
  const titleOf = useTitleOf(definition);
  return waysOf(definition).map((way) => ({
    id: `${way.from} ${way.out}`,
    type: "way",
    source: way.from,
    sourceHandle: way.out,
    target: way.to,
    focusable: false,
    deletable: false,
    markerEnd: { type: MarkerType.ArrowClosed },
    data: {
      words: wayWords(way),
      addLabel: text("journeys.draw.addBetween", { from: titleOf(way.from), to: titleOf(way.to) }),
      copied: drawing?.copied,
      add: drawing === undefined ? undefined : (added: Added) => drawing.add(way, added),
    },
  }));
}

/** The name of a way where a node has several, and with figures how many went by it. */
function useWayWords({ nodes }: Definition, figures: JourneyFigures | undefined): (way: DrawnWay) => string {
  const format = useFormat();
  const words = useNodeWords();
  const share = format.measure("share");
  return ({ from, out }) => {
    const node = nodes.find(({ id }) => id === from);
    const name = node === undefined || outsOf(node).length === 1 ? "" : words.out(node, out);
    if (figures === undefined || node === undefined) return name;
    const ways = figures.ways.filter((one) => one.node === from);
    const all = ways.reduce((sum, { people }) => sum + people, 0);
    const people = ways.find((one) => one.out === out)?.people ?? 0;
    const counted = all === 0 ? "" : `${format.count(people)} · ${share.short(people / all)}`;
    return [name, counted].filter((part) => part !== "").join(" · ");
  };
}

export function useTitleOf({ nodes }: Definition): (id: string) => string {
  const text = useText();
  const words = useNodeWords();
  return (id) => {
    const node = nodes.find((one) => one.id === id);
    return node === undefined ? text("journeys.entry") : words.title(node);
  };
}
