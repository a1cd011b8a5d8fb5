import type { Measure } from "@terrace/domain/insight/spread/distribution-plan";
import { dayAt, zoneClock } from "@terrace/domain/time/zoned-time";
import type { ReferenceEvent } from "../sequence/reference-event.ts";

/** Slow and obvious: the value of everybody who did it. */
export function referenceDistribution(
  plan: { readonly fromMs: number; readonly toMs: number; readonly event: string; readonly measure: Measure; readonly zone: string },
  events: readonly ReferenceEvent[],
): ReadonlyMap<string, number> {
  const { measure } = plan;
  const values = new Map<string, number>();
  const did = events.filter(({ name, atMs }) => name === plan.event && atMs >= plan.fromMs && atMs < plan.toMs);
  for (const person of new Set(did.map((event) => event.person))) {
    const own = did.filter((event) => event.person === person);
    if (measure.kind === "count") values.set(person, own.length);
    else if (measure.kind === "days") values.set(person, new Set(own.map(({ atMs }) => dayAt(atMs, zoneClock(plan.zone)))).size);
    else {
      const numbers = own.flatMap(({ properties }) => numberOf(properties[measure.property]));
      if (numbers.length > 0) values.set(person, numbers.reduce((sum, number) => sum + Math.round(number * 1e6), 0) / 1e6);
    }
  }
  return values;
}

function numberOf(value: string | number | boolean | undefined): readonly number[] {
  if (typeof value === "number") return [value];
  return typeof value === "string" && /^[+-]?\d+(\.\d+)?$/.test(value) ? [Number(value)] : [];
}
