import { canonicalJson } from "../canonical-json.ts";
import type { Json } from "../json.ts";
import type { Band, PopulationLeaf } from "./condition.ts";

/** What a percentage is reckoned in: hundredths of one, so that it is a whole number. */
export const PERCENT_UNIT = 100;
/** All of them, in that unit. */
export const WHOLE = 100 * PERCENT_UNIT;

/** A percentage in whole hundredths. */
export function hundredthsOf(percent: number): number {
  return Math.round(percent * PERCENT_UNIT);
}

/** One text for leaves that ask the same. */
export function populationKey(leaf: PopulationLeaf): string {
  return canonicalJson(JSON.parse(JSON.stringify(leaf)) as Json);
}

/** Somebody's place: of how many they are one, and how many have a greater or smaller number. */
export type Place = { readonly people: number; readonly above: number; readonly below: number };

/** Whether somebody of that place stands in the band. People with equal numbers stand together. */
export function standsIn(band: Band, { people, above, below }: Place): boolean {
  if ("quantiles" in band) {
    const [from, to] = band.quantiles.map(hundredthsOf);
    return below * WHOLE >= (from ?? 0) * people && below * WHOLE < (to ?? 0) * people;
  }
  const [share, before] = "top" in band ? [band.top, above] : [band.bottom, below];
  return "people" in share ? before < share.people : before * WHOLE < hundredthsOf(share.percent) * people;
}
