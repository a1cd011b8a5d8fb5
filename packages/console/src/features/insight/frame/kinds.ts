import type { TextKey } from "../../../app/i18n.ts";

/** A kind of analysis that has a page. */
export type KindOfAnalysis = {
  /** As in the address of its route: `insight/<kind>`. */
  readonly kind: string;
  readonly label: TextKey;
  /** What it is for, in one sentence. */
  readonly use: TextKey;
  readonly group: "behaviour" | "people" | "commerce" | "statistics";
};

/** The analyses that have a page, in the order they are offered. One that has none yet is not listed. */
export const KINDS: readonly KindOfAnalysis[] = [
  { kind: "trends", label: "insight.kind.trends", use: "insight.use.trends", group: "behaviour" },
  { kind: "funnel", label: "insight.kind.funnel", use: "insight.use.funnel", group: "behaviour" },
  { kind: "retention", label: "insight.kind.retention", use: "insight.use.retention", group: "behaviour" },
  { kind: "lifecycle", label: "insight.kind.lifecycle", use: "insight.use.lifecycle", group: "behaviour" },
  { kind: "stickiness", label: "insight.kind.stickiness", use: "insight.use.stickiness", group: "behaviour" },
  { kind: "paths", label: "insight.kind.paths", use: "insight.use.paths", group: "behaviour" },
  { kind: "distribution", label: "insight.kind.distribution", use: "insight.use.distribution", group: "behaviour" },
  { kind: "interval", label: "insight.kind.interval", use: "insight.use.interval", group: "behaviour" },
  { kind: "sessions", label: "insight.kind.sessions", use: "insight.use.sessions", group: "behaviour" },
  { kind: "rfm", label: "insight.kind.rfm", use: "insight.use.rfm", group: "commerce" },
  { kind: "ltv", label: "insight.kind.ltv", use: "insight.use.ltv", group: "commerce" },
  { kind: "attribution", label: "insight.kind.attribution", use: "insight.use.attribution", group: "commerce" },
  { kind: "channels", label: "insight.kind.channels", use: "insight.use.channels", group: "commerce" },
  { kind: "products", label: "insight.kind.products", use: "insight.use.products", group: "commerce" },
  { kind: "portrait", label: "insight.kind.portrait", use: "insight.use.portrait", group: "people" },
  { kind: "search-terms", label: "insight.kind.search-terms", use: "insight.use.search-terms", group: "people" },
  { kind: "statistics", label: "insight.kind.statistics", use: "insight.use.statistics", group: "statistics" },
  { kind: "correlation", label: "insight.kind.correlation", use: "insight.use.correlation", group: "statistics" },
  { kind: "forecast", label: "insight.kind.forecast", use: "insight.use.forecast", group: "statistics" },
];

/** The order of the groups on the page that lists them. */
export const GROUPS = ["behaviour", "people", "commerce", "statistics"] as const satisfies readonly KindOfAnalysis["group"][];

/** The kinds that stand side by side on top of the builder; the others are behind "more". */
export const FIRST_KINDS: readonly string[] = ["trends", "funnel", "retention", "paths", "distribution"];

/** Where the page of a kind is, inside a workspace. */
export function kindPath(kind: string): string {
  return `insight/analyses/${kind}`;
}
