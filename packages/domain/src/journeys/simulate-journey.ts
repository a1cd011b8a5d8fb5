import type { JsonObject } from "../json.ts";
import { advance } from "./advance.ts";
import { enterJourney } from "./enter-journey.ts";
import type { Answer, Ask, Effect, Enrolment, HeardEvent, JourneyFacts, Moved, Passage } from "./enrolment.ts";
import { hearEvent, mayMatterLater } from "./hear-event.ts";
import type { JourneyDefinition } from "./journey-definition.ts";

/**
 * One person on their way through a definition without anything being done: by the functions that the server works with, on a clock that whoever simulates moves.
 * Questions that the server finds the answers to are asked of them.
 */
export type Simulation = {
  readonly definition: JourneyDefinition;
  readonly facts: Omit<JourneyFacts, "heard">;
  readonly enrolment: Enrolment;
  readonly passages: readonly Passage[];
  /** What would have been done, in its order. */
  readonly effects: readonly Effect[];
  /** Events that were heard on the way and may yet matter. */
  readonly heard: readonly HeardEvent[];
  /** What has to be answered before it goes on. */
  readonly ask: Ask | null;
};

type Begun = { readonly enteredMs: number; readonly heardMs?: number; readonly kept?: JsonObject };

/** Somebody at the entry; nothing was worked off yet. */
export function beginSimulation(
  definition: JourneyDefinition,
  facts: Simulation["facts"],
  { enteredMs, heardMs = enteredMs, kept = {} }: Begun,
): Simulation {
  const enrolment = enterJourney(definition, { enteredMs, heardMs }, kept);
  return { definition, facts, enrolment, passages: [], effects: [], heard: [], ask: null };
}

/** Goes on as far as it can at an instant, with the answer to what was asked. */
export function simulateTo(simulation: Simulation, nowMs: number, answer?: Answer): Simulation {
  const { definition, enrolment, facts, heard, ask } = simulation;
  if (enrolment.end !== null || (ask !== null && answer === undefined)) return simulation;
  return taken(simulation, advance(definition, enrolment, { ...facts, heard }, { nowMs, answer }));
}

/** Something happens; where it leads is for the next `simulateTo`. */
export function simulateEvent(simulation: Simulation, event: HeardEvent): Simulation {
  const { definition, enrolment, facts } = simulation;
  const moved = hearEvent(definition, enrolment, event, facts);
  const next = moved === undefined ? simulation : taken(simulation, { ...moved, ask: simulation.ask });
  const isUsed = moved !== undefined && moved.passages.length > 0;
  if (isUsed || !mayMatterLater(definition, next.enrolment, event, facts)) return next;
  return { ...next, heard: [...next.heard, event] };
}

/** When they go on by themselves; null: they are out, or something is asked. */
export function dueMsOf({ enrolment: { end, place }, ask }: Simulation): number | null {
  return end !== null || ask !== null ? null : place.dueMs;
}

function taken(simulation: Simulation, { enrolment, passages, effects, ask }: Moved): Simulation {
  const used = new Set(passages.flatMap(({ why }) => (why.kind === "event" ? [why.event] : [])));
  const isWaiting = enrolment.place.phase === "waiting";
  return {
    ...simulation,
    enrolment,
    passages: [...simulation.passages, ...passages],
    effects: [...simulation.effects, ...effects],
    heard: isWaiting ? [] : simulation.heard.filter(({ id }) => !used.has(id)),
    ask: enrolment.end === null && enrolment.place.phase === "asking" ? ask : null,
  };
}
