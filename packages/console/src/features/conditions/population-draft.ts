import {
  DAY_MEASURES,
  PROPERTY_MEASURES,
  type Band,
  type PopulationLeaf,
  type RankedBy,
  type Within,
} from "@terrace/domain/conditions/condition";
import { countsFromZero } from "@terrace/domain/conditions/read-population";

/** By what people can be put in order. */
export const RANKED_BY = ["count", ...PROPERTY_MEASURES, ...DAY_MEASURES, "daysSince", "trait"] as const;
export type RankedKind = (typeof RANKED_BY)[number];
/** Where one can be asked to stand. */
export const BAND_KINDS = ["top.percent", "top.people", "bottom.percent", "bottom.people", "quantiles"] as const;
export type BandKind = (typeof BAND_KINDS)[number];

/** "The top tenth by how often" to begin with. */
export function newPopulation(): PopulationLeaf {
  return { population: { did: { event: null }, measure: { kind: "count" }, within: { days: 90 } }, stands: { top: { percent: 10 } } };
}

export function rankedKindOf(by: RankedBy): RankedKind {
  if ("trait" in by) return "trait";
  return "daysSince" in by ? "daysSince" : by.measure.kind;
}

/** Another number to put people in order by; the event, the property and the time stay where they fit. */
export function withRankedKind(leaf: PopulationLeaf, kind: RankedKind): PopulationLeaf {
  return withBy(leaf, rankedBy(leaf.population, kind));
}

function rankedBy(before: RankedBy, kind: RankedKind): RankedBy {
  if (kind === "trait") return { trait: "" };
  const did = "did" in before ? before.did : { event: null };
  if (kind === "daysSince") return { did, daysSince: "last" };
  const within = "measure" in before && before.within !== undefined ? { within: before.within } : {};
  if (kind === "count" || kind === "days" || kind === "streak") return { did, measure: { kind }, ...within };
  return { did, measure: { kind, property: rankedProperty(before) ?? "" }, ...within };
}

/** The same question about another number; who did nothing is 0 only where that is one. */
export function withBy(leaf: PopulationLeaf, population: RankedBy): PopulationLeaf {
  const { among } = leaf;
  const isZero = among?.zero === true && countsFromZero(population);
  return {
    population,
    stands: leaf.stands,
    ...(among === undefined ? {} : { among: { segment: among.segment, ...(isZero ? { zero: true } : {}) } }),
  };
}

/** The property that is measured, if one is; empty while none is chosen. */
export function rankedProperty(by: RankedBy): string | undefined {
  return "measure" in by && "property" in by.measure ? by.measure.property : undefined;
}

export function withRankedProperty(by: RankedBy, property: string): RankedBy {
  return "measure" in by && "property" in by.measure ? { ...by, measure: { ...by.measure, property } } : by;
}

export function withRankedTime(by: RankedBy, within: Within | undefined): RankedBy {
  if (!("measure" in by)) return by;
  return { did: by.did, measure: by.measure, ...(within === undefined ? {} : { within }) };
}

export function bandKindOf(band: Band): BandKind {
  if ("quantiles" in band) return "quantiles";
  const [side, share] = "top" in band ? (["top", band.top] as const) : (["bottom", band.bottom] as const);
  return "people" in share ? `${side}.people` : `${side}.percent`;
}

/** A band of a kind with a number of it. */
export function newBand(kind: BandKind, amount?: number): Band {
  if (kind === "top.percent") return { top: { percent: amount ?? 10 } };
  if (kind === "bottom.percent") return { bottom: { percent: amount ?? 10 } };
  if (kind === "top.people") return { top: { people: amount ?? 100 } };
  return kind === "bottom.people" ? { bottom: { people: amount ?? 100 } } : { quantiles: [40, 60] };
}

/** The number of a band that has one. */
export function amountOf(band: Band): number | undefined {
  if ("quantiles" in band) return undefined;
  const share = "top" in band ? band.top : band.bottom;
  return "people" in share ? share.people : share.percent;
}
