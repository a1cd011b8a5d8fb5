import type { EventCondition, EventSelector, PersonCondition } from "../conditions/condition.ts";
import type { JsonObject } from "../json.ts";
import type { MessageChannel } from "../messages/channel.ts";

/** Whose clock is meant: the person's own zone (the trait `timezone`, else the workspace's) or the workspace's. */
export const JOURNEY_ZONES = ["person", "workspace"] as const;
export type JourneyZone = (typeof JOURNEY_ZONES)[number];

/** Units of waiting. Minutes and hours are exact; days and weeks are of the calendar: the same local time so many days later. */
export const WAIT_UNITS = ["minute", "hour", "day", "week"] as const;
export type WaitLength = { readonly amount: number; readonly unit: (typeof WAIT_UNITS)[number] };

/** A time of the day as `HH:MM`. */
export type TimeOfDay = string;
type PlainSelector = EventSelector<EventCondition>;

/**
 * Who comes in, and when. `event`: whoever does something; `keyedBy` names a property of the event that says for what, e.g. an order, so that a person can be in at the same time
 * once for each. `segment`: who comes into a live segment or leaves it. `schedule`: the members of a segment at a local time, once or again and again. `date`: so many days
 * after (or with a minus before) the day in a trait, at a local time; yearly: on each anniversary, 29 February on the 28th in other years. `api`: whom a server names.
 */
export type JourneyEntry = {
  /** Who does not meet it does not come in; asked at the moment of coming in. */
  readonly condition: PersonCondition | null;
} & (
  | { readonly kind: "event"; readonly on: PlainSelector; readonly times: "once" | "every"; readonly keyedBy: string | null }
  | { readonly kind: "segment"; readonly segment: string; readonly change: "enters" | "leaves" }
  | { readonly kind: "schedule"; readonly segment: string; readonly when: ScheduleWhen }
  | {
      readonly kind: "date";
      readonly trait: string;
      readonly offsetDays: number;
      readonly at: TimeOfDay;
      readonly yearly: boolean;
      readonly zone: JourneyZone;
    }
  | { readonly kind: "api" }
);
export type JourneyEntryKind = JourneyEntry["kind"];

/** `once`: a local date and time (`2026-07-01T09:00`); `cron`: five fields. A zone of null is the workspace's. */
export type ScheduleWhen =
  | { readonly kind: "once"; readonly at: string; readonly zone: string | null }
  | { readonly kind: "cron"; readonly cron: string; readonly zone: string | null };

/** Whether somebody who was in comes in again. With a key (`keyedBy`, or the caller's) it is asked for each key by itself. */
export type Reentry =
  | { readonly kind: "never" }
  | { readonly kind: "afterFinish" }
  /** So many times 24 hours after they last came in, once they are out. */
  | { readonly kind: "afterDays"; readonly days: number };

/** Takes people out wherever they are: at once by an event, and by a condition when they come to a node. */
export type ExitRule = { readonly on: PlainSelector } | { readonly condition: PersonCondition };

/** What the journey is for: done within so many times 24 hours after coming in, by who was held back as well. */
export type JourneyGoal = { readonly on: PlainSelector; readonly withinDays: number; readonly leaves: boolean };

/** Names of the ways out of a node. Where people go on by themselves it is `next`. */
export type Outs = Readonly<Record<string, string>>;
type NodeParts = {
  /** Stays with the node while the journey is changed: people in flight go on at the node of the same id and kind. */
  readonly id: string;
  readonly name: string;
  /** By name of the way out, the id of the node it leads to. */
  readonly outs: Outs;
};

export type BranchArm = {
  readonly key: string;
  readonly name: string;
  /** On the person; null asks nothing. */
  readonly condition: PersonCondition | null;
  /** On properties of the event that brought them in, and of what was kept on the way; null asks nothing. */
  readonly where: EventCondition | null;
};
/** `share` in parts of 10,000. */
export type SplitArm = { readonly key: string; readonly name: string; readonly share: number };
/** Once every arm has so many people whose goal is decided, whoever comes goes to the best arm, if it is better than chance says. */
export type SplitWinner = { readonly peoplePerArm: number };
export type EventArm = { readonly key: string; readonly name: string; readonly on: PlainSelector };
/** Keeps a value of a webhook's answer: dots lead into objects. */
export type KeptAnswer = { readonly path: string; readonly as: string };

export type MessageNode = NodeParts & {
  readonly kind: "message";
  readonly channel: MessageChannel;
  readonly template: string;
  /** The version in force when it is sent; a number keeps to one. */
  readonly templateVersion: number | null;
  /** Null: the journey's. */
  readonly purpose: string | null;
  readonly priority: number | null;
  readonly tags: readonly string[];
  /** Hours after which it is too late; null: never. */
  readonly expiresAfterHours: number | null;
};
export type WaitNode = NodeParts & { readonly kind: "wait"; readonly until: WaitUntil };
export type WaitUntil =
  | { readonly kind: "duration"; readonly length: WaitLength }
  /** The next such local time from the arrival on, that instant included; on some days of the week (1 is Monday), or any. */
  | { readonly kind: "time"; readonly at: TimeOfDay; readonly weekdays: readonly number[]; readonly zone: JourneyZone }
  /** The hour of the day, by the person's own clock, at which they are most often there, within a day from now; `usual` for whom nothing is known. */
  | { readonly kind: "optimalHour"; readonly usual: TimeOfDay };
/** Waits until one of some events happens, each with its own way out, or `timeout`. */
export type EventsNode = NodeParts & { readonly kind: "events"; readonly arms: readonly EventArm[]; readonly timeout: WaitLength };
/** The first arm that holds, or `otherwise`. */
export type BranchNode = NodeParts & { readonly kind: "branch"; readonly arms: readonly BranchArm[] };
export type SplitNode = NodeParts & { readonly kind: "split"; readonly arms: readonly SplitArm[]; readonly winner: SplitWinner | null };
export type TraitNode = NodeParts & { readonly kind: "trait"; readonly traits: JsonObject };
export type TagNode = NodeParts & { readonly kind: "tag"; readonly add: readonly string[]; readonly remove: readonly string[] };
export type EmitNode = NodeParts & { readonly kind: "emit"; readonly event: string; readonly properties: JsonObject };
/** Ways out: `next` when it was answered with 2xx, `failed` when tries ran out. */
export type WebhookNode = NodeParts & {
  readonly kind: "webhook";
  readonly url: string;
  readonly method: "POST" | "PUT";
  readonly body: JsonObject;
  readonly tries: number;
  readonly keep: readonly KeptAnswer[];
};
/** Somebody has to do something: `done` when they say so, `late` when nobody did by then. */
export type TaskNode = NodeParts & { readonly kind: "task"; readonly title: string; readonly note: string; readonly due: WaitLength };
export type JumpNode = NodeParts & { readonly kind: "jump" };
/** Whoever comes here has reached the goal, whatever the goal of the journey asks for. */
export type GoalNode = NodeParts & { readonly kind: "goal" };
export type ExitNode = NodeParts & { readonly kind: "exit" };

export type JourneyNode =
  | MessageNode
  | WaitNode
  | EventsNode
  | BranchNode
  | SplitNode
  | TraitNode
  | TagNode
  | EmitNode
  | WebhookNode
  | TaskNode
  | JumpNode
  | GoalNode
  | ExitNode;
export const NODE_KINDS = [
  "message",
  "wait",
  "events",
  "branch",
  "split",
  "trait",
  "tag",
  "emit",
  "webhook",
  "task",
  "jump",
  "goal",
  "exit",
] as const satisfies readonly JourneyNode["kind"][];
export type NodeKind = (typeof NODE_KINDS)[number];

/** What versions and reviews are kept of. */
export type JourneyDefinition = {
  readonly entry: JourneyEntry;
  /** Id of the node at which people begin. */
  readonly start: string;
  readonly nodes: readonly JourneyNode[];
  readonly reentry: Reentry;
  readonly exits: readonly ExitRule[];
  readonly goal: JourneyGoal | null;
  /** Parts of 10,000 of those who would come in and are kept out, so that the effect can be told; 0: nobody. */
  readonly holdout: number;
  /** Of its messages, where they say nothing else: 1 is the least urgent, 9 the most. */
  readonly priority: number;
  /** Key of the purpose of consent of its messages, where they say nothing else. */
  readonly purpose: string;
};

export const JOURNEY_NODES_MAX = 200;
export const NODE_ARMS_MAX = 20;
export const EXIT_RULES_MAX = 10;
/** Nodes that one person passes in one journey at most; beyond them they leave, so that no loop goes on for ever. */
export const STEPS_MAX = 1_000;
export const WAIT_DAYS_MAX = 366;
/** Ways out that are taken where nothing else speaks. */
export const OTHERWISE = "otherwise";
export const TIMEOUT = "timeout";
export const NEXT = "next";

/** The names of the ways out that a node of this kind has to have. */
export function outsOf(node: JourneyNode): readonly string[] {
  switch (node.kind) {
    case "branch":
      return [...node.arms.map(({ key }) => key), OTHERWISE];
    case "split":
      return node.arms.map(({ key }) => key);
    case "events":
      return [...node.arms.map(({ key }) => key), TIMEOUT];
    case "webhook":
      return [NEXT, "failed"];
    case "task":
      return ["done", "late"];
    case "exit":
      return [];
    default:
      return [NEXT];
  }
}

/** Whether people stay at the node for a time, so that a way back over it is no loop without end. */
export function takesTime({ kind }: JourneyNode): boolean {
  return kind === "wait" || kind === "events" || kind === "task";
}
