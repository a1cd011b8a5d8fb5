import type { RouteContract } from "../route.ts";
import { accessRoutes } from "./access.ts";
import { annotationRoutes } from "./annotations.ts";
import { alertRoutes } from "./alerts.ts";
import { backupRoutes } from "./backups.ts";
import { consentRoutes } from "./consent.ts";
import { eventRoutes } from "./events.ts";
import { exportRoutes } from "./exports.ts";
import { feedRoutes } from "./feed.ts";
import { liveRoutes } from "./live.ts";
import { quarantineRoutes } from "./quarantine.ts";
import { doctorRoutes } from "./doctor.ts";
import { duplicateRoutes } from "./duplicates.ts";
import { channelProviderRoutes } from "./channels.ts";
import { messageFigureRoutes } from "./message-figures.ts";
import { preferenceRoutes } from "./preferences.ts";
import { channelFigureRoutes } from "./channel-figures.ts";
import { importMappingRoutes } from "./import-mappings.ts";
import { importTrialRoutes } from "./import-trials.ts";
import { importUploadRoutes } from "./import-uploads.ts";
import { programCostRoutes } from "./program-costs.ts";
import { pyramidFigureRoutes } from "./pyramid-figures.ts";
import { pyramidPeopleRoutes } from "./pyramid-people.ts";
import { pyramidRoutes } from "./pyramids.ts";
import { importRoutes } from "./imports.ts";
import { correlationRoutes } from "./insight-correlation.ts";
import { experimentBanditRoutes } from "./experiment-bandit.ts";
import { experimentPlanRoutes } from "./experiment-plan.ts";
import { experimentRoutes } from "./experiments.ts";
import { experimentReadingRoutes } from "./experiment-readings.ts";
import { experimentAnalysisRoutes } from "./insight-experiment.ts";
import { experimentBaselineRoutes } from "./insight-experiment-baseline.ts";
import { experimentPairRoutes } from "./insight-experiment-pair.ts";
import { experimentNoveltyRoutes } from "./insight-experiment-novelty.ts";
import { metricAnalysisRoutes } from "./insight-metric.ts";
import { metricRoutes } from "./metrics.ts";
import { attributionRoutes } from "./insight-attribution.ts";
import { channelsRoutes } from "./insight-channels.ts";
import { distributionRoutes } from "./insight-distribution.ts";
import { forecastRoutes } from "./insight-forecast.ts";
import { funnelRoutes } from "./insight-funnel.ts";
import { intervalRoutes } from "./insight-interval.ts";
import { lifecycleRoutes } from "./insight-lifecycle.ts";
import { ltvRoutes } from "./insight-ltv.ts";
import { pathRoutes } from "./insight-paths.ts";
import { productsRoutes } from "./insight-products.ts";
import { queryRoutes } from "./insight-queries.ts";
import { portraitRoutes } from "./insight-portrait.ts";
import { retentionRoutes } from "./insight-retention.ts";
import { rfmRoutes } from "./insight-rfm.ts";
import { searchTermsRoutes } from "./insight-search-terms.ts";
import { sessionRoutes } from "./insight-sessions.ts";
import { statisticsRoutes } from "./insight-statistics.ts";
import { stickinessRoutes } from "./insight-stickiness.ts";
import { trendsRoutes } from "./insight-trends.ts";
import { notifyRoutes } from "./notify.ts";
import { mergeRoutes } from "./merges.ts";
import { peopleRoutes } from "./people.ts";
import { personLookupRoutes } from "./person-lookup.ts";
import { referralCodeRoutes } from "./referral-codes.ts";
import { referralTreeRoutes } from "./referral-tree.ts";
import { referralRoutes } from "./referrals.ts";
import { personRemarkRoutes } from "./person-remarks.ts";
import { privacyRoutes } from "./privacy.ts";
import { pullRoutes } from "./pulls.ts";
import { receiverRoutes } from "./receivers.ts";
import { reportRoutes } from "./reports.ts";
import { rightsRoutes } from "./rights.ts";
import { dashboardRoutes } from "./dashboards.ts";
import { goalRoutes } from "./goals.ts";
import { savedAnalysisRoutes } from "./insight-saved.ts";
import { segmentFigureRoutes } from "./segment-figures.ts";
import { segmentHistoryRoutes } from "./segment-history.ts";
import { segmentRoutes } from "./segments.ts";
import { classRoutes } from "./classes.ts";
import { conditionTemplateRoutes } from "./condition-templates.ts";
import { computedTraitRoutes } from "./computed-traits.ts";
import { rfmTraitsRoutes } from "./rfm-traits.ts";
import { tagRuleRoutes } from "./tag-rules.ts";
import { simulationRoutes } from "./simulations.ts";
import { holdoutReportRoutes } from "./holdout-report.ts";
import { holdoutRoutes } from "./holdouts.ts";
import { journeyGalleryRoutes } from "./journeys-gallery.ts";
import { journeyPeopleRoutes } from "./journeys-people.ts";
import { governorRoutes } from "./governor.ts";
import { broadcastRoutes } from "./broadcasts.ts";
import { messageRoutes } from "./messages.ts";
import { journeyRoutes } from "./journeys.ts";
import { verificationRoutes } from "./verifications.ts";
import { flagChangeRoutes } from "./flag-changes.ts";
import { flagEnvironmentRoutes } from "./flag-environments.ts";
import { flagReportRoutes } from "./flag-reports.ts";
import { flagRoutes } from "./flags.ts";
import { templatePreviewRoutes } from "./templates-preview.ts";
import { suppressionRoutes } from "./suppressions.ts";
import { templateRoutes } from "./templates.ts";
import { virtualEventRoutes } from "./virtual-events.ts";
import { webhookRoutes } from "./webhooks.ts";

/** Every operation of the API, in the order in which the document lists them. */
export const allRoutes: readonly RouteContract[] = [
  ...accessRoutes,
  ...peopleRoutes,
  ...personLookupRoutes,
  ...personRemarkRoutes,
  ...mergeRoutes,
  ...segmentRoutes,
  ...segmentFigureRoutes,
  ...segmentHistoryRoutes,
  ...tagRuleRoutes,
  ...conditionTemplateRoutes,
  ...classRoutes,
  ...rfmTraitsRoutes,
  ...verificationRoutes,
  ...flagRoutes,
  ...flagChangeRoutes,
  ...flagEnvironmentRoutes,
  ...flagReportRoutes,
  ...governorRoutes,
  ...messageRoutes,
  ...suppressionRoutes,
  ...templateRoutes,
  ...templatePreviewRoutes,
  ...computedTraitRoutes,
  ...referralRoutes,
  ...referralCodeRoutes,
  ...referralTreeRoutes,
  ...holdoutRoutes,
  ...broadcastRoutes,
  ...journeyRoutes,
  ...journeyPeopleRoutes,
  ...journeyGalleryRoutes,
  ...holdoutReportRoutes,
  ...programCostRoutes,
  ...pyramidRoutes,
  ...pyramidPeopleRoutes,
  ...pyramidFigureRoutes,
  ...annotationRoutes,
  ...savedAnalysisRoutes,
  ...dashboardRoutes,
  ...goalRoutes,
  ...rightsRoutes,
  ...duplicateRoutes,
  ...consentRoutes,
  ...privacyRoutes,
  ...eventRoutes,
  ...quarantineRoutes,
  ...liveRoutes,
  ...feedRoutes,
  ...exportRoutes,
  ...queryRoutes,
  ...retentionRoutes,
  ...lifecycleRoutes,
  ...stickinessRoutes,
  ...portraitRoutes,
  ...searchTermsRoutes,
  ...statisticsRoutes,
  ...correlationRoutes,
  ...forecastRoutes,
  ...trendsRoutes,
  ...virtualEventRoutes,
  ...funnelRoutes,
  ...pathRoutes,
  ...sessionRoutes,
  ...distributionRoutes,
  ...intervalRoutes,
  ...rfmRoutes,
  ...metricAnalysisRoutes,
  ...experimentAnalysisRoutes,
  ...experimentNoveltyRoutes,
  ...experimentBaselineRoutes,
  ...experimentPairRoutes,
  ...experimentPlanRoutes,
  ...experimentBanditRoutes,
  ...experimentRoutes,
  ...experimentReadingRoutes,
  ...metricRoutes,
  ...ltvRoutes,
  ...attributionRoutes,
  ...channelsRoutes,
  ...productsRoutes,
  ...channelFigureRoutes,
  ...importRoutes,
  ...importUploadRoutes,
  ...importTrialRoutes,
  ...importMappingRoutes,
  ...pullRoutes,
  ...webhookRoutes,
  ...receiverRoutes,
  ...notifyRoutes,
  ...channelProviderRoutes,
  ...messageFigureRoutes,
  ...preferenceRoutes,
  ...reportRoutes,
  ...alertRoutes,
  ...backupRoutes,
  ...doctorRoutes,
  ...simulationRoutes,
];
