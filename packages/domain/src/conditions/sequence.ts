import type { SequenceLeaf } from "./condition.ts";
import type { AskedAt } from "./did-holds.ts";
import { selectsEvent, type EventFacts } from "./matches-event.ts";
import { isDuring, spanOf } from "./within.ts";

/** What happened at one instant: which of the steps (from 0 on), and whether something that must not come between. */
export type SequenceMoment = { readonly timeMs: number; readonly steps: readonly number[]; readonly breaks: boolean };

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** The longest time that may lie between the first step and the last, in ms; days are 24 hours here. */
export function limitOf({ withinDays, withinHours }: SequenceLeaf["sequence"]): number {
  if (withinDays !== undefined) return withinDays * DAY_MS;
  return withinHours === undefined ? Infinity : withinHours * HOUR_MS;
}

/** Whether someone with these events did the steps one after another. */
export function sequenceHolds({ sequence }: SequenceLeaf, events: readonly EventFacts[], at: AskedAt): boolean {
  const span = sequence.within === undefined ? undefined : spanOf(sequence.within, at.nowMs, at.zone);
  const inTime = events.filter(({ timeMs }) => span === undefined || isDuring(timeMs, span));
  return isDoneInOrder(momentsOf(sequence, inTime, at), sequence.steps.length, limitOf(sequence));
}

/** The instants at which something of a sequence happened, in order; what happened in the same millisecond is one. */
function momentsOf(
  { steps, without }: SequenceLeaf["sequence"],
  events: readonly EventFacts[],
  { virtuals }: AskedAt,
): readonly SequenceMoment[] {
  const found = new Map<number, { steps: Set<number>; breaks: boolean }>();
  for (const event of events) {
    const moment = found.get(event.timeMs) ?? { steps: new Set(), breaks: false };
    steps.forEach((step, index) => {
      if (selectsEvent(step, event, virtuals)) moment.steps.add(index);
    });
    moment.breaks ||= without !== undefined && selectsEvent(without, event, virtuals);
    found.set(event.timeMs, moment);
  }
  return [...found].toSorted(([a], [b]) => a - b).map(([timeMs, { steps: done, breaks }]) => ({ timeMs, steps: [...done], breaks }));
}

/**
 * Whether all of so many steps come one after another, each strictly later than the one before, with nothing that breaks strictly between the first and the last,
 * and no more than `limitMs` from the first to the last. Moments come in order. Of all ways to come to a step, the one that began last is
 * kept: whatever it lacks, the others lack too.
 */
export function isDoneInOrder(moments: readonly SequenceMoment[], count: number, limitMs: number): boolean {
  let beganAt: readonly (number | undefined)[] = [];
  for (const { timeMs, steps, breaks } of moments) {
    const before = beganAt;
    const startOf = (step: number): number | undefined => (step === 0 ? timeMs : before[step - 1]);
    const began = startOf(count - 1);
    if (steps.includes(count - 1) && began !== undefined && timeMs - began <= limitMs) return true;
    const now = Array.from({ length: count - 1 }, (_, step) => (steps.includes(step) ? (startOf(step) ?? before[step]) : before[step]));
    beganAt = breaks ? now.map((start) => (start === timeMs ? start : undefined)) : now;
  }
  return false;
}
