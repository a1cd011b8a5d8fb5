import { DAY_TEST_OPS, type Condition, type DayTest, type DayTestOp } from "@terrace/domain/conditions/condition";

/** A question about the date of a trait. */
export type DayLeaf = { readonly trait: string } & DayTest;

export function isDayLeaf(condition: Condition): condition is DayLeaf {
  return "trait" in condition && DAY_TEST_OPS.some((op) => op in condition);
}

export function isDayOp(op: string): op is DayTestOp {
  return DAY_TEST_OPS.some((each) => each === op);
}

export function dayOpOf(leaf: DayLeaf): DayTestOp {
  return DAY_TEST_OPS.find((op) => op in leaf) ?? "dateWithin";
}

/** A question to begin with; a date is still to be chosen. */
export function newDayLeaf(trait: string, op: DayTestOp): DayLeaf {
  switch (op) {
    case "before":
      return { trait, before: "" };
    case "after":
      return { trait, after: "" };
    case "dateWithin":
      return { trait, dateWithin: { fromDays: 0, toDays: 7 } };
    case "anniversary":
      return { trait, anniversary: { withinDays: 7 } };
  }
}
