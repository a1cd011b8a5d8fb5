import type { FunnelPlan } from "@terrace/domain/insight/funnel/funnel-plan";
import { inOrder, type ReferenceEvent } from "../sequence/reference-event.ts";

export type ReferenceAttempt = { readonly level: number; readonly times: readonly number[]; readonly value: string; readonly part: string };

/** Slow and obvious: every attempt of every person, event by event; the best of each, by person (and the beginning of the interval). */
export function referenceFunnel(
  plan: FunnelPlan,
  events: readonly ReferenceEvent[],
  slotOf: (ms: number) => number = () => 0,
): ReadonlyMap<string, ReferenceAttempt> {
  const found = new Map<string, ReferenceAttempt>();
  for (const person of new Set(events.map((event) => event.person))) {
    const own = events.filter((event) => event.person === person && event.atMs >= plan.fromMs && event.atMs <= plan.toMs + plan.windowMs);
    const parts = plan.hold === undefined ? [""] : [...new Set(own.map((event) => textOf(event, plan.hold)))].filter((part) => part !== "");
    for (const part of parts) {
      const sorted = inOrder(own.filter((event) => plan.hold === undefined || textOf(event, plan.hold) === part));
      sorted.forEach((event, start) => {
        if (event.atMs >= plan.toMs) return;
        const attempt = attemptAt(plan, sorted, start, part);
        if (attempt === undefined) return;
        const key = `${person}@${slotOf(event.atMs)}`;
        const kept = found.get(key);
        if (kept === undefined || isBetter(attempt, kept)) found.set(key, attempt);
      });
    }
  }
  return found;
}

function isBetter(one: ReferenceAttempt, than: ReferenceAttempt): boolean {
  if (one.level !== than.level) return one.level > than.level;
  const [a = 0, b = 0] = [one.times[0], than.times[0]];
  return a !== b ? a < b : one.part < than.part;
}

function attemptAt(plan: FunnelPlan, sorted: readonly ReferenceEvent[], start: number, part: string): ReferenceAttempt | undefined {
  const places = { any: anyPlaces, strict: strictPlaces, ordered: orderedPlaces }[plan.order](plan, sorted, start);
  if (places.length === 0 || isDiscarded(plan, sorted, places)) return undefined;
  const values = places.map((place) => textOf(sorted[place], plan.breakdown?.by));
  return { level: places.length, times: places.map((place) => sorted[place]?.atMs ?? 0), value: valueOf(plan, values), part };
}

function isDiscarded(plan: FunnelPlan, sorted: readonly ReferenceEvent[], places: readonly number[]): boolean {
  const endMs = (sorted[places[0] ?? 0]?.atMs ?? 0) + plan.windowMs;
  return plan.exclusions.some(({ selector, from, to }) => {
    const after = places[from];
    const before = places[to] ?? Infinity;
    if (after === undefined) return false;
    return sorted.some((event, index) => index > after && index < before && event.atMs <= endMs && event.name === selector.event);
  });
}

function valueOf(plan: FunnelPlan, values: readonly string[]): string {
  const attribution = plan.breakdown?.attribution;
  if (typeof attribution === "object") return values[attribution.step] ?? "";
  return (attribution === "last" ? values.toReversed() : values).find((text) => text !== "") ?? "";
}

const fits = (plan: FunnelPlan, step: number, event: ReferenceEvent | undefined): boolean =>
  event !== undefined && (plan.steps[step] ?? []).some((selector) => selector.event === null || selector.event === event.name);

function orderedPlaces(plan: FunnelPlan, sorted: readonly ReferenceEvent[], start: number): readonly number[] {
  const endMs = (sorted[start]?.atMs ?? 0) + plan.windowMs;
  const places: number[] = [];
  for (let place = start; place < sorted.length && places.length < plan.steps.length; place += 1) {
    const event = sorted[place];
    if (event === undefined || event.atMs > endMs) break;
    if (fits(plan, places.length, event)) places.push(place);
    else if (places.length === 0) return [];
  }
  return places;
}

function strictPlaces(plan: FunnelPlan, sorted: readonly ReferenceEvent[], start: number): readonly number[] {
  const endMs = (sorted[start]?.atMs ?? 0) + plan.windowMs;
  const places: number[] = [];
  for (const [step] of plan.steps.entries()) {
    const event = sorted[start + step];
    if (event === undefined || event.atMs > endMs || !fits(plan, step, event)) break;
    places.push(start + step);
  }
  return places;
}

function anyPlaces(plan: FunnelPlan, sorted: readonly ReferenceEvent[], start: number): readonly number[] {
  if (!plan.steps.some((_, step) => fits(plan, step, sorted[start]))) return [];
  const endMs = (sorted[start]?.atMs ?? 0) + plan.windowMs;
  return plan.steps
    .map((_, step) => sorted.findIndex((event, place) => place >= start && event.atMs <= endMs && fits(plan, step, event)))
    .filter((place) => place >= 0)
    .toSorted((a, b) => a - b);
}

function textOf(event: ReferenceEvent | undefined, field: FunnelPlan["hold"]): string {
  return event === undefined || field === undefined || !("property" in field) ? "" : String(event.properties[field.property] ?? "");
}
