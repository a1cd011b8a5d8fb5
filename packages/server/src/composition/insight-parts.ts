import type { AccessModule } from "../modules/access/module.ts";
import { createBoards, type Boards } from "../modules/boards/module.ts";
import type { Collect } from "../modules/collect/module.ts";
import { createInsight, type Insight } from "../modules/insight/module.ts";
import type { PeopleModule } from "../modules/people/module.ts";
import type { DenyList } from "../modules/rights/module.ts";
import { createSegments, type SegmentsModule } from "../modules/segments/module.ts";
import { loadFeedLag } from "../platform/feed/feed.views.ts";
import type { Core } from "./core.ts";

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
  readonly parts: readonly (Insight | SegmentsModule | Boards)[];
};

export function createInsightParts(core: Core, { access, collect, people, denies }: Ground): InsightParts {
  const { audit, workspace } = access;
  const insight = createInsight({ ...core, audit, people, collect, workspace, feedStatus: () => loadFeedLag(core.db), denies });
  const { peopleBehind } = insight;
  const segments = createSegments({
    ...core,
    audit,
    personOf: people.personOf,
    peopleBehind,
    usedBy: (...used) => boards.usesOfSegment(...used),
  });
  const boards: Boards = createBoards({
    ...core,
    audit,
    check: insight.check,
    businessEvents: insight.businessEvents,
    segmentNames: segments.names,
  });
  return { insight, segments, boards, parts: [insight, segments, boards] };
}
