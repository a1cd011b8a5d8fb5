import { dayAt, zoneClock } from "@terrace/domain/time/zoned-time";
import type { PersonMeasure } from "../person-values/person-values.views.ts";

/** An event of a test, already with the person it belongs to. */
export type PeopleEvent = {
  readonly person: number;
  readonly name: string;
  readonly timeMs: number;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly channel: string;
};
export type PeopleTraits = ReadonlyMap<number, Readonly<Record<string, unknown>>>;

/** The number of a value: its own, or that of a text that is a plain decimal. */
export function referenceNumber(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  return typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : undefined;
}

/** Slow and obvious: the number of everybody who has it. */
export function personNumbers(
  of: PersonMeasure,
  events: readonly PeopleEvent[],
  traits: PeopleTraits,
  zone: string,
): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  if ("trait" in of) {
    for (const [person, own] of traits) {
      const number = referenceNumber(own[of.trait]);
      if (number !== undefined) found.set(person, number);
    }
    return found;
  }
  const did = events.filter(({ name }) => of.event.event === null || name === of.event.event);
  for (const person of new Set(did.map((event) => event.person))) {
    const own = did.filter((event) => event.person === person);
    const { measure } = of;
    if (measure.kind === "count") found.set(person, own.length);
    else if (measure.kind === "days") found.set(person, new Set(own.map(({ timeMs }) => dayAt(timeMs, zoneClock(zone)))).size);
    else {
      const numbers = own.flatMap(({ properties }) => referenceNumber(properties[measure.property]) ?? []);
      // To six decimals, exactly, as the engine adds.
      if (numbers.length > 0) found.set(person, numbers.reduce((sum, number) => sum + Math.round(number * 1e6), 0) / 1e6);
    }
  }
  return found;
}
