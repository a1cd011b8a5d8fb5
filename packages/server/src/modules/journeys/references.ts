import type { JourneyDefinition } from "@terrace/domain/journeys/journey-definition";
import type { JourneyReferences } from "@terrace/domain/journeys/journey-references";
import { segmentsIn } from "@terrace/domain/segments/rule-order";
import type { JourneyDeps } from "./journey-deps.ts";

const CARRIED_OUT = ["event", "segment", "api", "wait", "events", "branch", "split", "trait", "tag", "emit", "jump", "goal", "exit"];

/** What a definition may name in its workspace, and what can be carried out. */
export async function referencesOf(deps: JourneyDeps, workspaceId: number, definition: JourneyDefinition): Promise<JourneyReferences> {
  return {
    segments: await deps.segmentsLive(workspaceId, [...segmentsNamed(definition)]),
    carriedOut: new Set([...CARRIED_OUT, ...(deps.askMessages === undefined ? [] : ["message"])]),
  };
}

function segmentsNamed({ entry, exits, nodes }: JourneyDefinition): ReadonlySet<string> {
  const conditions = [
    entry.condition,
    ...exits.map((rule) => ("condition" in rule ? rule.condition : null)),
    ...nodes.flatMap((node) => (node.kind === "branch" ? node.arms.map(({ condition }) => condition) : [])),
  ];
  return new Set([
    ...("segment" in entry ? [entry.segment] : []),
    ...conditions.flatMap((condition) => (condition === null ? [] : [...segmentsIn(condition)])),
  ]);
}
