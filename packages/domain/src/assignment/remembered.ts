import { compareOrigins } from "../identity/person-order.ts";

/** An arm as it was first given to one of a person's ids. */
export type RememberedArm = {
  /** The id, as the number that stands for it. */
  readonly originId: string;
  readonly arm: string;
  /** Unix ms. */
  readonly atMs: number;
};

/** What holds for a person, and whether their ids were given different arms. */
export type PersonArm = { readonly arm: string; readonly atMs: number; readonly isConflict: boolean };

/** Of what the ids of one person were given, the earliest holds for all of them; of two at one instant that of the smaller id. Undefined when there is nothing. */
export function armOfPerson(rows: readonly RememberedArm[]): PersonArm | undefined {
  const first = rows.toSorted(compareArms)[0];
  return first === undefined ? undefined : { arm: first.arm, atMs: first.atMs, isConflict: rows.some(({ arm }) => arm !== first.arm) };
}

function compareArms(a: RememberedArm, b: RememberedArm): number {
  return a.atMs - b.atMs || compareOrigins(a.originId, b.originId);
}
