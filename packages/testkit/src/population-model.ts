import type { PersonCondition, PopulationLeaf, RankedBy, RankedMeasure } from "@terrace/domain/conditions/condition";
import type { AskedAt } from "@terrace/domain/conditions/did-holds";
import { selectsEvent, type EventFacts } from "@terrace/domain/conditions/matches-event";
import type { PersonFacts } from "@terrace/domain/conditions/matches-person";
import { longestRun, millionthsOf } from "@terrace/domain/conditions/measure";
import { populationKey, standsIn } from "@terrace/domain/conditions/population";
import { numberOf, pathOf, textOf, valueAt } from "@terrace/domain/conditions/value-at";
import { isDuring, spanOf } from "@terrace/domain/conditions/within";
import type { Json } from "@terrace/domain/json";
import { leavesOf } from "@terrace/domain/segments/tracker";
import { dayAt, zoneClock } from "@terrace/domain/time/zoned-time";

/** The same people, each told of which leaves about all people they stand where is asked: everyone is counted against everyone. */
export function withStandings(
  conditions: readonly PersonCondition[],
  everyone: readonly PersonFacts[],
  at: AskedAt,
): readonly PersonFacts[] {
  const leaves = conditions.flatMap(leavesOf).filter((leaf) => "population" in leaf);
  const standing = leaves.map((leaf) => [populationKey(leaf), peopleStanding(leaf, everyone, at)] as const);
  return everyone.map((facts) => ({
    ...facts,
    standings: new Set(standing.flatMap(([key, people]) => (people.has(facts.id) ? [key] : []))),
  }));
}

/** Whoever stands as the leaf says, slowly. */
export function peopleStanding(
  { population, stands, among }: PopulationLeaf,
  everyone: readonly PersonFacts[],
  at: AskedAt,
): ReadonlySet<string> {
  const asked = among === undefined ? everyone : everyone.filter(({ segments }) => segments.has(among.segment));
  const counted = asked.flatMap((facts) => {
    const number = numberBy(population, facts, at) ?? (among?.zero === true ? 0n : undefined);
    return number === undefined ? [] : [{ id: facts.id, number }];
  });
  const placeOf = (number: bigint) => ({
    people: counted.length,
    above: counted.filter((other) => other.number > number).length,
    below: counted.filter((other) => other.number < number).length,
  });
  return new Set(counted.filter(({ number }) => standsIn(stands, placeOf(number))).map(({ id }) => id));
}

function numberBy(by: RankedBy, { traits, events }: PersonFacts, at: AskedAt): bigint | undefined {
  if ("trait" in by) return measured(valueAt(traits, pathOf(by.trait)));
  const did = events.filter((event) => selectsEvent(by.did, event, at.virtuals));
  const clock = zoneClock(at.zone);
  if ("daysSince" in by) {
    const days = did.filter(({ timeMs }) => timeMs <= at.nowMs).map(({ timeMs }) => dayAt(timeMs, clock));
    return days.length === 0 ? undefined : BigInt(dayAt(at.nowMs, clock) - Math.max(...days));
  }
  const span = by.within === undefined ? undefined : spanOf(by.within, at.nowMs, at.zone);
  const inTime = did.filter(({ timeMs }) => span === undefined || isDuring(timeMs, span));
  return inTime.length === 0 ? undefined : comesTo(by.measure, inTime, at.zone);
}

function comesTo(measure: RankedMeasure, events: readonly EventFacts[], zone: string): bigint | undefined {
  if (measure.kind === "count") return BigInt(events.length);
  if (!("property" in measure)) {
    const days = [...new Set(events.map(({ timeMs }) => dayAt(timeMs, zoneClock(zone))))].toSorted((a, b) => a - b);
    return BigInt(measure.kind === "days" ? days.length : longestRun(days));
  }
  const values = events.map(({ properties }) => valueAt(properties, pathOf(measure.property)));
  if (measure.kind === "distinct") return BigInt(new Set(values.map(textOf).filter((text) => text !== undefined)).size);
  const numbers = values.map(measured).filter((number) => number !== undefined);
  const sum = numbers.reduce((all, each) => all + each, 0n);
  if (measure.kind === "sum") return sum;
  if (numbers.length === 0) return undefined;
  if (measure.kind === "avg") return sum / BigInt(numbers.length);
  return numbers.reduce((kept, each) => ((measure.kind === "min" ? each < kept : each > kept) ? each : kept));
}

function measured(value: Json | undefined): bigint | undefined {
  const number = value === undefined || value === null || typeof value === "object" ? undefined : numberOf(value);
  return number === undefined ? undefined : millionthsOf(number);
}
