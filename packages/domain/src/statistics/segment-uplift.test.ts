import { describe, expect, test } from "vitest";
import type { Arm } from "./arm.ts";
import { interactionOf, upliftBySegment } from "./segment-uplift.ts";
import { sequentialInterval } from "./sequential.ts";

const share = (n: number, sum: number): Arm => ({ kind: "proportion", n, sum });

describe("uplift by segment", () => {
  const segments = [
    { segment: "north", control: share(2000, 200), treatment: share(2000, 205) },
    { segment: "south", control: share(2000, 200), treatment: share(2000, 300) },
    { segment: "few", control: share(1, 0), treatment: share(2, 1) },
  ];
  test("pays for how many segments were looked at, and says why one is not told", () => {
    const { segments: told, interaction } = upliftBySegment(segments, { difference: "absolute" });
    const [north, south, few] = told;
    expect(few).toEqual({ kind: "refused", reason: "too_few_units", segment: "few" });
    if (north?.kind !== "estimated" || south?.kind !== "estimated") throw new Error("both are told");
    expect(south.adjusted.p).toBeCloseTo(2 * south.interval.p, 12);
    expect(south.adjusted.low).toBeLessThan(south.interval.low);
    expect(south.adjusted.low).toBeGreaterThan(0);
    expect(north.adjusted.p).toBe(north.interval.p);
    expect(interaction).toMatchObject({ degrees: 1 });
    expect(interaction?.p).toBeLessThan(0.001);
  });
  test("may be read at all times", () => {
    const { segments: told } = upliftBySegment(segments, { correction: "none", intervalOf: (effect) => sequentialInterval(effect) });
    const [, south] = told;
    if (south?.kind !== "estimated") throw new Error("it is told");
    expect(south.interval).toEqual(sequentialInterval(south.effect));
    expect(south.adjusted).toBe(south.interval);
  });
  test("of one segment has nothing to differ from", () => {
    expect(upliftBySegment(segments.slice(0, 1)).interaction).toBeNull();
  });
});

test("segments differ as Cochran's Q says (R, metafor: the BCG vaccine's log risk ratios, Q = 152.23 on 12 degrees, I² 92.12 %)", () => {
  // Vaccinated ill, well, not vaccinated ill, well: Colditz et al., JAMA 271 (1994).
  const trials = [
    [4, 119, 11, 128],
    [6, 300, 29, 274],
    [3, 228, 11, 209],
    [62, 13536, 248, 12619],
    [33, 5036, 47, 5761],
    [180, 1361, 372, 1079],
    [8, 2537, 10, 619],
    [505, 87886, 499, 87892],
    [29, 7470, 45, 7232],
    [17, 1699, 65, 1600],
    [186, 50448, 141, 27197],
    [5, 2493, 3, 2338],
    [27, 16886, 29, 17825],
  ] as const;
  const found = interactionOf(
    trials.map(([ill, well, others, rest]) => ({
      estimate: Math.log(ill / (ill + well) / (others / (others + rest))),
      standardError: Math.sqrt(1 / ill - 1 / (ill + well) + 1 / others - 1 / (others + rest)),
    })),
  );
  expect(found).toMatchObject({ q: expect.closeTo(152.233, 3), degrees: 12, heterogeneity: expect.closeTo(0.9212, 4) });
});
