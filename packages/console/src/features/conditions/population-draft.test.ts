import type { PopulationLeaf } from "@terrace/domain/conditions/condition";
import { readPersonCondition } from "@terrace/domain/conditions/read-condition";
import { describe, expect, test } from "vitest";
import { draftGaps } from "./draft-gaps.ts";
import {
  BAND_KINDS,
  bandKindOf,
  amountOf,
  newBand,
  newPopulation,
  RANKED_BY,
  rankedKindOf,
  withBy,
  withRankedKind,
  withRankedProperty,
} from "./population-draft.ts";

describe("comparing with everyone", () => {
  test.each(RANKED_BY)("by %s is a whole condition once its gaps are filled", (kind) => {
    const leaf = withRankedKind(newPopulation(), kind);
    expect(rankedKindOf(leaf.population)).toBe(kind);
    const filled =
      "trait" in leaf.population ? withBy(leaf, { trait: "points" }) : withBy(leaf, withRankedProperty(leaf.population, "price"));
    expect(draftGaps(filled)).toBe(0);
    expect(readPersonCondition(filled, "rule").ok).toBe(true);
  });

  test("a property or a trait that is not chosen yet is a gap", () => {
    expect(draftGaps(withRankedKind(newPopulation(), "sum"))).toBe(1);
    expect(draftGaps(withRankedKind(newPopulation(), "trait"))).toBe(1);
  });

  test.each(BAND_KINDS)("%s can be chosen, and keeps its number", (kind) => {
    const band = newBand(kind, 7);
    expect(bandKindOf(band)).toBe(kind);
    expect(amountOf(band)).toBe(kind === "quantiles" ? undefined : 7);
    expect(readPersonCondition({ ...newPopulation(), stands: band }, "rule").ok).toBe(true);
  });

  test("who did nothing counts as 0 only where that is a number", () => {
    const leaf: PopulationLeaf = { ...newPopulation(), among: { segment: "1", zero: true } };
    expect(withRankedKind(leaf, "sum").among).toEqual({ segment: "1", zero: true });
    expect(withRankedKind(leaf, "avg").among).toEqual({ segment: "1" });
  });
});
