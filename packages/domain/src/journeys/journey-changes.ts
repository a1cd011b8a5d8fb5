import { canonicalJson } from "../canonical-json.ts";
import type { Json, JsonObject } from "../json.ts";
import type { JourneyDefinition, JourneyNode } from "./journey-definition.ts";

/** What of a journey itself can change, in the order of its settings. */
export const JOURNEY_SETTINGS = [
  "entry",
  "start",
  "reentry",
  "exits",
  "goal",
  "holdout",
  "priority",
  "purpose",
] as const satisfies readonly (keyof JourneyDefinition)[];
export type JourneySetting = (typeof JOURNEY_SETTINGS)[number];

/** A node that came, went, or is another one: `fields` are those of it that changed, `outs` where its ways lead. */
export type NodeChange =
  | { readonly kind: "added" | "removed"; readonly node: JourneyNode }
  | { readonly kind: "changed"; readonly node: JourneyNode; readonly fields: readonly string[] };
export type JourneyChanges = { readonly settings: readonly JourneySetting[]; readonly nodes: readonly NodeChange[] };

/** What a version has otherwise than the one before it. Nodes are known by their ids, in the order of the later version, those that went at the end. */
export function journeyChanges(before: JourneyDefinition, after: JourneyDefinition): JourneyChanges {
  const was = new Map(before.nodes.map((node) => [node.id, node]));
  const is = new Set(after.nodes.map(({ id }) => id));
  return {
    settings: JOURNEY_SETTINGS.filter((setting) => !isSame(before[setting], after[setting])),
    nodes: [
      ...after.nodes.flatMap((node): NodeChange[] => {
        const old = was.get(node.id);
        if (old === undefined) return [{ kind: "added", node }];
        const fields = changedFields(old, node);
        return fields.length === 0 ? [] : [{ kind: "changed", node, fields }];
      }),
      ...before.nodes.filter(({ id }) => !is.has(id)).map((node): NodeChange => ({ kind: "removed", node })),
    ],
  };
}

function changedFields(before: JourneyNode, after: JourneyNode): readonly string[] {
  const [was, is] = [asJson(before), asJson(after)];
  return [...new Set([...Object.keys(was), ...Object.keys(is)])].filter((field) => !isSame(was[field], is[field]));
}

function asJson(node: JourneyNode): JsonObject {
  return JSON.parse(JSON.stringify(node)) as JsonObject;
}

function isSame(a: unknown, b: unknown): boolean {
  return written(a) === written(b);
}

function written(value: unknown): string | undefined {
  const text = JSON.stringify(value);
  return text === undefined ? undefined : canonicalJson(JSON.parse(text) as Json);
}
