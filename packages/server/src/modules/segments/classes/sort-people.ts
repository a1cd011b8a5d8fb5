import { classValueOf } from "@terrace/domain/classes/class-rules";
import type { JsonObject } from "@terrace/domain/json";
import { isRfmKey } from "@terrace/domain/insight/rfm/rfm-classes";
import type { Tx } from "../../../platform/storage/postgres.ts";
import { facetsOf } from "../../people/module.ts";
import type { ChangeWhy } from "../live/evaluate-person.ts";
import type { Stage, PassWhy } from "../live/rule.store.ts";
import type { TouchedPerson, Why } from "../live/touched-people.store.ts";
import { lockFreePeople, saveComputed, saveDecided, touchAgain, type Computed } from "./class-values.store.ts";
import type { PlanClass } from "./plan-classes.ts";

/** A class with how far its rules are: `waits` while one is not counted, so that nobody is sorted by half of it; `told` once people move by themselves. */
export type StagedClass = PlanClass & { readonly waits: boolean; readonly told: boolean };

export function stagedClasses(
  classes: readonly PlanClass[],
  stages: ReadonlyMap<string, { readonly stage: Stage; readonly why: PassWhy }>,
): readonly StagedClass[] {
  return classes.map((one) => {
    const own = one.values.map(({ segmentId }) => stages.get(segmentId));
    return {
      ...one,
      waits: !isRfmKey(one.key) && own.some((stage) => stage === undefined || stage.stage === "filling"),
      told: isRfmKey(one.key) || own.every((stage) => stage?.stage === "live" || stage?.why === "refill"),
    };
  });
}

export type ClassChange = { readonly of: PlanClass; readonly from: string | null; readonly to: string | null };
/** Somebody who has not the values that they should have. */
export type Resorted = {
  readonly personId: string;
  readonly why: Why;
  readonly values: JsonObject;
  /** Those that are told: nobody moves by a decision of an operator. */
  readonly told: readonly ClassChange[];
  /** Ids of the computed traits that are others now. */
  readonly reckoned: readonly string[];
  /** When the oldest event that led to it was received. */
  readonly since: Date | null;
};

export type Sorting = Pick<TouchedPerson, "whys" | "since"> & {
  readonly personId: string;
  readonly computed: JsonObject;
  readonly segments: ReadonlySet<string>;
  /** What the person has by computed traits from now on. */
  readonly reckoned: JsonObject;
};

/** What somebody in some segments has of each class, and by computed traits, compared with what stands; undefined when it is the same. */
export function resort(
  classes: readonly StagedClass[],
  traits: readonly { readonly id: string; readonly trait: string }[],
  { personId, computed, segments, reckoned, whys, since }: Sorting,
): Resorted | undefined {
  const now = classes.map((of) => {
    const from = textIn(computed, of.trait);
    return { of, from, to: of.waits ? from : (classValueOf(of, segments) ?? null) };
  });
  const values = { ...Object.fromEntries(now.flatMap(({ of, to }) => (to === null ? [] : [[of.trait, to] as const]))), ...reckoned };
  const differs = (trait: string): boolean => JSON.stringify(values[trait]) !== JSON.stringify(computed[trait]);
  if (![...Object.keys(values), ...Object.keys(computed)].some(differs)) return undefined;
  const isPass = whys.includes("pass");
  return {
    personId,
    why: isPass ? "pass" : (TOLD.find((why) => whys.includes(why)) ?? "time"),
    values,
    told: isPass ? [] : now.filter(({ of, from, to }) => of.told && from !== to),
    reckoned: traits.filter(({ trait }) => differs(trait)).map(({ id }) => id),
    since: isPass ? null : since,
  };
}

function textIn(computed: JsonObject, trait: string): string | null {
  const value = computed[trait];
  return typeof value === "string" ? value : null;
}

const TOLD = ["merge", "event", "trait", "tag", "list", "schedule", "time"] as const satisfies readonly (Why & ChangeWhy)[];

/** Writes the values of people. Whoever is being changed by somebody else is looked at again at once instead. Answers whose values were written. */
export async function saveResorted(tx: Tx, workspaceId: number, resorted: readonly Resorted[], at: Date): Promise<readonly Resorted[]> {
  if (resorted.length === 0) return [];
  const free = await lockFreePeople(
    tx,
    workspaceId,
    resorted.map(({ personId }) => personId),
  );
  const ready = resorted.filter(({ personId }) => free.has(personId));
  const rowsOf = (isDecided: boolean): readonly Computed[] =>
    ready
      .filter(({ why }) => (why === "pass") === isDecided)
      .map(({ personId, values }) => ({ personId, traits: values, facets: facetsOf(workspaceId, values) }));
  await saveComputed(tx, workspaceId, rowsOf(false));
  await saveDecided(tx, workspaceId, rowsOf(true));
  await touchAgain(
    tx,
    workspaceId,
    resorted.filter(({ personId }) => !free.has(personId)),
    at,
  );
  return ready;
}
