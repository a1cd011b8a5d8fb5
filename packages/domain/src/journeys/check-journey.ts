import { checkEntry } from "./check-entry.ts";
import { checkGraph } from "./check-graph.ts";
import { checkNode } from "./check-node.ts";
import type { JourneyDefinition } from "./journey-definition.ts";
import type { JourneyFault } from "./journey-faults.ts";
import type { JourneyReferences } from "./journey-references.ts";

/** Everything that is wrong with a definition, in the order of the journey's settings and then of its nodes; empty when it may go live. */
export function checkJourney(definition: JourneyDefinition, known: JourneyReferences = {}): readonly JourneyFault[] {
  return [
    ...checkEntry(definition, known),
    ...checkGraph(definition),
    ...definition.nodes.flatMap((node) => checkNode(node, definition, known)),
  ];
}
