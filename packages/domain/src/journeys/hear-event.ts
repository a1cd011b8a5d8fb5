import { arrivalAt } from "./enter-journey.ts";
import type { Enrolment, EndReason, HeardEvent, JourneyFacts, Moved, Passage } from "./enrolment.ts";
import type { EventsNode, JourneyDefinition, JourneyNode } from "./journey-definition.ts";

const DAY_MS = 86_400_000;
type Hearing = Pick<JourneyFacts, "selects">;

/**
 * What an event does to somebody: it takes them out, is the goal, or is what they wait for. Nothing is carried out by it: where they come by it is for
 * whoever works off what is due. An event counts by when it happened: from the instant on at which they came to the node up to, not including, the time-out. What happened
 * before they came in does not count. Whoever is out can still reach the goal. Answers undefined when nothing is as it was.
 */
export function hearEvent(definition: JourneyDefinition, enrolment: Enrolment, event: HeardEvent, hearing: Hearing): Moved | undefined {
  if (event.timeMs < enrolment.enteredMs) return undefined;
  const reached = hearGoal(definition, enrolment, event, hearing);
  const now = reached ?? enrolment;
  const onlyReached = reached && { enrolment: reached, effects: [], passages: [], ask: null };
  if (now.end !== null) return onlyReached;
  if (reached !== undefined && definition.goal?.leaves === true) return ended(reached, "goal", event.timeMs);
  if (definition.exits.some((rule) => "on" in rule && hearing.selects(rule.on, event))) return ended(now, "exitRule", event.timeMs);
  const node = definition.nodes.find(({ id }) => id === now.place.node);
  return (node === undefined ? undefined : takenBy(node, now, event, hearing)) ?? onlyReached;
}

/** Somebody with the goal reached by an event, wherever they are, out or held back; undefined when it is not. */
export function hearGoal(
  definition: JourneyDefinition,
  enrolment: Enrolment,
  event: HeardEvent,
  { selects }: Hearing,
): Enrolment | undefined {
  const { goal } = definition;
  const untilMs = watchedUntil(definition, enrolment);
  if (goal === null || untilMs === null || event.timeMs < enrolment.enteredMs || event.timeMs >= untilMs) return undefined;
  return selects(goal.on, event) ? { ...enrolment, goalMs: event.timeMs } : undefined;
}

/** Until when the goal can be reached; null: there is none, or it was reached. */
export function watchedUntil({ goal }: JourneyDefinition, { enteredMs, goalMs }: Enrolment): number | null {
  return goal === null || goalMs !== null ? null : enteredMs + goal.withinDays * DAY_MS;
}

/** Whether an event has to be kept for somebody on their way: it may be what they wait for where they come to. */
export function mayMatterLater(definition: JourneyDefinition, { place, end }: Enrolment, event: HeardEvent, { selects }: Hearing): boolean {
  const fromMs = place.phase === "waiting" ? (place.dueMs ?? Infinity) : place.eventsFromMs;
  if (end !== null || event.timeMs < fromMs) return false;
  return definition.nodes.some((node) => node.kind === "events" && node.arms.some(({ on }) => selects(on, event)));
}

/** Whether an event has to be kept for somebody of whom it is not told yet whether they come in. */
export function mattersAtDoor(definition: JourneyDefinition, { enteredMs }: Enrolment, event: HeardEvent, { selects }: Hearing): boolean {
  if (event.timeMs < enteredMs) return false;
  const { goal, exits, nodes } = definition;
  const meant = [
    ...(goal === null ? [] : [goal.on]),
    ...exits.flatMap((rule) => ("on" in rule ? [rule.on] : [])),
    ...nodes.flatMap((node) => (node.kind === "events" ? node.arms.map(({ on }) => on) : [])),
  ];
  return meant.some((on) => selects(on, event));
}

/** Events in the order in which they count. */
export function inOrder(events: readonly HeardEvent[]): readonly HeardEvent[] {
  return events.toSorted((a, b) => a.timeMs - b.timeMs || (a.id < b.id ? -1 : 1));
}

function takenBy(node: JourneyNode, enrolment: Enrolment, event: HeardEvent, hearing: Hearing): Moved | undefined {
  const { place } = enrolment;
  if (node.kind !== "events" || place.phase !== "waiting") return undefined;
  const arm = armOf(node, [event], { fromMs: place.eventsFromMs, untilMs: place.dueMs ?? Infinity }, hearing);
  if (arm === undefined) return undefined;
  const passage: Passage = {
    step: place.steps,
    node: node.id,
    cameMs: place.sinceMs,
    leftMs: Math.max(event.timeMs, place.sinceMs),
    out: arm.key,
    why: { kind: "event", event: event.id, name: event.name },
  };
  const to = node.outs[arm.key] ?? "";
  return {
    enrolment: {
      ...enrolment,
      place: arrivalAt(to, Math.max(event.timeMs, place.sinceMs), place.steps + 1, { eventsFromMs: event.timeMs }),
    },
    effects: [],
    passages: [passage],
    ask: null,
  };
}

/** The way out that the first of some events opens, in order of time; of arms that one event opens, the first. */
export function armOf(
  node: EventsNode,
  events: readonly HeardEvent[],
  { fromMs, untilMs }: { readonly fromMs: number; readonly untilMs: number },
  { selects }: Hearing,
): { readonly key: string; readonly event: HeardEvent } | undefined {
  const inTime = events.filter(({ timeMs }) => timeMs >= fromMs && timeMs < untilMs);
  for (const event of inOrder(inTime)) {
    const arm = node.arms.find(({ on }) => selects(on, event));
    if (arm !== undefined) return { key: arm.key, event };
  }
  return undefined;
}

/** Takes somebody out where they are. */
export function ended(enrolment: Enrolment, reason: EndReason, atMs: number): Moved {
  const { place } = enrolment;
  const passage: Passage = {
    step: place.steps,
    node: place.node,
    cameMs: place.sinceMs,
    leftMs: Math.max(atMs, place.sinceMs),
    out: null,
    why: { kind: "ended", reason },
  };
  return { enrolment: { ...enrolment, end: { reason, node: place.node, atMs } }, effects: [], passages: [passage], ask: null };
}
