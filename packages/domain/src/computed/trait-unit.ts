/** What numbers of a trait are told in. Money is in whole units of the workspace's currency with decimals, as properties of events have it. */
export const TRAIT_UNITS = ["none", "money", "percent", "days", "times"] as const;
export type TraitUnit = (typeof TRAIT_UNITS)[number];
