import { compareOrigins } from "../identity/person-order.ts";

/** An arm as it was first given to one of a person's ids. */
export type RememberedArm = {
  /** The id, as the number that stands for it. */
  readonly originId: string;
  readonly arm: string;
  /** Unix ms. */
  readonly atMs: number;
  /** By which shares it was drawn, where they change; null: not known. */
  readonly period?: number | null;
};

/** What holds for a person. */
export type PersonArm = Pick<RememberedArm, "arm" | "period">;

/** Of what the ids of one person were given, the earliest holds for all of them; of two at one instant that of the smaller id. Undefined when there is nothing. */
export function armOfPerson(rows: readonly RememberedArm[]): PersonArm | undefined {
  const first = rows.toSorted(compareArms)[0];
  if (first === undefined) return undefined;
  const { arm, period } = first;
  return { arm, ...(period === undefined ? {} : { period }) };
}

function compareArms(a: RememberedArm, b: RememberedArm): number {
  return a.atMs - b.atMs || compareOrigins(a.originId, b.originId);
}
