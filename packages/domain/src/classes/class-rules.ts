import type { PersonCondition } from "../conditions/condition.ts";

/** A value of a class: whoever meets the condition and has none of the values before it. Null: whoever has none of those. */
export type ClassValueRule = { readonly segmentId: string; readonly condition: PersonCondition | null };

/** What the segment of each value asks, so that nobody is in two: its own condition, and that they are in none of the segments before it. */
export function rulesOfClass(values: readonly ClassValueRule[]): ReadonlyMap<string, PersonCondition> {
  return new Map(
    values.map(({ segmentId, condition }, index) => {
      const before = values.slice(0, index).map((value) => ({ segment: value.segmentId, in: false }));
      const all = condition === null ? before : [condition, ...before];
      const [only] = all;
      return [segmentId, all.length === 1 && only !== undefined ? only : { all }];
    }),
  );
}

/** A class as people are sorted by it: the segments of its values in their order. */
export type SortedClass = { readonly trait: string; readonly values: readonly { readonly segmentId: string; readonly value: string }[] };

/** The value of somebody who is in some segments; undefined for none. */
export function classValueOf({ values }: SortedClass, segments: ReadonlySet<string>): string | undefined {
  return values.find(({ segmentId }) => segments.has(segmentId))?.value;
}
