import type { JourneyDefinition } from "@terrace/domain/journeys/journey-definition";
import type { JourneyReferences } from "@terrace/domain/journeys/journey-references";
import type { PersonCondition } from "@terrace/domain/conditions/condition";
import { segmentsIn } from "@terrace/domain/segments/rule-order";
import type { JourneyDeps } from "./journey-deps.ts";
import { isCron } from "./planned-times.ts";

const CARRIED_OUT = new Set("event segment api date schedule message wait events branch split trait tag emit jump goal exit".split(" "));

/** What a definition may name in its workspace, and what can be carried out. */
export async function referencesOf(deps: JourneyDeps, workspaceId: number, definition: JourneyDefinition): Promise<JourneyReferences> {
  const [segments, templates, purposes] = await Promise.all([
    deps.segmentsLive(workspaceId, [...segmentsNamed(definition)]),
    deps.sendable(workspaceId, [...templatesNamed(definition)]),
    deps.purposes(workspaceId),
  ]);
  return { segments, templates, purposes, carriedOut: CARRIED_OUT, isCron };
}

/** Templates of the messages of a definition. */
export function templatesNamed({ nodes }: JourneyDefinition): ReadonlySet<string> {
  return new Set(nodes.flatMap((node) => (node.kind === "message" ? [node.template] : [])));
}

/** What a definition asks of people. */
export function conditionsOf({ entry, exits, nodes }: JourneyDefinition): readonly PersonCondition[] {
  const conditions = [
    entry.condition,
    ...exits.map((rule) => ("condition" in rule ? rule.condition : null)),
    ...nodes.flatMap((node) => (node.kind === "branch" ? node.arms.map(({ condition }) => condition) : [])),
  ];
  return conditions.filter((condition) => condition !== null);
}

/** The trait whose date brings people in. */
export function dateTraitOf({ entry }: JourneyDefinition): string | undefined {
  return entry.kind === "date" ? entry.trait : undefined;
}

export function segmentsNamed(definition: JourneyDefinition): ReadonlySet<string> {
  const { entry } = definition;
  return new Set([
    ...("segment" in entry ? [entry.segment] : []),
    ...conditionsOf(definition).flatMap((condition) => [...segmentsIn(condition)]),
  ]);
}
