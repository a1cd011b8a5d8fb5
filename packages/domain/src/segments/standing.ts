import { canonicalJson } from "../canonical-json.ts";
import { mapLeaves, type PersonCondition, type PersonLeaf, type PopulationLeaf } from "../conditions/condition.ts";
import type { VirtualEvent } from "../event/virtual-event.ts";
import type { Json } from "../json.ts";
import { leavesOf, type TrackerPlace } from "./tracker.ts";

/** When where people stand is reckoned: every so many minutes, or daily at a time of the workspace's day. */
export type StandingSchedule = { readonly everyMinutes: number } | { readonly dailyAt: string };

/** When nothing is said. */
export const DEFAULT_SCHEDULE: StandingSchedule = { dailyAt: "03:00" };

/** A leaf about all people as it is kept: reckoned by a schedule, in a zone, with the virtual events that it names. */
export type Standing = {
  readonly leaf: PopulationLeaf;
  readonly schedule: StandingSchedule;
  readonly zone: string;
  readonly clicks: readonly VirtualEvent[];
};

/** The leaves of a condition that ask where somebody stands among all people, from left to right. */
export function populationLeavesOf(condition: PersonCondition): readonly PopulationLeaf[] {
  return leavesOf(condition).filter((leaf) => "population" in leaf);
}

/** What a leaf asks to be kept. */
export function standingOf(leaf: PopulationLeaf, schedule: StandingSchedule, { zone, virtuals }: TrackerPlace): Standing {
  const named = "did" in leaf.population ? leaf.population.did.event : undefined;
  return { leaf, schedule, zone, clicks: virtuals.filter(({ name }) => name === named) };
}

/** One text for standings that keep the same; `readStanding` reads it. */
export function standingKey(standing: Standing): string {
  return canonicalJson(JSON.parse(JSON.stringify(standing)) as Json);
}

/** The standing of a text that `standingKey` gave. */
export function readStanding(key: string): Standing {
  return JSON.parse(key) as Standing;
}

/** The condition that asks for segments in place of leaves about all people; `segments` are theirs, in the order of the leaves. */
export function askingSegments(condition: PersonCondition, segments: readonly string[]): PersonCondition {
  let next = 0;
  return mapLeaves<PersonLeaf, PersonLeaf>(condition, (leaf) => {
    if (!("population" in leaf)) return leaf;
    const segment = segments[next];
    next += 1;
    if (segment === undefined) throw new TypeError("each leaf about all people has a segment");
    return { segment, in: true };
  });
}
