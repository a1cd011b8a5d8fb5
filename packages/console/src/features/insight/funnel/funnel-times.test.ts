import { expect, test } from "vitest";
import { histogramWithin, timedSteps } from "./funnel-times.ts";

test("times go from the first step to the last unless chosen otherwise", () => {
  expect(timedSteps(undefined, 4)).toEqual({ fromStep: 1, toStep: 4 });
  expect(timedSteps({ fromStep: 2 }, 4)).toEqual({ fromStep: 2, toStep: 4 });
  expect(timedSteps({ toStep: 2 }, 4)).toEqual({ fromStep: 1, toStep: 2 });
});

test("what is usual is not written down, so that a new last step is the end", () => {
  expect(histogramWithin({ fromStep: 1, toStep: 4 }, 4)).toBeUndefined();
  expect(histogramWithin({ fromStep: 2, toStep: 4 }, 4)).toEqual({ fromStep: 2 });
  expect(histogramWithin({ fromStep: 1, toStep: 3, bracketsSeconds: [0, 60] }, 4)).toEqual({ toStep: 3, bracketsSeconds: [0, 60] });
});

test("a step that is gone ends no time, and a time goes forward", () => {
  expect(histogramWithin({ toStep: 4 }, 3)).toBeUndefined();
  expect(histogramWithin({ fromStep: 2, toStep: 4 }, 3)).toEqual({ fromStep: 2 });
  expect(histogramWithin({ fromStep: 3, toStep: 4, bracketsSeconds: [0] }, 3)).toEqual({ bracketsSeconds: [0] });
  expect(histogramWithin({ fromStep: 3, toStep: 2 }, 4)).toBeUndefined();
  expect(histogramWithin({ fromStep: 2 }, 1)).toBeUndefined();
});
