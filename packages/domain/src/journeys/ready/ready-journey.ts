import type { InBothLanguages } from "../../in-both-languages.ts";
import type { EventCondition, EventSelector } from "../../conditions/condition.ts";
import { readyTemplate } from "../../templates/ready/all.ts";
import type { JourneyDefinition, JourneyEntry, JourneyGoal, JourneyNode, MessageNode, WaitLength } from "../journey-definition.ts";

/** What a ready journey is drawn with: in which language its nodes are named, and the id of each template it sends, by its key. */
export type Drawing = {
  readonly say: (words: InBothLanguages) => string;
  readonly template: (key: string) => string;
};
/** A journey that can be taken as it is: it names events and traits that the sample has, and templates that are ready. */
export type ReadyJourney = {
  readonly key: string;
  readonly name: InBothLanguages;
  readonly description: InBothLanguages;
  /** Keys of the ready templates that it sends. */
  readonly templates: readonly string[];
  readonly draw: (drawing: Drawing) => JourneyDefinition;
};

export const day = (amount: number): WaitLength => ({ amount, unit: "day" });
export const hour = (amount: number): WaitLength => ({ amount, unit: "hour" });

export const ORDERED: EventSelector<EventCondition> = { event: "Order Completed" };

export const onEvent = (event: string, times: "once" | "every" = "every"): JourneyEntry => ({
  kind: "event",
  on: { event },
  times,
  keyedBy: null,
  condition: null,
});

/** To the goal by ordering, which leads out. */
export const toOrder = (withinDays: number): JourneyGoal => ({ on: ORDERED, withinDays, leaves: true });

export const exit = (say: Drawing["say"]): JourneyNode => ({ id: "end", name: say({ zh: "结束", en: "End" }), kind: "exit", outs: {} });

export const pause = (id: string, length: WaitLength, next: string): JourneyNode => ({
  id,
  name: "",
  kind: "wait",
  until: { kind: "duration", length },
  outs: { next },
});

/** Sends a ready template, within a day or not at all. */
export function message(
  { template, say }: Drawing,
  { id, key, next, name }: { readonly id: string; readonly key: string; readonly next: string; readonly name?: InBothLanguages },
): MessageNode {
  const ready = readyTemplate(key);
  if (ready === undefined) throw new Error(`there is no ready template ${key}`);
  return {
    id,
    name: say(name ?? ready.name),
    kind: "message",
    channel: ready.channel,
    template: template(key),
    templateVersion: null,
    purpose: null,
    priority: null,
    tags: [...ready.substance.tags],
    expiresAfterHours: 24,
    outs: { next },
  };
}

/** The settings of a journey that offers something, to be changed where it differs. */
export const OFFERING = {
  reentry: { kind: "never" },
  exits: [],
  holdout: 500,
  priority: 5,
  purpose: "marketing",
} as const satisfies Partial<JourneyDefinition>;
