import { reckonTrait, traitChange } from "@terrace/domain/computed/reckon-trait";
import type { Json } from "@terrace/domain/json";
import type { LeafTime } from "@terrace/domain/segments/leaf-counter";
import { earlier } from "@terrace/domain/segments/live-rule";
import { countersOf } from "../live/evaluate-person.ts";
import type { TouchedPerson } from "../live/touched-people.store.ts";
import type { PlanComputed } from "./computed-plan.ts";
import type { ComputedStage } from "./computed.store.ts";

/** A computed trait with where it stands; `waits` while its counters are not there, so that nobody's value is reckoned from half of them. */
export type StagedComputed = PlanComputed & ComputedStage & { readonly waits: boolean };

export function stagedComputed(traits: readonly PlanComputed[], stages: ReadonlyMap<string, ComputedStage>): readonly StagedComputed[] {
  return traits.flatMap((trait) => {
    const stage = stages.get(trait.id);
    return stage === undefined ? [] : [{ ...trait, ...stage, waits: stage.stage === "filling" }];
  });
}

/** What a person has by computed traits from now on, and when it may be another although nothing happens, Unix ms. */
export type ReckonedPerson = { readonly values: Readonly<Record<string, Json>>; readonly dueMs: number | undefined };

/** Reckons the traits of a person. Those that what touched the person cannot matter to, and those that wait, stay as they stand. */
export function reckonPerson(traits: readonly StagedComputed[], person: TouchedPerson, time: LeafTime): ReckonedPerson {
  const counter = countersOf(person);
  const touched = person.trackers === null ? undefined : new Set(person.trackers.split(","));
  const values: Record<string, Json> = {};
  let dueMs: number | undefined;
  for (const trait of traits) {
    const stays = trait.waits || (touched !== undefined && !trait.counted.some(({ id }) => touched.has(id)));
    const counters = stays ? [] : trait.counted.map(counter);
    const value = stays ? person.computed?.[trait.trait] : reckonTrait(trait.definition, counters, time);
    if (value !== undefined) values[trait.trait] = value;
    if (!stays) dueMs = earlier(dueMs, traitChange(trait.definition, counters, time));
  }
  return { values, dueMs };
}
