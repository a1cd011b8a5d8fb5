import type { AnalysisKind } from "@terrace/domain/insight/analysis-kind";
import type { AnyAnalysis } from "./analysis.ts";
import { correlation } from "./correlation/correlation.analysis.ts";
import { experiment } from "./experiment/experiment.analysis.ts";
import { experimentNovelty } from "./experiment/novelty.analysis.ts";
import { experimentBaseline } from "./experiment/baseline.analysis.ts";
import { experimentPair } from "./experiment/pair.analysis.ts";
import { forecast } from "./forecast/forecast.analysis.ts";
import { attribution } from "./attribution/attribution.analysis.ts";
import { channels } from "./channels/channels.analysis.ts";
import { funnel } from "./funnel/funnel.analysis.ts";
import { interval } from "./interval/interval.analysis.ts";
import { lifecycle } from "./lifecycle/lifecycle.analysis.ts";
import { metric } from "./metrics/metric.analysis.ts";
import { ltv } from "./ltv/ltv.analysis.ts";
import { paths } from "./paths/paths.analysis.ts";
import { products } from "./products/products.analysis.ts";
import { portraitOf } from "./portrait/portrait.analysis.ts";
import { retention } from "./retention/retention.analysis.ts";
import { rfm } from "./rfm/rfm.analysis.ts";
import { searchTerms } from "./search-terms/search-terms.analysis.ts";
import { sessions } from "./sessions/sessions.analysis.ts";
import { distribution } from "./spread/distribution.analysis.ts";
import { statistics } from "./statistics/statistics.analysis.ts";
import { stickiness } from "./stickiness/stickiness.analysis.ts";
import { trends } from "./trends/trends.analysis.ts";

/** Those whose people another analysis may look at. */
const PLAIN = {
  trends,
  retention,
  lifecycle,
  stickiness,
  funnel,
  paths,
  sessions,
  distribution,
  interval,
  rfm,
  "search-terms": searchTerms,
  statistics,
  correlation,
  forecast,
  metric,
  experiment,
  "experiment-novelty": experimentNovelty,
  "experiment-pair": experimentPair,
  "experiment-baseline": experimentBaseline,
  ltv,
  attribution,
  channels,
  products,
} as const satisfies Partial<Record<AnalysisKind, AnyAnalysis>>;

/** Every analysis by its kind. */
export const ANALYSES = {
  ...PLAIN,
  portrait: portraitOf(PLAIN),
} as const satisfies Partial<Record<AnalysisKind, AnyAnalysis>>;
export type Analyses = typeof ANALYSES;
