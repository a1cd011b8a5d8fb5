import type { EventFacts } from "../conditions/matches-event.ts";
import type { EventCondition, EventSelector, PersonCondition } from "../conditions/condition.ts";
import type { Json, JsonObject } from "../json.ts";

/**
 * Where a person is in a journey. arriving: came to the node, nothing was done there yet; asking: an answer is awaited; waiting: until an instant, or until something
 * happens. All instants are Unix ms.
 */
export type Place = {
  readonly node: string;
  readonly phase: "arriving" | "asking" | "waiting";
  /** What is asked: who goes out by a condition, or what the node asks. Null unless `asking`. */
  readonly asked: "exits" | "node" | null;
  /** When they came to the node, by the journey's own clock: what takes no time there takes none here, however long it takes to be worked off. */
  readonly sinceMs: number;
  /** From when on events count here: the same, unless what was overdue went on from a later instant. */
  readonly eventsFromMs: number;
  /** When they go on by themselves; null while an answer is awaited. */
  readonly dueMs: number | null;
  /** Nodes passed so far: with the enrolment it names each step once. */
  readonly steps: number;
  /** Whether going out by a condition was asked since they last waited. */
  readonly exitsAsked: boolean;
  /** Waits until a time of the day that were over at this very instant: they are not met by it again. */
  readonly passed: readonly string[];
};

export type EndReason = "exit" | "goal" | "exitRule" | "tooManySteps" | "nodeGone";
export type End = { readonly reason: EndReason; readonly node: string; readonly atMs: number };

/** One person in one journey. */
export type Enrolment = {
  /** When what brought them in happened. */
  readonly enteredMs: number;
  readonly place: Place;
  /** Properties of the event that brought them in, and what was kept of answers. */
  readonly kept: JsonObject;
  readonly goalMs: number | null;
  readonly end: End | null;
};

/** An event of the person, named by an id that never changes. */
export type HeardEvent = EventFacts & { readonly id: string };
/** Whether an event is one that a selector means; whoever knows the virtual events answers. */
export type Selects = (selector: EventSelector<EventCondition>, event: EventFacts) => boolean;

/** What somebody else has to find out before it goes on. */
export type Ask =
  | { readonly kind: "conditions"; readonly conditions: readonly PersonCondition[] }
  /** The minute of the day at which the person is most often there. */
  | { readonly kind: "minute" }
  /** The webhook's end. */
  | { readonly kind: "webhook" };
export type Answer =
  | { readonly kind: "conditions"; readonly holds: readonly boolean[] }
  | { readonly kind: "minute"; readonly minute: number | null }
  | { readonly kind: "webhook"; readonly isOk: boolean; readonly answer: Json }
  | { readonly kind: "task" };

/** What a step does, each at most once: `step` names it within the enrolment. Whoever applies it looks the node up. */
export type Effect = {
  readonly kind: "message" | "trait" | "tag" | "emit" | "webhook" | "task";
  readonly node: string;
  readonly step: number;
};

/** Why a person went out of a node by the way they did, in the order of the journey. */
export type Passage = {
  readonly step: number;
  readonly node: string;
  readonly cameMs: number;
  readonly leftMs: number;
  /** Null: they left the journey here. */
  readonly out: string | null;
  readonly why: PassageWhy;
};
export type PassageWhy =
  | { readonly kind: "done" | "waited" | "timeout" | "otherwise" | "winner" | "answered" | "failed" | "task" | "late" }
  | { readonly kind: "condition"; readonly arm: string }
  | { readonly kind: "share"; readonly bucket: number }
  | { readonly kind: "event"; readonly event: string; readonly name: string }
  | { readonly kind: "ended"; readonly reason: EndReason };

export type Moved = {
  readonly enrolment: Enrolment;
  readonly effects: readonly Effect[];
  readonly passages: readonly Passage[];
  /** Set while the place is `asking`. */
  readonly ask: Ask | null;
};

/** What a journey's clock and dice need to know. */
export type JourneyFacts = {
  readonly journeyId: string;
  /** The id under which the person came in: shares are taken by it, whoever they are joined with later. */
  readonly originId: string;
  readonly personZone: string;
  readonly workspaceZone: string;
  /** By split node, the arm that won. */
  readonly winners: ReadonlyMap<string, string>;
  /** Events that were heard while they were on their way and that no passage names yet. */
  readonly heard: readonly HeardEvent[];
  readonly selects: Selects;
};
