import type { SchemaCheck } from "@terrace/domain/event-schema/check-schema";

/** What is known of a property: its type bits, and the span of event times it was registered with, Unix ms. */
export type KnownProperty = { bits: number; firstMs: number; lastMs: number };

export type Enforcement = "accept" | "flag" | "quarantine";

/** A definition as the pipeline needs it. */
export type KnownDefinition = { enforcement: Enforcement; check: SchemaCheck | undefined; readonly properties: Map<string, KnownProperty> };

/** The definitions of one workspace by event name. */
export type KnownWorkspace = Map<string, KnownDefinition>;

/** Beyond these, new names are stored with their events but no longer registered: a broken client must not fill memory. */
export const DEFINITIONS_MAX = 2_000;
export const PROPERTIES_MAX = 500;
export const NAME_LENGTH_MAX = 255;

/** In place of an event's name, which is never empty and holds no control characters: a property in whatever event it stands, and a trait. */
export const EVERY_EVENT = "";
export const EVERY_TRAIT = "\u0001";
/** Traits are asked for under the name of the event that sets them. */
const TRAITS_OF = "$identify";

/** Definitions held in memory. It only ever holds what is committed. */
export type DefinitionCache = {
  readonly workspace: (workspaceId: number) => KnownWorkspace | undefined;
  readonly put: (workspaceId: number, workspace: KnownWorkspace) => void;
  readonly loaded: () => readonly number[];
  readonly isMarkedPersonal: (workspaceId: number, event: string, property: string) => boolean;
  readonly mark: (workspaceId: number, event: string, property: string, marked: boolean) => void;
};

/** An empty cache. Marks are kept apart, because the edge needs those of every workspace before its first event. */
export function createDefinitionCache(): DefinitionCache {
  const workspaces = new Map<number, KnownWorkspace>();
  const marks = new Map<number, Map<string, Set<string>>>();
  return {
    workspace: (workspaceId) => workspaces.get(workspaceId),
    put: (workspaceId, workspace) => void workspaces.set(workspaceId, workspace),
    loaded: () => [...workspaces.keys()],
    isMarkedPersonal: (workspaceId, event, property) => {
      const events = marks.get(workspaceId);
      if (events === undefined) return false;
      if (events.get(event)?.has(property) === true) return true;
      return events.get(event === TRAITS_OF ? EVERY_TRAIT : EVERY_EVENT)?.has(property) === true;
    },
    mark: (workspaceId, event, property, marked) => {
      const events = marks.get(workspaceId) ?? new Map<string, Set<string>>();
      const properties = events.get(event) ?? new Set<string>();
      if (marked) properties.add(property);
      else properties.delete(property);
      marks.set(workspaceId, events.set(event, properties));
    },
  };
}

/** The definition of a name, made when it is new. */
export function definitionIn(workspace: KnownWorkspace, name: string): KnownDefinition {
  const known = workspace.get(name);
  if (known !== undefined) return known;
  const made: KnownDefinition = { enforcement: "accept", check: undefined, properties: new Map() };
  workspace.set(name, made);
  return made;
}

/** Adds what was seen of a property to what is known. */
export function mergeProperty(properties: Map<string, KnownProperty>, name: string, seen: KnownProperty): void {
  const known = properties.get(name);
  if (known === undefined) {
    properties.set(name, { ...seen });
    return;
  }
  known.bits |= seen.bits;
  known.firstMs = Math.min(known.firstMs, seen.firstMs);
  known.lastMs = Math.max(known.lastMs, seen.lastMs);
}
