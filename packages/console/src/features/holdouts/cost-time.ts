import { dayStart } from "@terrace/domain/insight/time/calendar";
import { dayOfIso } from "@terrace/domain/time/zoned-time";

/** What a program can be called. */
export const KEY_PATTERN = /^[A-Za-z0-9_.:-]{1,80}$/;

/** When a cost of a calendar day counts: from the beginning of the day, or of the turn where that began later on it, so that it is part of the turn. */
export function costTime(day: string, turn: { readonly from: string }, zone: string): string {
  const startMs = dayStart(dayOfIso(day) ?? 0, { zone, weekStart: "monday" });
  return new Date(Math.max(startMs, Date.parse(turn.from))).toISOString();
}
