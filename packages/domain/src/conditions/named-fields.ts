import type { EventContext } from "../event/feed-event.ts";
import {
  foldCondition,
  selectorsOf,
  type Condition,
  type EventSelector,
  type Leaf,
  type RankedBy,
  type RankedMeasure,
} from "./condition.ts";
import { pathOf } from "./value-at.ts";

/** What a condition looks at; a role must not filter by what it may not see. `property` and `trait` are the names rules are made for: the first of a path. */
export type NamedField =
  | { readonly kind: "property"; readonly name: string }
  | { readonly kind: "trait"; readonly name: string }
  | { readonly kind: "column"; readonly name: keyof EventContext }
  | { readonly kind: "event"; readonly name: string };

/** The fields that a condition names, each once, in order of first mention. */
export function fieldsOfCondition(condition: Condition): readonly NamedField[] {
  const found = new Map<string, NamedField>();
  const note = (field: NamedField): void =>
    void found.set(`${field.kind} ${field.name}`, found.get(`${field.kind} ${field.name}`) ?? field);
  const join = (parts: readonly (readonly NamedField[])[]): readonly NamedField[] => parts.flat();
  const all = foldCondition<Leaf, readonly NamedField[]>(condition, { all: join, any: join, not: (part) => part, leaf: fieldsOfLeaf });
  for (const field of all) note(field);
  return [...found.values()];
}

/** The same for a selector, its event among them. */
export function fieldsOfSelector({ event, where }: EventSelector): readonly NamedField[] {
  return [...(event === null ? [] : [{ kind: "event", name: event } as const]), ...(where === undefined ? [] : fieldsOfCondition(where))];
}

function fieldsOfLeaf(leaf: Leaf): readonly NamedField[] {
  if ("sequence" in leaf) return selectorsOf(leaf).flatMap(fieldsOfSelector);
  if ("did" in leaf) return [...fieldsOfSelector(leaf.did), ...("measure" in leaf ? measuredFields(leaf.measure) : [])];
  if ("segment" in leaf || "tag" in leaf || "chance" in leaf) return [];
  if ("population" in leaf) return rankedFields(leaf.population);
  if ("column" in leaf) return [{ kind: "column", name: leaf.column }];
  return "property" in leaf
    ? [{ kind: "property", name: pathOf(leaf.property)[0] ?? "" }]
    : [{ kind: "trait", name: pathOf(leaf.trait)[0] ?? "" }];
}

function rankedFields(by: RankedBy): readonly NamedField[] {
  if ("trait" in by) return [{ kind: "trait", name: pathOf(by.trait)[0] ?? "" }];
  return [...fieldsOfSelector(by.did), ...("measure" in by ? measuredFields(by.measure) : [])];
}

function measuredFields(measure: RankedMeasure): readonly NamedField[] {
  return "property" in measure ? [{ kind: "property", name: pathOf(measure.property)[0] ?? "" }] : [];
}
