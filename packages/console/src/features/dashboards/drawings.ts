import { queryAttribution } from "@terrace/contract/api/insight-attribution";
import { queryChannels } from "@terrace/contract/api/insight-channels";
import { queryCorrelation } from "@terrace/contract/api/insight-correlation";
import { getDistribution } from "@terrace/contract/api/insight-distribution";
import { queryForecast } from "@terrace/contract/api/insight-forecast";
import { getFunnel } from "@terrace/contract/api/insight-funnel";
import { getInterval } from "@terrace/contract/api/insight-interval";
import { queryLifecycle } from "@terrace/contract/api/insight-lifecycle";
import { queryLtv } from "@terrace/contract/api/insight-ltv";
import { getPaths } from "@terrace/contract/api/insight-paths";
import { queryPortrait } from "@terrace/contract/api/insight-portrait";
import { queryProducts } from "@terrace/contract/api/insight-products";
import { queryRetention } from "@terrace/contract/api/insight-retention";
import { getRfm } from "@terrace/contract/api/insight-rfm";
import { querySearchTerms } from "@terrace/contract/api/insight-search-terms";
import { getSessions } from "@terrace/contract/api/insight-sessions";
import { queryStatistics } from "@terrace/contract/api/insight-statistics";
import { queryStickiness } from "@terrace/contract/api/insight-stickiness";
import { queryTrends } from "@terrace/contract/api/insight-trends";
import type { RouteContract } from "@terrace/contract/route";
import { attributionShown } from "../insight/attribution/AttributionPage.tsx";
import { channelGroups, channelsShown } from "../insight/channels/ChannelsPage.tsx";
import { correlationMatrix } from "../insight/correlation/correlation-shown.tsx";
import { distributionShown } from "../insight/distribution/distribution-shown.ts";
import { forecastShown } from "../insight/forecast/forecast-shown.ts";
import type { NamedGround } from "../insight/frame/SeriesChoice.tsx";
import type { Shown } from "../insight/frame/shown.ts";
import type { Answered } from "../insight/frame/use-analysis.ts";
import { inGroups, type InGroups } from "../insight/frame/use-groups.ts";
import { funnelSpec, funnelTable, pairOf } from "../insight/funnel/funnel-shown.tsx";
import { intervalShown } from "../insight/interval/interval-shown.ts";
import { lifecycleShown } from "../insight/lifecycle/lifecycle-shown.ts";
import { ltvShown } from "../insight/ltv/ltv-shown.ts";
import { pathsShown } from "../insight/paths/paths-shown.ts";
import { portraitShown } from "../insight/portrait/portrait-shown.tsx";
import { productsShown } from "../insight/products/ProductsPage.tsx";
import { retentionShown } from "../insight/retention/retention-shown.ts";
import { rfmShown } from "../insight/rfm/rfm-shown.ts";
import { termsShown } from "../insight/search-terms/SearchTermsPage.tsx";
import { sessionsShown } from "../insight/sessions/sessions-shown.ts";
import { statisticsShown } from "../insight/statistics/statistics-shown.tsx";
import { stickinessShown } from "../insight/stickiness/stickiness-shown.ts";
import { trendsSpec } from "../insight/trends/trends-shown.ts";

/** How the answer of a kind of analysis is drawn in a tile. */
export type Drawing = {
  readonly route: RouteContract;
  readonly draw: (answer: Answered<RouteContract>, ground: NamedGround) => Shown;
  /** What an answer holds besides the whole, where the kind answers in groups. */
  readonly groups?: InGroups<RouteContract>;
  /** The values of a breakdown stand in the table of the whole. */
  readonly valuesInTable?: (answer: Answered<RouteContract>) => boolean;
};

function drawing<C extends RouteContract>(
  route: C,
  draw: (answer: Answered<C>, ground: NamedGround) => Shown,
  ofGroups: { readonly groups?: InGroups<C>; readonly valuesInTable?: (answer: Answered<C>) => boolean } = {},
): Drawing {
  return { route, draw, ...ofGroups };
}

const GROUPED = { groups: inGroups };

/** The kinds that can be drawn in a tile; a tile of another kind leads to its page. */
export const DRAWINGS: Readonly<Partial<Record<string, Drawing>>> = {
  trends: drawing(queryTrends, (answer, ground) => ({
    spec: trendsSpec(answer, "line", ground),
    empty: answer.body.lines.every(({ total }) => total === null || total === 0),
  })),
  funnel: drawing(
    getFunnel,
    (answer, ground) => ({
      spec: funnelSpec(pairOf(answer), undefined, ground),
      table: funnelTable(pairOf(answer), ground),
      empty: (answer.body.steps[0]?.people ?? 0) === 0,
    }),
    { valuesInTable: ({ query }) => query.breakdown !== undefined },
  ),
  retention: drawing(queryRetention, (answer, ground) => retentionShown(answer, false, ground), GROUPED),
  lifecycle: drawing(queryLifecycle, lifecycleShown, GROUPED),
  stickiness: drawing(queryStickiness, (answer, ground) => stickinessShown(answer, false, ground), GROUPED),
  distribution: drawing(getDistribution, distributionShown, GROUPED),
  interval: drawing(getInterval, intervalShown, GROUPED),
  sessions: drawing(getSessions, (answer, ground) => sessionsShown(answer, "sessions", ground), GROUPED),
  paths: drawing(getPaths, pathsShown, GROUPED),
  rfm: drawing(getRfm, (answer, ground) => rfmShown(answer, "groups", ground), GROUPED),
  forecast: drawing(queryForecast, forecastShown, GROUPED),
  ltv: drawing(queryLtv, (answer, ground) => ltvShown(answer, ground), GROUPED),
  attribution: drawing(queryAttribution, attributionShown, GROUPED),
  channels: drawing(queryChannels, channelsShown, { groups: channelGroups }),
  products: drawing(queryProducts, productsShown, GROUPED),
  portrait: drawing(queryPortrait, (answer, ground) => portraitShown(answer, "", ground)),
  statistics: drawing(queryStatistics, statisticsShown, GROUPED),
  correlation: drawing(queryCorrelation, correlationMatrix, GROUPED),
  "search-terms": drawing(querySearchTerms, (answer, ground) => termsShown(answer, "top", ground), GROUPED),
};
