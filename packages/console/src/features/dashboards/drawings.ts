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
import type { ChartSpec } from "../../ui/chart/chart-spec.ts";
import { attributionShown } from "../insight/attribution/AttributionPage.tsx";
import { channelsShown } from "../insight/channels/ChannelsPage.tsx";
import { correlationMatrix, type NamedGround } from "../insight/correlation/correlation-shown.tsx";
import { forecastSpec } from "../insight/forecast/ForecastPage.tsx";
import type { TableModel } from "../insight/frame/table-model.ts";
import type { Answered } from "../insight/frame/use-analysis.ts";
import { funnelSpec, pairOf } from "../insight/funnel/funnel-shown.tsx";
import { intervalSpec } from "../insight/interval/interval-shown.ts";
import { lifecycleSpec } from "../insight/lifecycle/lifecycle-shown.ts";
import { ltvShown } from "../insight/ltv/ltv-shown.ts";
import { pathsSpec } from "../insight/paths/paths-shown.ts";
import { portraitShown } from "../insight/portrait/portrait-shown.tsx";
import { productsShown } from "../insight/products/ProductsPage.tsx";
import { retentionGrid } from "../insight/retention/retention-shown.ts";
import { groupsSpec } from "../insight/rfm/rfm-shown.ts";
import { termsShown } from "../insight/search-terms/SearchTermsPage.tsx";
import { sessionsSpec } from "../insight/sessions/sessions-shown.ts";
import { statisticsShown } from "../insight/statistics/statistics-shown.tsx";
import { stickinessSpec } from "../insight/stickiness/stickiness-shown.ts";
import { trendsSpec } from "../insight/trends/trends-shown.ts";

/** The chart of an answer, or its table where it has none, and whether there is nothing in it. */
type Drawn = { readonly spec?: ChartSpec | undefined; readonly table?: TableModel | undefined; readonly empty?: boolean };
/** How the answer of a kind of analysis is drawn in a tile. */
export type Drawing = { readonly route: RouteContract; readonly draw: (answer: Answered<RouteContract>, ground: NamedGround) => Drawn };

function drawing<C extends RouteContract>(route: C, draw: (answer: Answered<C>, ground: NamedGround) => Drawn): Drawing {
  return { route, draw };
}

/** The kinds that can be drawn in a tile; a tile of another kind leads to its page. */
export const DRAWINGS: Readonly<Partial<Record<string, Drawing>>> = {
  trends: drawing(queryTrends, (answer, ground) => ({
    spec: trendsSpec(answer, "line", ground),
    empty: answer.body.lines.every(({ total }) => total === null || total === 0),
  })),
  funnel: drawing(getFunnel, (answer, ground) => ({
    spec: funnelSpec(pairOf(answer), undefined, ground),
    empty: (answer.body.steps[0]?.people ?? 0) === 0,
  })),
  retention: drawing(queryRetention, (answer, ground) => ({
    spec: retentionGrid(answer, false, ground),
    empty: answer.body.cohorts.every(({ size }) => size === 0),
  })),
  lifecycle: drawing(queryLifecycle, (answer, ground) => ({
    spec: lifecycleSpec(answer, ground),
    empty: Object.values(answer.body.states).every((counts) => counts.every((people) => people === 0)),
  })),
  stickiness: drawing(queryStickiness, (answer, ground) => ({
    spec: stickinessSpec(answer, false, ground),
    empty: answer.body.people === 0,
  })),
  distribution: drawing(getDistribution, ({ body }, { text, format }) => ({
    spec: {
      kind: "histogram",
      brackets: body.brackets.map(({ from, to, people }) => {
        const above = to === null ? `≥ ${format.count(from)}` : "";
        const label = to === null ? above : to - from === 1 ? format.count(from) : `${format.count(from)} – ${format.count(to)}`;
        return { key: String(from), label, tick: label, value: people };
      }),
      head: text("dashboards.bracket"),
      name: text("dashboards.people"),
      measure: format.measure("people"),
      summary: text("dashboards.distributionSummary", { count: body.people, shown: format.count(body.people) }),
    },
    empty: body.people === 0,
  })),
  interval: drawing(getInterval, (answer, ground) => ({ spec: intervalSpec(answer, ground), empty: answer.body.intervals === 0 })),
  sessions: drawing(getSessions, (answer, ground) => ({
    spec: sessionsSpec(answer, "sessions", ground),
    empty: answer.body.sessions === 0,
  })),
  paths: drawing(getPaths, (answer, ground) => ({ spec: pathsSpec(answer, ground), empty: answer.body.sessions === 0 })),
  rfm: drawing(getRfm, (answer, ground) => ({ spec: groupsSpec(answer, ground), empty: answer.body.people === 0 })),
  forecast: drawing(queryForecast, (answer, ground) => ({
    spec: forecastSpec(answer, ground),
    empty: answer.body.actual.every((value) => value === null || value === 0),
  })),
  ltv: drawing(queryLtv, (answer, ground) => ltvShown(answer, ground)),
  attribution: drawing(queryAttribution, attributionShown),
  channels: drawing(queryChannels, channelsShown),
  products: drawing(queryProducts, productsShown),
  portrait: drawing(queryPortrait, (answer, ground) => portraitShown(answer, "", ground)),
  statistics: drawing(queryStatistics, statisticsShown),
  correlation: drawing(queryCorrelation, correlationMatrix),
  "search-terms": drawing(querySearchTerms, (answer, ground) => termsShown(answer, "top", ground)),
};
