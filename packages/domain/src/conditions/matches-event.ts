import { matchesClick, CLICK_EVENT, type VirtualEvent } from "../event/virtual-event.ts";
import type { EventContext } from "../event/feed-event.ts";
import { isTold } from "../event/segment-events.ts";
import type { JsonObject } from "../json.ts";
import { foldCondition, type EventCondition, type EventLeaf, type EventSelector } from "./condition.ts";
import { passesTest } from "./test-value.ts";
import { pathOf, valuesAt } from "./value-at.ts";

/** What a condition looks at in an event; properties in the stored form, with tokens in place of personal values. */
export type EventFacts = {
  readonly name: string;
  readonly timeMs: number;
  readonly properties: JsonObject;
  readonly context: Readonly<Partial<EventContext>>;
};

/** Whether the condition holds for one event. Its values are in the stored form (`withStoredForms`). */
export function matchesEvent(condition: EventCondition, event: Pick<EventFacts, "properties" | "context">): boolean {
  return foldCondition<EventLeaf, boolean>(condition, { ...BOOLEAN, leaf: (leaf) => leafHolds(leaf, event) });
}

/** How truths are put together. */
export const BOOLEAN = {
  all: (parts: readonly boolean[]): boolean => parts.every(Boolean),
  any: (parts: readonly boolean[]): boolean => parts.some(Boolean),
  not: (part: boolean): boolean => !part,
} as const;

function leafHolds(leaf: EventLeaf, { properties, context }: Pick<EventFacts, "properties" | "context">): boolean {
  if ("property" in leaf) return passesTest(leaf, valuesAt(properties, pathOf(leaf.property)));
  const value = context[leaf.column] ?? "";
  return passesTest(leaf, value === "" ? [] : [value]);
}

/** Whether an event goes by the selector's name, its own or that of a virtual event, and meets its condition. */
export function selectsEvent(selector: EventSelector<EventCondition>, event: EventFacts, virtuals: readonly VirtualEvent[]): boolean {
  return goesBy(selector.event, event, virtuals) && (selector.where === undefined || matchesEvent(selector.where, event));
}

/** Whether an event goes by a name; null is anything somebody did. */
export function goesBy(name: string | null, event: EventFacts, virtuals: readonly VirtualEvent[]): boolean {
  if (name === null) return !isTold(event.name);
  if (event.name === name) return true;
  if (event.name !== CLICK_EVENT) return false;
  const text = (key: string): string => {
    const value = event.properties[key];
    return typeof value === "string" ? value : "";
  };
  const click = { selector: text("selector"), text: text("text"), path: event.context.pagePath ?? "" };
  return virtuals.some((virtual) => virtual.name === name && matchesClick(virtual.matcher, click));
}
