import { matchesEvent } from "@terrace/domain/conditions/matches-event";
import type { Answer, HeardEvent, JourneyFacts } from "@terrace/domain/journeys/enrolment";
import type { JourneyDefinition } from "@terrace/domain/journeys/journey-definition";
import { beginSimulation, dueMsOf, simulateEvent, simulateTo, type Simulation } from "@terrace/domain/journeys/simulate-journey";
import type { Values } from "./pairs.ts";

/** A made-up person in a draft, on a clock of their own. */
export type Trial = { readonly simulation: Simulation; readonly nowMs: number };
export type Happening = { readonly event: string; readonly properties: Values };
type Begun = {
  readonly journey: string;
  readonly originId: string;
  readonly timeZone: string;
  readonly nowMs: number;
  readonly properties: Values;
};

/** Properties are compared as they were typed; events that are made of others are not known here. */
const selects: JourneyFacts["selects"] = ({ event, where }, facts) =>
  (event === null || event === facts.name) && (where === undefined || matchesEvent(where, facts));

/** Whether an event with these properties brings somebody in; entries of other kinds ask nothing here. */
export function comesIn({ entry }: JourneyDefinition, properties: Values): boolean {
  return entry.kind !== "event" || selects(entry.on, { name: entry.on.event ?? "", timeMs: 0, properties, context: {} });
}

/** Somebody comes in, and goes as far as they can at once. */
export function beginTrial(definition: JourneyDefinition, { journey, originId, timeZone, nowMs, properties }: Begun): Trial {
  const facts = {
    journeyId: journey,
    originId,
    personZone: timeZone,
    workspaceZone: timeZone,
    winners: new Map<string, string>(),
    selects,
  };
  return { nowMs, simulation: simulateTo(beginSimulation(definition, facts, { enteredMs: nowMs, kept: properties }), nowMs) };
}

/** Time passes until they go on by themselves. */
export function passToDue(trial: Trial): Trial {
  const dueMs = dueMsOf(trial.simulation);
  if (dueMs === null) return trial;
  const nowMs = Math.max(trial.nowMs, dueMs);
  return { nowMs, simulation: simulateTo(trial.simulation, nowMs) };
}

/** Time passes, with everything that falls due on the way; it stops where something is asked. */
export function passTime(trial: Trial, ms: number): Trial {
  const untilMs = trial.nowMs + ms;
  let at = trial;
  for (let dueMs = dueMsOf(at.simulation); dueMs !== null && dueMs <= untilMs; dueMs = dueMsOf(at.simulation)) at = passToDue(at);
  return at.simulation.ask === null ? { ...at, nowMs: untilMs } : at;
}

export function answerTrial(trial: Trial, answer: Answer): Trial {
  return { ...trial, simulation: simulateTo(trial.simulation, trial.nowMs, answer) };
}

/** The person does something at the moment of the clock. */
export function doInTrial(trial: Trial, { event, properties }: Happening): Trial {
  const { passages, heard } = trial.simulation;
  const happened: HeardEvent = {
    id: `made-up-${passages.length}-${heard.length}`,
    name: event,
    timeMs: trial.nowMs,
    properties,
    context: {},
  };
  return { ...trial, simulation: simulateTo(simulateEvent(trial.simulation, happened), trial.nowMs) };
}
