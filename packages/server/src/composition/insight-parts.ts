import type { Use } from "@terrace/contract/api/segments";
import { queryNamesTrait, ruleNamesTrait } from "@terrace/domain/computed/trait-uses";
import type { Json } from "@terrace/domain/json";
import { namesMetric, segmentsInQuery } from "@terrace/domain/insight/boards/segments-in-query";
import { segmentsIn } from "@terrace/domain/segments/rule-order";
import type { AccessModule } from "../modules/access/module.ts";
import { ALERT_TEXTS, alertsNaming } from "../modules/alerts/module.ts";
import { BOARD_TEXTS, createBoards, type Boards } from "../modules/boards/module.ts";
import { eventNamesAmong, type Collect } from "../modules/collect/module.ts";
import { createExperiments, EXPERIMENT_TEXTS, experimentsNaming, type ExperimentsModule } from "../modules/experiments/module.ts";
import { FLAG_TEXTS, flagsNaming } from "../modules/flags/module.ts";
import { createInsight, INSIGHT_TEXTS, type Insight } from "../modules/insight/module.ts";
import { NOTICE_TEXTS } from "../modules/notify/module.ts";
import type { PeopleModule } from "../modules/people/module.ts";
import { programsNaming, REFERRAL_TEXTS } from "../modules/referrals/module.ts";
import { REPORT_TEXTS, reportsTelling } from "../modules/reports/module.ts";
import type { DenyList } from "../modules/rights/module.ts";
import { BROADCAST_TEXTS, broadcastsNaming } from "../modules/broadcasts/module.ts";
import { createSegments, SEGMENT_TEXTS, type SegmentsModule } from "../modules/segments/module.ts";
import { HOLDOUT_TEXTS } from "../modules/holdouts/module.ts";
import { TEMPLATE_TEXTS } from "../modules/templates/module.ts";
import { conditionsOf, dateTraitOf, JOURNEY_TEXTS, journeysNaming, segmentsNamed } from "../modules/journeys/module.ts";
import { createVerification, kindsNaming, VERIFICATION_TEXTS, type VerificationModule } from "../modules/verification/module.ts";
import { createTextHolder } from "../platform/personal-data/text-holder.ts";
import type { PersonalDataHolder } from "../platform/personal-data/holder.ts";
import { loadFeedLag } from "../platform/feed/feed.views.ts";
import type { Core } from "./core.ts";
import { flagsFor } from "./flags-and-experiments.ts";

type Ground = {
  readonly access: AccessModule;
  readonly collect: Collect;
  readonly people: PeopleModule;
  readonly denies: DenyList["denies"];
};

/** Figures, and the groups of people that they lead to. */
export type InsightParts = {
  readonly insight: Insight;
  readonly segments: SegmentsModule;
  readonly boards: Boards;
  readonly experiments: ExperimentsModule;
  readonly parts: readonly (ExperimentsModule | Insight | SegmentsModule | VerificationModule | Boards)[];
  /** Those that keep something about people. */
  readonly keepers: readonly (SegmentsModule | VerificationModule)[];
};

export function createInsightParts(core: Core, { access, collect, people, denies }: Ground): InsightParts {
  const { audit, workspace } = access;
  const insight = createInsight({
    ...core,
    audit,
    people,
    collect,
    workspace,
    feedStatus: () => loadFeedLag(core.db),
    denies,
    usesOfMetric: async (workspaceId, metric) => [
      ...(await boards.usesOfMetric(workspaceId, metric)),
      ...(await alertsNaming(core, workspaceId, (question) => namesMetric(question, metric))),
      ...(await reportsTelling(core, workspaceId, metric)),
    ],
  });
  const { peopleBehind, ask, businessEvents, scoreRfm, turnoverSql } = insight;
  const segments = createSegments({
    ...core,
    audit,
    personOf: people.personOf,
    clearIds: people.clearIds,
    timeZone: async (workspaceId) => (await workspace(workspaceId))?.timeZone ?? "UTC",
    virtualEvents: collect.virtualEvents.list,
    peopleBehind,
    businessEvents,
    scoreRfm,
    turnoverSql,
    ask,
    displayNames: people.displayNames,
    idsOfPeople: people.idsOfPeople,
    members: access.members,
    ...usesOf(core, { boards: () => boards, insight }),
  });
  const { meets, requireSegments } = segments;
  const verification = createVerification({ ...core, audit, people, meets, requireSegments });
  const boards: Boards = createBoards({
    ...core,
    audit,
    check: insight.check,
    metric: insight.metric,
    eventNamesAmong: (workspaceId, names) => eventNamesAmong(core.db, workspaceId, names),
    businessEvents: insight.businessEvents,
    segmentNames: segments.names,
  });
  const flags = flagsFor(core);
  const experiments = createExperiments({ ...core, audit, workspace, insight, flags });
  const parts = [experiments, insight, segments, verification, boards];
  return { insight, segments, boards, experiments, parts, keepers: [segments, verification] };
}

/** What would break without a segment, or without a trait that is reckoned. Boards ask segments for names, so they are made after them. */
function usesOf(core: Core, { boards, insight }: { readonly boards: () => Boards; readonly insight: Insight }) {
  return {
    usedBy: async (workspaceId: number, segmentId: string): Promise<readonly Use[]> => [
      ...(await boards().usesOfSegment(workspaceId, segmentId)),
      ...(await insight.usesOfSegment(workspaceId, segmentId)),
      ...(await alertsNaming(core, workspaceId, (question) => segmentsInQuery(question).includes(segmentId))),
      ...(await kindsNaming(core, workspaceId, (condition) => segmentsIn(condition).has(segmentId))),
      ...(await programsNaming(core, workspaceId, segmentId)),
      ...(await flagsNaming(core, workspaceId, segmentId)),
      ...(await experimentsNaming(core, workspaceId, (definition) => segmentsInQuery(definition).includes(segmentId))),
      ...(await journeysNaming(core, workspaceId, (definition) => segmentsNamed(definition).has(segmentId))),
      ...(await broadcastsNaming(core, workspaceId, ({ segment, without }) => segment === segmentId || without === segmentId)),
    ],
    traitUsedBy: async (workspaceId: number, trait: string, value?: string): Promise<readonly Use[]> => {
      const isNamed = (query: Json): boolean => queryNamesTrait(query, trait, value);
      return [
        ...(await boards().usesNaming(workspaceId, isNamed)),
        ...(await insight.usesNaming(workspaceId, isNamed)),
        ...(await alertsNaming(core, workspaceId, isNamed)),
        ...(await kindsNaming(core, workspaceId, (condition) => ruleNamesTrait(condition, trait, value))),
        ...(await experimentsNaming(core, workspaceId, isNamed)),
        ...(await journeysNaming(
          core,
          workspaceId,
          (definition) =>
            (value === undefined && dateTraitOf(definition) === trait) ||
            conditionsOf(definition).some((condition) => ruleNamesTrait(condition, trait, value)),
        )),
      ];
    },
  };
}

/** What is kept of figures is about many at once; only what names an erased person goes from it. */
export function insightTexts(core: Core): PersonalDataHolder {
  const places = [
    ...BOARD_TEXTS,
    ...SEGMENT_TEXTS,
    ...INSIGHT_TEXTS,
    ...EXPERIMENT_TEXTS,
    ...ALERT_TEXTS,
    ...REPORT_TEXTS,
    ...NOTICE_TEXTS,
    ...VERIFICATION_TEXTS,
    ...REFERRAL_TEXTS,
    ...HOLDOUT_TEXTS,
    ...JOURNEY_TEXTS,
    ...BROADCAST_TEXTS,
    ...FLAG_TEXTS,
    ...TEMPLATE_TEXTS,
  ];
  return createTextHolder(core, "insight_texts", places);
}
