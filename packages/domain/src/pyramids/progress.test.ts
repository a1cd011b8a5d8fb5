import { expect, test } from "vitest";
import { planProgress, progressOf } from "./progress.ts";

const posts = (value: number, op: "gte" | "gt" | "lt" = "gte") => ({ did: { event: "Posted" }, count: { op, value } }) as const;

test("at least so many is a share, everything else is met or not", () => {
  const plan = planProgress({ all: [posts(4), posts(2, "lt"), { not: posts(1) }] });
  expect(plan.units.map(({ kind }) => kind)).toEqual(["countable", "met_or_not", "met_or_not"]);
  expect(progressOf(plan, [2, 1, 0])).toEqual({ progress: 0.5, unmet: [0, 2] });
  expect(progressOf(plan, [9, 1, 1])).toEqual({ progress: 1, unmet: [] });
});

test("more than a whole number is at least the next, more than a sum is not met by it", () => {
  expect(progressOf(planProgress(posts(3, "gt")), [3])).toEqual({ progress: 0.75, unmet: [0] });
  const sum = planProgress({ did: { event: "Paid" }, measure: { kind: "sum", property: "total" }, is: { op: "gt", value: 100 } });
  expect(progressOf(sum, [100])).toEqual({ progress: 0.999, unmet: [0] });
  expect(progressOf(sum, [-5]).progress).toBe(0);
});

test("of an any only the nearest part is told, the first of equals", () => {
  const plan = planProgress({ any: [posts(10), { all: [posts(4), { tag: "known", has: true }] }] });
  expect(progressOf(plan, [5, 4, 0])).toEqual({ progress: 0.5, unmet: [0] });
  expect(progressOf(plan, [2, 4, 0])).toEqual({ progress: 0.5, unmet: [2] });
  expect(progressOf(plan, [0, 4, 1]).progress).toBe(1);
});
