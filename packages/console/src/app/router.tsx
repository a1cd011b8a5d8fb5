import type { Permission } from "@terrace/domain/access/permissions";
import type { ComponentType } from "react";
import type { RouteObject } from "react-router";
import { createBrowserRouter } from "react-router";
import { NotFoundPage } from "./NotFoundPage.tsx";
import { RouteCrash } from "./RouteCrash.tsx";
import { RequireRight } from "./session/RequireRight.tsx";
import { RequireSession } from "./session/RequireSession.tsx";
import { HomeRedirect } from "./workspace/HomeRedirect.tsx";
import { WorkspaceFrame } from "./workspace/WorkspaceFrame.tsx";

type Loader = () => Promise<ComponentType>;

/** A page in a chunk of its own; with a permission it is drawn only for roles that hold it. */
function page(path: string, load: Loader, need?: Permission): RouteObject {
  return {
    ...(path === "" ? { index: true } : { path }),
    lazy: async () => {
      const Page = await load();
      return {
        Component:
          need === undefined
            ? Page
            : () => (
                <RequireRight need={need}>
                  <Page />
                </RequireRight>
              ),
      };
    },
  };
}

const pages: readonly RouteObject[] = [
  page("", async () => (await import("../features/home/HomePage.tsx")).HomePage, "events:read"),
  page("start", async () => (await import("../features/start/StartPage.tsx")).StartPage, "events:read"),
  page("experiments", async () => (await import("../features/experiments/ExperimentsPage.tsx")).ExperimentsPage, "events:read"),
  page(
    "experiments/new",
    async () => (await import("../features/experiments/ExperimentFormPage.tsx")).NewExperimentPage,
    "experiments:write",
  ),
  page("experiments/plan", async () => (await import("../features/experiments/plan/PlanPage.tsx")).PlanPage, "events:read"),
  page("experiments/:experiment", async () => (await import("../features/experiments/ExperimentPage.tsx")).ExperimentPage, "events:read"),
  page(
    "experiments/:experiment/edit",
    async () => (await import("../features/experiments/ExperimentFormPage.tsx")).EditExperimentPage,
    "experiments:write",
  ),
  page("insight/reports", async () => (await import("../features/reports/ReportsPage.tsx")).ReportsPage, "events:read"),
  page("insight/reports/:report", async () => (await import("../features/reports/ReportPage.tsx")).ReportPage, "events:read"),
  page("insight/alerts", async () => (await import("../features/alerts/AlertsPage.tsx")).AlertsPage, "events:read"),
  page("settings/mail", async () => (await import("../features/notices/MailPage.tsx")).MailPage, "workspace:manage"),
  page("insight/analyses", async () => (await import("../features/insight/frame/AnalysesPage.tsx")).AnalysesPage, "events:read"),
  page("insight/analyses/trends", async () => (await import("../features/insight/trends/TrendsPage.tsx")).TrendsPage, "events:read"),
  page("insight/analyses/funnel", async () => (await import("../features/insight/funnel/FunnelPage.tsx")).FunnelPage, "events:read"),
  page(
    "insight/analyses/retention",
    async () => (await import("../features/insight/retention/RetentionPage.tsx")).RetentionPage,
    "events:read",
  ),
  page(
    "insight/analyses/lifecycle",
    async () => (await import("../features/insight/lifecycle/LifecyclePage.tsx")).LifecyclePage,
    "events:read",
  ),
  page(
    "insight/analyses/stickiness",
    async () => (await import("../features/insight/stickiness/StickinessPage.tsx")).StickinessPage,
    "events:read",
  ),
  page("insight/metrics", async () => (await import("../features/metrics/MetricsPage.tsx")).MetricsPage, "events:read"),
  page("insight/goals", async () => (await import("../features/metrics/GoalsPage.tsx")).GoalsPage, "events:read"),
  page("insight/metrics/new", async () => (await import("../features/metrics/MetricFormPage.tsx")).MetricFormPage, "metrics:write"),
  page(
    "insight/metrics/business-events",
    async () => (await import("../features/metrics/BusinessEventsPage.tsx")).BusinessEventsPage,
    "events:read",
  ),
  page("insight/metrics/:metric", async () => (await import("../features/metrics/MetricPage.tsx")).MetricPage, "events:read"),
  page(
    "insight/metrics/:metric/edit",
    async () => (await import("../features/metrics/MetricFormPage.tsx")).MetricFormPage,
    "metrics:write",
  ),
  page("insight/analyses/paths", async () => (await import("../features/insight/paths/PathsPage.tsx")).PathsPage, "events:read"),
  page(
    "insight/analyses/distribution",
    async () => (await import("../features/insight/distribution/DistributionPage.tsx")).DistributionPage,
    "events:read",
  ),
  page(
    "insight/analyses/interval",
    async () => (await import("../features/insight/interval/IntervalPage.tsx")).IntervalPage,
    "events:read",
  ),
  page(
    "insight/analyses/sessions",
    async () => (await import("../features/insight/sessions/SessionsPage.tsx")).SessionsPage,
    "events:read",
  ),
  page("insight/analyses/rfm", async () => (await import("../features/insight/rfm/RfmPage.tsx")).RfmPage, "events:read"),
  page("insight/analyses/ltv", async () => (await import("../features/insight/ltv/LtvPage.tsx")).LtvPage, "events:read"),
  page(
    "insight/analyses/attribution",
    async () => (await import("../features/insight/attribution/AttributionPage.tsx")).AttributionPage,
    "events:read",
  ),
  page(
    "insight/analyses/channels",
    async () => (await import("../features/insight/channels/ChannelsPage.tsx")).ChannelsPage,
    "events:read",
  ),
  page(
    "insight/analyses/products",
    async () => (await import("../features/insight/products/ProductsPage.tsx")).ProductsPage,
    "events:read",
  ),
  page(
    "insight/analyses/portrait",
    async () => (await import("../features/insight/portrait/PortraitPage.tsx")).PortraitPage,
    "events:read",
  ),
  page(
    "insight/analyses/statistics",
    async () => (await import("../features/insight/statistics/StatisticsPage.tsx")).StatisticsPage,
    "events:read",
  ),
  page(
    "insight/analyses/correlation",
    async () => (await import("../features/insight/correlation/CorrelationPage.tsx")).CorrelationPage,
    "events:read",
  ),
  page(
    "insight/analyses/search-terms",
    async () => (await import("../features/insight/search-terms/SearchTermsPage.tsx")).SearchTermsPage,
    "events:read",
  ),
  page(
    "insight/analyses/forecast",
    async () => (await import("../features/insight/forecast/ForecastPage.tsx")).ForecastPage,
    "events:read",
  ),
  page("people", async () => (await import("../features/people/PeoplePage.tsx")).PeoplePage, "people:read"),
  page("people/:person", async () => (await import("../features/person/PersonPage.tsx")).PersonPage, "people:read"),
  page("people/:person/held", async () => (await import("../features/rights/HeldPage.tsx")).HeldPage, "people:read"),
  page("people/:person/merge", async () => (await import("../features/merges/MergePage.tsx")).MergePage, "people:merge"),
  page("insight/dashboards", async () => (await import("../features/dashboards/DashboardsPage.tsx")).DashboardsPage, "events:read"),
  page(
    "insight/dashboards/:dashboard",
    async () => (await import("../features/dashboards/DashboardPage.tsx")).DashboardPage,
    "events:read",
  ),
  page("insight/saved/:analysis", async () => (await import("../features/insight/saved/SavedRedirect.tsx")).SavedRedirect, "events:read"),
  page("segments", async () => (await import("../features/segments/SegmentsPage.tsx")).SegmentsPage, "people:read"),
  page("segments/new", async () => (await import("../features/segments/new/NewSegmentPage.tsx")).NewSegmentPage, "segments:write"),
  page("segments/overlap", async () => (await import("../features/segments/overlap/OverlapPage.tsx")).OverlapPage, "people:read"),
  page("segments/:segment", async () => (await import("../features/segments/page/SegmentPage.tsx")).SegmentPage, "people:read"),
  page("lifecycle", async () => (await import("../features/classes/ClassesPage.tsx")).ClassesPage, "people:read"),
  page("lifecycle/new", async () => (await import("../features/classes/NewClassPage.tsx")).NewClassPage, "segments:write"),
  page("lifecycle/:class", async () => (await import("../features/classes/ClassPage.tsx")).ClassPage, "people:read"),
  page("computed-traits", async () => (await import("../features/computed/ComputedTraitsPage.tsx")).ComputedTraitsPage, "people:read"),
  page(
    "computed-traits/new",
    async () => (await import("../features/computed/NewComputedTraitPage.tsx")).NewComputedTraitPage,
    "segments:write",
  ),
  page("computed-traits/:trait", async () => (await import("../features/computed/ComputedTraitPage.tsx")).ComputedTraitPage, "people:read"),
  page("referrals", async () => (await import("../features/referrals/ProgramsPage.tsx")).ProgramsPage, "people:read"),
  page("referrals/new", async () => (await import("../features/referrals/NewProgramPage.tsx")).NewProgramPage, "segments:write"),
  page("referrals/:program", async () => (await import("../features/referrals/ProgramPage.tsx")).ProgramPage, "people:read"),
  page("tag-rules", async () => (await import("../features/tag-rules/TagRulesPage.tsx")).TagRulesPage, "people:read"),
  page("tag-rules/new", async () => (await import("../features/tag-rules/NewTagRulePage.tsx")).NewTagRulePage, "segments:write"),
  page("tag-rules/:rule", async () => (await import("../features/tag-rules/TagRulePage.tsx")).TagRulePage, "people:read"),
  page("pyramids", async () => (await import("../features/pyramids/PyramidsPage.tsx")).PyramidsPage, "people:read"),
  page("pyramids/new", async () => (await import("../features/pyramids/editor/NewPyramidPage.tsx")).NewPyramidPage, "segments:write"),
  page("pyramids/:pyramid", async () => (await import("../features/pyramids/PyramidPage.tsx")).PyramidPage, "people:read"),
  page("pyramids/:pyramid/layers/:layer", async () => (await import("../features/pyramids/layer/LayerPage.tsx")).LayerPage, "people:read"),
  page("experiments/flags", async () => (await import("../features/flags/FlagsPage.tsx")).FlagsPage, "events:read"),
  page("experiments/flags/:flag", async () => (await import("../features/flags/FlagPage.tsx")).FlagPage, "events:read"),
  page("experiments/holdouts", async () => (await import("../features/holdouts/HoldoutsPage.tsx")).HoldoutsPage, "people:read"),
  page("experiments/holdouts/:holdout", async () => (await import("../features/holdouts/HoldoutPage.tsx")).HoldoutPage, "people:read"),
  page("verification", async () => (await import("../features/verification/VerificationPage.tsx")).VerificationPage, "people:read"),
  page("verification/kinds/new", async () => (await import("../features/verification/KindPage.tsx")).NewKindPage, "people:verify"),
  page("verification/kinds/:kind", async () => (await import("../features/verification/KindPage.tsx")).KindPage, "people:verify"),
  page("merges", async () => (await import("../features/merges/MergesPage.tsx")).MergesPage, "people:read"),
  page("conflicts", async () => (await import("../features/conflicts/ConflictsPage.tsx")).ConflictsPage, "people:read"),
  page("duplicates", async () => (await import("../features/duplicates/DuplicatesPage.tsx")).DuplicatesPage, "people:read"),
  page("data/sources", async () => (await import("../features/start/SourcesPage.tsx")).SourcesPage, "events:read"),
  page("data/events", async () => (await import("../features/events/EventsPage.tsx")).EventsPage, "events:read"),
  page("data/events/:name", async () => (await import("../features/events/EventPage.tsx")).EventPage, "events:read"),
  page("data/visual-events", async () => (await import("../features/visual-events/VisualEventsPage.tsx")).VisualEventsPage, "events:read"),
  page("data/quarantine", async () => (await import("../features/quarantine/QuarantinePage.tsx")).QuarantinePage, "quarantine:read"),
  page(
    "data/channel-figures",
    async () => (await import("../features/channel-figures/ChannelFiguresPage.tsx")).ChannelFiguresPage,
    "events:read",
  ),
  page("data/imports", async () => (await import("../features/imports/ImportsPage.tsx")).ImportsPage, "events:read"),
  page("touch/journeys", async () => (await import("../features/journeys/JourneysPage.tsx")).JourneysPage, "events:read"),
  page("touch/journeys/:journey", async () => (await import("../features/journeys/JourneyPage.tsx")).JourneyPage, "events:read"),
  page(
    "touch/journeys/:journey/draft",
    async () => (await import("../features/journeys/draw/JourneyDraftPage.tsx")).JourneyDraftPage,
    "events:read",
  ),
  page("touch/broadcasts", async () => (await import("../features/broadcasts/BroadcastsPage.tsx")).BroadcastsPage, "events:read"),
  page("touch/broadcasts/:broadcast", async () => (await import("../features/broadcasts/BroadcastPage.tsx")).BroadcastPage, "events:read"),
  page("touch/templates", async () => (await import("../features/templates/TemplatesPage.tsx")).TemplatesPage, "events:read"),
  page("touch/templates/:template", async () => (await import("../features/templates/TemplatePage.tsx")).TemplatePage, "events:read"),
  page("touch/messages", async () => (await import("../features/messages/MessagesPage.tsx")).MessagesPage, "people:read"),
  page("touch/governor", async () => (await import("../features/governor/GovernorPage.tsx")).GovernorPage, "events:read"),
  page("touch/channels", async () => (await import("../features/channels/ChannelsPage.tsx")).ChannelsPage, "channels:manage"),
  page("data/receivers", async () => (await import("../features/receivers/ReceiversPage.tsx")).ReceiversPage, "webhooks:manage"),
  page("data/receivers/new", async () => (await import("../features/receivers/ReceiverPage.tsx")).NewReceiverPage, "webhooks:manage"),
  page("data/receivers/:receiver", async () => (await import("../features/receivers/ReceiverPage.tsx")).ReceiverPage, "webhooks:manage"),
  page("data/webhooks", async () => (await import("../features/webhooks/WebhooksPage.tsx")).WebhooksPage, "webhooks:manage"),
  page("data/webhooks/:webhook", async () => (await import("../features/webhooks/WebhookPage.tsx")).WebhookPage, "webhooks:manage"),
  page("data/pulls", async () => (await import("../features/pulls/PullsPage.tsx")).PullsPage, "imports:write"),
  page("data/exports", async () => (await import("../features/exports/ExportsPage.tsx")).ExportsPage, "data:export"),
  page("data/imports/new", async () => (await import("../features/imports/NewImportPage.tsx")).NewImportPage, "imports:write"),
  page("data/imports/:import", async () => (await import("../features/imports/ImportPage.tsx")).ImportPage, "events:read"),
  page("data/feed", async () => (await import("../features/feed/FeedPage.tsx")).FeedPage, "events:read"),
  page("settings/workspace", async () => (await import("../features/settings/WorkspacePage.tsx")).WorkspacePage),
  page("settings/members", async () => (await import("../features/settings/MembersPage.tsx")).MembersPage, "members:manage"),
  page("settings/roles", async () => (await import("../features/settings/RolesPage.tsx")).RolesPage, "members:manage"),
  page("settings/security", async () => (await import("../features/settings/SecurityPage.tsx")).SecurityPage, "workspace:manage"),
  page("settings/keys", async () => (await import("../features/settings/KeysPage.tsx")).KeysPage, "keys:manage"),
  page("settings/privacy", async () => (await import("../features/privacy/PrivacyPage.tsx")).PrivacyPage, "people:read"),
  page("settings/doctor", async () => (await import("../features/doctor/DoctorPage.tsx")).DoctorPage, "workspace:manage"),
  page("settings/backups", async () => (await import("../features/backups/BackupsPage.tsx")).BackupsPage, "workspace:manage"),
  page("settings/audit", async () => (await import("../features/settings/AuditPage.tsx")).AuditPage, "audit:read"),
  page("settings/erasures", async () => (await import("../features/rights/ErasuresPage.tsx")).ErasuresPage, "people:erase"),
  page("settings/account", async () => (await import("../features/settings/AccountPage.tsx")).AccountPage),
  { path: "*", Component: NotFoundPage },
];

/** Every address of the console. Addresses inside a workspace name it, so that a copied link opens the same page for a colleague. */
export const router = createBrowserRouter([
  {
    ErrorBoundary: RouteCrash,
    HydrateFallback: () => null,
    children: [
      page("/sign-in/oidc", async () => (await import("../features/session/OidcReturnPage.tsx")).OidcReturnPage),
      page("/invite", async () => (await import("../features/session/InvitePage.tsx")).InvitePage),
      page("/sign-in", async () => (await import("../features/session/SignInPage.tsx")).SignInPage),
      {
        Component: RequireSession,
        children: [
          { index: true, Component: HomeRedirect },
          { path: "/start", Component: HomeRedirect },
          { path: "/w/:workspace", Component: WorkspaceFrame, children: [...pages] },
          { path: "*", Component: NotFoundPage },
        ],
      },
    ],
  },
]);
