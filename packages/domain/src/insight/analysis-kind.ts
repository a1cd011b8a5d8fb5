/** The analyses there are; `POST …/insight/<kind>` answers one. */
export const ANALYSIS_KINDS = [
  "trends",
  "retention",
  "funnel",
  "lifecycle",
  "stickiness",
  "paths",
  "distribution",
  "interval",
  "rfm",
  "sessions",
  "ltv",
  "attribution",
  "channels",
  "products",
  "portrait",
  "search-terms",
  "correlation",
  "statistics",
  "forecast",
  "metric",
] as const;
export type AnalysisKind = (typeof ANALYSIS_KINDS)[number];
