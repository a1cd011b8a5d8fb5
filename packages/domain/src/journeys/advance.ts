import { bucketOf } from "../assignment/bucket.ts";
import type { EventCondition } from "../conditions/condition.ts";
import { matchesEvent, type EventFacts } from "../conditions/matches-event.ts";
import { valueAt, pathOf } from "../conditions/value-at.ts";
import type { Json, JsonObject } from "../json.ts";
import { arrivalAt } from "./enter-journey.ts";
import type { Answer, Ask, Effect, Enrolment, JourneyFacts, Moved, Passage, PassageWhy, Place } from "./enrolment.ts";
import { armOf, ended } from "./hear-event.ts";
import {
  NEXT,
  OTHERWISE,
  STEPS_MAX,
  TIMEOUT,
  type BranchNode,
  type EventsNode,
  type JourneyDefinition,
  type JourneyNode,
  type JourneyZone,
  type SplitNode,
  type WaitNode,
} from "./journey-definition.ts";
import { afterWait, nextTime } from "./wait-until.ts";

/** What was due longer ago than this goes on from now, and not from when it was due: after an outage nobody gets several days' steps at once. */
export const OVERDUE_MS = 15 * 60_000;

type Walk = { enrolment: Enrolment; readonly effects: Effect[]; readonly passages: Passage[]; readonly used: Set<string> };
/** Where a node lets somebody go on, that they stay, or that something has to be found out first. */
type Turn =
  | {
      readonly out: string;
      readonly why: PassageWhy;
      readonly kept?: JsonObject;
      readonly atMs?: number;
      readonly eventsFromMs?: number;
      readonly isTime?: boolean;
    }
  | { readonly stay: Pick<Place, "dueMs" | "phase">; readonly effect?: Effect["kind"]; readonly ask?: Ask };

/**
 * Takes somebody on who is due, or whose question is answered, until they wait, a question comes up, or they are out. What is not due stays. Every effect and passage of
 * the way is answered once; called again with what it answered it goes on from there.
 */
export function advance(
  definition: JourneyDefinition,
  enrolment: Enrolment,
  facts: JourneyFacts,
  { nowMs, answer }: { readonly nowMs: number; readonly answer?: Answer | undefined },
): Moved {
  const walk: Walk = { enrolment: startedAt(enrolment, nowMs), effects: [], passages: [], used: new Set() };
  let given = answer;
  while (walk.enrolment.end === null) {
    const { place } = walk.enrolment;
    const node = definition.nodes.find(({ id }) => id === place.node);
    if (node === undefined) return leave(walk, "nodeGone");
    if (place.steps >= STEPS_MAX) return leave(walk, "tooManySteps");
    const exits = exitTurn(definition, place, given);
    if (exits === "leaves") return leave(walk, "exitRule");
    if (exits !== "stays") return asking(walk, "exits", exits);
    if (place.asked === "exits") given = undefined;
    if (node.kind === "exit") return leave(walk, "exit");
    const current = exitsPassed(walk);
    const turn = turnOf(factsLeft(facts, walk.used), node, current, { nowMs, answer: given, meets: meeting(definition, facts) });
    given = undefined;
    if ("stay" in turn) return stay(walk, turn);
    if (node.kind === "goal" && walk.enrolment.goalMs === null) walk.enrolment = { ...walk.enrolment, goalMs: current.place.sinceMs };
    if (isDone(node)) walk.effects.push({ kind: node.kind, node: node.id, step: current.place.steps });
    goOn(walk, node, turn);
  }
  return rest(walk, null);
}

/** What is overdue begins anew: the journey's clock is set to now. */
function startedAt(enrolment: Enrolment, nowMs: number): Enrolment {
  const { place } = enrolment;
  if (place.phase === "waiting" || nowMs - place.sinceMs <= OVERDUE_MS) return enrolment;
  return { ...enrolment, place: { ...place, sinceMs: nowMs, passed: [] } };
}

/** Whether somebody goes out by a condition: asked when they come in, and whenever a wait is over. */
function exitTurn({ exits }: JourneyDefinition, place: Place, answer: Answer | undefined): "leaves" | "stays" | Ask {
  if (place.phase === "waiting" || place.exitsAsked || place.asked === "node") return "stays";
  const conditions = exits.flatMap((rule) => ("condition" in rule ? [rule.condition] : []));
  if (conditions.length === 0) return "stays";
  if (place.asked !== "exits" || answer?.kind !== "conditions") return { kind: "conditions", conditions };
  return answer.holds.some(Boolean) ? "leaves" : "stays";
}

function factsLeft(facts: JourneyFacts, used: ReadonlySet<string>): JourneyFacts {
  return used.size === 0 ? facts : { ...facts, heard: facts.heard.filter(({ id }) => !used.has(id)) };
}

function exitsPassed(walk: Walk): Enrolment {
  const { place } = walk.enrolment;
  if (place.asked === "exits" || (place.phase === "arriving" && !place.exitsAsked))
    walk.enrolment = { ...walk.enrolment, place: { ...place, phase: "arriving", asked: null, exitsAsked: true } };
  return walk.enrolment;
}

type Told = { readonly nowMs: number; readonly answer: Answer | undefined; readonly meets: Meets };
type Meets = (where: EventCondition, facts: EventFacts) => boolean;

/** Events keep personal values in their stored form; what a server hands in by the API is kept as it is. */
function meeting({ entry }: JourneyDefinition, { selects }: JourneyFacts): Meets {
  return (where, facts) => (entry.kind === "api" ? matchesEvent(where, facts) : selects({ event: null, where }, facts));
}

/** What comes of being at a node. */
function turnOf(facts: JourneyFacts, node: JourneyNode, enrolment: Enrolment, told: Told): Turn {
  switch (node.kind) {
    case "wait":
      return waitTurn(facts, node, enrolment.place, told);
    case "events":
      return eventsTurn(facts, node, enrolment.place, told);
    case "branch":
      return branchTurn(node, enrolment, told);
    case "split":
      return splitTurn(facts, node);
    case "webhook":
      return webhookTurn(node, enrolment.place, told);
    case "task":
      return taskTurn(facts, node, enrolment.place, told);
    default:
      return { out: NEXT, why: { kind: "done" } };
  }
}

/** Nodes whose effect is done in passing. */
function isDone(node: JourneyNode): node is JourneyNode & { readonly kind: "message" | "trait" | "tag" | "emit" } {
  return node.kind === "message" || node.kind === "trait" || node.kind === "tag" || node.kind === "emit";
}

/** Over, or still going on. */
function timed(dueMs: number, nowMs: number, over: Extract<Turn, { readonly out: string }>): Turn {
  if (nowMs < dueMs) return { stay: { dueMs, phase: "waiting" } };
  // What was due long ago goes on from now.
  return { ...over, atMs: nowMs - dueMs > OVERDUE_MS ? nowMs : dueMs, eventsFromMs: dueMs };
}

function waitTurn(facts: JourneyFacts, { id, until }: WaitNode, place: Place, { nowMs, answer }: Told): Turn {
  const over = { out: NEXT, why: { kind: "waited" }, isTime: until.kind !== "duration" } as const;
  if (place.phase === "waiting") return timed(place.dueMs ?? nowMs, nowMs, over);
  if (until.kind === "duration") return timed(afterWait(place.sinceMs, until.length, facts.personZone), nowMs, over);
  const zone = until.kind === "time" ? zoneOf(facts, until.zone) : facts.personZone;
  const next = (at: string, weekdays: readonly number[]): number =>
    nextTime(place.sinceMs, { at, weekdays, zone, strictly: place.passed.includes(id) });
  if (until.kind === "time") return timed(next(until.at, until.weekdays), nowMs, over);
  if (answer?.kind !== "minute") return { stay: { dueMs: null, phase: "asking" }, ask: { kind: "minute" } };
  return timed(next(answer.minute === null ? until.usual : clockOf(answer.minute), []), nowMs, over);
}

function clockOf(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
}

function zoneOf({ personZone, workspaceZone }: JourneyFacts, zone: JourneyZone): string {
  return zone === "person" ? personZone : workspaceZone;
}

function eventsTurn(facts: JourneyFacts, node: EventsNode, place: Place, { nowMs }: Told): Turn {
  const dueMs = place.phase === "waiting" ? (place.dueMs ?? nowMs) : afterWait(place.sinceMs, node.timeout, facts.personZone);
  const found = armOf(node, facts.heard, { fromMs: place.eventsFromMs, untilMs: dueMs }, facts);
  if (found === undefined) return timed(dueMs, nowMs, { out: TIMEOUT, why: { kind: "timeout" } });
  return {
    out: found.key,
    why: { kind: "event", event: found.event.id, name: found.event.name },
    atMs: found.event.timeMs,
    eventsFromMs: found.event.timeMs,
  };
}

function branchTurn({ arms }: BranchNode, { kept, enteredMs }: Enrolment, { answer, meets }: Told): Turn {
  const facts: EventFacts = { name: "", timeMs: enteredMs, properties: kept, context: {} };
  const open = arms.filter(({ where }) => where === null || meets(where, facts));
  const asked = open.flatMap(({ condition }) => (condition === null ? [] : [condition]));
  if (asked.length > 0 && answer?.kind !== "conditions")
    return { stay: { dueMs: null, phase: "asking" }, ask: { kind: "conditions", conditions: asked } };
  const holds = answer?.kind === "conditions" ? [...answer.holds] : [];
  const arm = open.find(({ condition }) => condition === null || holds.shift() === true);
  return arm === undefined
    ? { out: OTHERWISE, why: { kind: "otherwise" } }
    : { out: arm.key, why: { kind: "condition", arm: arm.name || arm.key } };
}

function splitTurn({ journeyId, originId, winners }: JourneyFacts, { id, arms }: SplitNode): Turn {
  const winner = arms.find(({ key }) => key === winners.get(id));
  if (winner !== undefined) return { out: winner.key, why: { kind: "winner" } };
  const bucket = bucketOf(`journey:${journeyId}:${id}`, originId);
  let to = 0;
  const arm = arms.find(({ share }) => bucket < (to += share)) ?? arms.at(-1);
  return { out: arm?.key ?? "", why: { kind: "share", bucket } };
}

function webhookTurn(node: JourneyNode & { readonly kind: "webhook" }, place: Place, { answer, nowMs }: Told): Turn {
  if (place.phase === "arriving") return { stay: { dueMs: null, phase: "asking" }, effect: "webhook", ask: { kind: "webhook" } };
  if (answer?.kind !== "webhook") return { stay: { dueMs: null, phase: "asking" }, ask: { kind: "webhook" } };
  if (!answer.isOk) return { out: "failed", why: { kind: "failed" }, atMs: nowMs };
  return { out: NEXT, why: { kind: "answered" }, kept: keptOf(node, answer.answer), atMs: nowMs };
}

function keptOf({ keep }: JourneyNode & { readonly kind: "webhook" }, answer: Json): JsonObject {
  const object = typeof answer === "object" && answer !== null && !Array.isArray(answer) ? (answer as JsonObject) : {};
  return Object.fromEntries(keep.flatMap(({ path, as }) => [[as, valueAt(object, pathOf(path)) ?? null] as const]));
}

function taskTurn(facts: JourneyFacts, node: JourneyNode & { readonly kind: "task" }, place: Place, { answer, nowMs }: Told): Turn {
  if (place.phase === "arriving")
    return { stay: { dueMs: afterWait(place.sinceMs, node.due, facts.personZone), phase: "waiting" }, effect: "task" };
  if (answer?.kind === "task") return { out: "done", why: { kind: "task" }, atMs: nowMs };
  return timed(place.dueMs ?? nowMs, nowMs, { out: "late", why: { kind: "late" } });
}

function goOn(walk: Walk, node: JourneyNode, turn: Extract<Turn, { readonly out: string }>): void {
  const { place, kept } = walk.enrolment;
  const atMs = Math.max(turn.atMs ?? place.sinceMs, place.sinceMs);
  walk.passages.push({ step: place.steps, node: node.id, cameMs: place.sinceMs, leftMs: atMs, out: turn.out, why: turn.why });
  const passed = [...(atMs === place.sinceMs ? place.passed : []), ...(turn.isTime === true ? [node.id] : [])];
  const hasWaited = place.phase === "waiting" || atMs > place.sinceMs;
  // An event takes a person over one node at most.
  if (turn.why.kind === "event") walk.used.add(turn.why.event);
  const next = arrivalAt(node.outs[turn.out] ?? "", atMs, place.steps + 1, {
    exitsAsked: !hasWaited && place.exitsAsked,
    passed,
    eventsFromMs: turn.eventsFromMs ?? (atMs === place.sinceMs ? place.eventsFromMs : atMs),
  });
  walk.enrolment = { ...walk.enrolment, place: next, kept: turn.kept === undefined ? kept : { ...kept, ...turn.kept } };
}

function stay(walk: Walk, turn: Extract<Turn, { readonly stay: unknown }>): Moved {
  const { place } = walk.enrolment;
  if (turn.ask !== undefined && turn.effect === undefined) return asking(walk, "node", turn.ask);
  if (turn.effect !== undefined) walk.effects.push({ kind: turn.effect, node: place.node, step: place.steps });
  const asked = turn.ask === undefined ? null : "node";
  walk.enrolment = { ...walk.enrolment, place: { ...place, ...turn.stay, asked } };
  return rest(walk, turn.ask ?? null);
}

function asking(walk: Walk, asked: "exits" | "node", ask: Ask): Moved {
  const { place } = walk.enrolment;
  walk.enrolment = { ...walk.enrolment, place: { ...place, phase: "asking", asked, dueMs: null } };
  return rest(walk, ask);
}

function leave(walk: Walk, reason: "exit" | "exitRule" | "tooManySteps" | "nodeGone"): Moved {
  const { enrolment, passages } = ended(walk.enrolment, reason, walk.enrolment.place.sinceMs);
  return { enrolment, effects: walk.effects, passages: [...walk.passages, ...passages], ask: null };
}

function rest({ enrolment, effects, passages }: Walk, ask: Ask | null): Moved {
  return { enrolment, effects, passages, ask };
}
