import { isWithin } from "../assignment/allocation.ts";
import { bucketOf } from "../assignment/bucket.ts";
import { addUnits, dayOf, dayStart, firstDayOf, type Calendar } from "../insight/time/calendar.ts";
import { zoneClock } from "../time/zoned-time.ts";
import type { HoldoutGroup, Rotation } from "./holdout.ts";

/** A turn of a holdout: who is held does not change in it. Times are Unix ms, `toMs` is not part of it and null while it goes on. */
export type Generation = { readonly number: number; readonly share: number; readonly fromMs: number; readonly toMs: number | null };

/** A turn as it is kept: `plannedToMs` is when it was to end by the calendar, as that stood when it began; null: not at all. */
export type PlannedGeneration = Generation & { readonly plannedToMs: number | null };

/** Whether a turn ended when it was said beforehand. One that was ended by hand may have been ended by what its figures said. */
export function endedAsPlanned({ toMs, plannedToMs }: Pick<PlannedGeneration, "toMs" | "plannedToMs">): boolean {
  return toMs !== null && toMs === plannedToMs;
}

/** The group a person falls into by the hash; remembered groups come before it. `share` in parts of 10,000. */
export function groupByHash(holdout: string, { number, share }: Pick<Generation, "number" | "share">, personId: string): HoldoutGroup {
  return isWithin(bucketOf(`holdout:${holdout}:${number}`, personId), { from: 0, to: share }) ? "held" : "open";
}

/** The generation an instant lies in; generations follow each other without a gap. */
export function generationAt(generations: readonly Generation[], atMs: number): Generation | undefined {
  return generations.find(({ fromMs, toMs }) => fromMs <= atMs && (toMs === null || atMs < toMs));
}

/**
 * When the next generation begins: at the beginning of a day of the workspace, `every` units after the one in which this generation began; units are whole ones of the
 * calendar, so that a holdout of quarters rotates on the first days of quarters whenever it was made. Undefined when it does not rotate.
 */
export function rotatesAt({ fromMs }: Pick<Generation, "fromMs">, rotation: Rotation, calendar: Calendar): number | undefined {
  if (rotation === null) return undefined;
  const day = dayOf(fromMs, zoneClock(calendar.zone));
  return dayStart(addUnits(firstDayOf(day, rotation.unit, calendar.weekStart), rotation.unit, rotation.every), calendar);
}

/** The generations that have begun by now, when the last one kept began at `fromMs`: a server that was away makes up for the turns it missed. */
export function rotatedBy(last: Generation, rotation: Rotation, calendar: Calendar, nowMs: number): readonly Generation[] {
  const turns: Generation[] = [last];
  for (;;) {
    const current = turns.at(-1) ?? last;
    const next = rotatesAt(current, rotation, calendar);
    if (next === undefined || next > nowMs) return turns;
    turns.splice(-1, 1, { ...current, toMs: next }, { number: current.number + 1, share: current.share, fromMs: next, toMs: null });
  }
}
