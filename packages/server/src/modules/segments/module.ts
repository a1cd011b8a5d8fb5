import type { RouteHandler } from "../../platform/http/handler.ts";
import type { TextPlace } from "../../platform/personal-data/text-place.store.ts";
import type { Reaction } from "../../platform/feed/reactor.ts";
import type { Job } from "../../platform/jobs.ts";
import type { Loop } from "../../platform/loops.ts";
import type { PersonalDataHolder } from "../../platform/personal-data/holder.ts";
import type { RouteContext } from "../../platform/http/handler.ts";
import type { Tx } from "../../platform/storage/postgres.ts";
import type { PersonCondition } from "@terrace/domain/conditions/condition";
import { meetsNow } from "./estimate.views.ts";
import { requireSegments } from "./rule.commands.ts";
import { classRoutes } from "./classes/class.routes.ts";
import { computedTraitRoutes } from "./computed/computed.routes.ts";
import { recount } from "./live/retrack.ts";
import { createLate, type Late } from "./late.ts";
import { createLiveEngine, type LiveEngine } from "./live/live-engine.ts";
import type { Lag } from "./live/write-changes.ts";
import { createKeeper } from "./pyramids/keep.ts";
import type { PyramidActor } from "./pyramids/pyramid.commands.ts";
import { pyramidRoutes } from "./pyramids/pyramid.routes.ts";
import { switchOnPyramid, type PyramidOrder } from "./pyramids/switch-on.ts";
import { membersOf } from "./members.views.ts";
import { loadMembersAt } from "./member-pages.views.ts";
import { copyMembers, loadUncopied } from "./member-copy.store.ts";
import { createSegmentHolder } from "./segment-holder.ts";
import { rfmTraitsRoutes } from "./rfm/rfm.routes.ts";
import { segmentRoutes } from "./segments.routes.ts";
import { sealClearNotes } from "./pyramids/appointment-note.ts";
import { tagRuleRoutes } from "./tag-rules/tag-rule.routes.ts";
import { templateRoutes } from "./templates/template.routes.ts";
import { findSegmentNames, findSegmentsLive, loadSegmentsOf } from "./segment.store.ts";
import type { Figure } from "./segment-view.ts";
import type { SegmentDeps } from "./segment-deps.ts";

export type { Figure, Lag };

/** Groups of people with a name: snapshots, and whoever meets a rule. See docs/guides/segments.md. */
export type SegmentsModule = {
  readonly routes: readonly RouteHandler[];
  readonly jobs: readonly Job[];
  readonly reaction: Reaction;
  readonly loops: readonly Loop[];
  /** Has what live segments ask for counted anew: events were taken away. */
  readonly recount: (tx: Tx, workspaceId: number) => Promise<void>;
  /** Switches the pyramid of a template on, with people at its top; nothing where the workspace has one. */
  readonly switchOnPyramid: (who: PyramidActor, order: PyramidOrder) => Promise<void>;
  /** Told of every batch of people that was evaluated. */
  readonly onEvaluated: LiveEngine["onEvaluated"];
  /** How late the server is with what it keeps of people. */
  readonly late: () => Promise<Late>;
  readonly holder: PersonalDataHolder;
  /** Ids and names of those of some segments that there are. */
  readonly names: (workspaceId: number, ids: readonly string[]) => Promise<ReadonlyMap<string, string>>;
  /** By id, whether people enter and leave some segments by themselves; those that are not there are left out. */
  readonly liveAmong: (workspaceId: number, ids: readonly string[]) => Promise<ReadonlyMap<string, { readonly live: boolean }>>;
  /** Those who were in a segment at an instant and still are, in order of when they entered it, after one on. */
  readonly membersAt: typeof loadMembersAt;
  /** Ids of the segments in which one of a person's ids is: what `matchesPerson` asks for. */
  readonly segmentsOf: (workspaceId: number, originIds: readonly string[]) => Promise<ReadonlySet<string>>;
  /** A query, to be part of another one, of who is in a segment and not in another: `person_id`, and one of their ids as `origin_id`. */
  readonly membersOf: typeof membersOf;
  /** Whether somebody meets a condition now, by what analyses know. */
  readonly meets: (context: RouteContext, condition: PersonCondition, personId: string) => Promise<boolean>;
  /** Throws `condition.no_such_segment` under a field when a condition names a segment that is not there. */
  readonly requireSegments: (workspaceId: number, condition: PersonCondition, field: string) => Promise<void>;
};

const COPY_EVERY_MS = 5_000;
const COPIED_AT_ONCE = 20;
const SEAL_EVERY_MS = 60_000;

export function createSegments(deps: SegmentDeps): SegmentsModule {
  const { db, nowMs } = deps;
  const { reaction, loops, onEvaluated } = createLiveEngine(deps);
  const keeper = createKeeper(deps);
  return {
    reaction,
    loops: [...loops, keeper],
    onEvaluated,
    late: createLate(deps),
    recount: (tx, workspaceId) => recount(deps, tx, workspaceId),
    switchOnPyramid: (who, order) => switchOnPyramid(deps, who, order),
    routes: [
      ...segmentRoutes(deps),
      ...tagRuleRoutes(deps),
      ...classRoutes(deps),
      ...computedTraitRoutes(deps),
      ...rfmTraitsRoutes(deps),
      ...pyramidRoutes(deps),
      ...templateRoutes(deps),
    ],
    jobs: [
      {
        name: "segments.copy",
        everyMs: COPY_EVERY_MS,
        run: async () => {
          for (const segment of await loadUncopied(db, COPIED_AT_ONCE)) await copyMembers(deps, segment, new Date(nowMs()));
        },
      },
      {
        name: "segments.seal_notes",
        everyMs: SEAL_EVERY_MS,
        run: async () => {
          await sealClearNotes(deps);
        },
      },
    ],
    holder: createSegmentHolder(deps),
    liveAmong: (workspaceId, ids) => findSegmentsLive(db, workspaceId, ids),
    membersAt: loadMembersAt,
    names: (workspaceId, ids) => findSegmentNames(db, workspaceId, ids),
    meets: async (context, condition, personId) =>
      (
        await deps.ask({ kind: "condition_of_person", body: { condition, personId } }, context, (tools, read) =>
          meetsNow({ tools, read }, condition, personId),
        )
      ).answer,
    requireSegments: (workspaceId, condition, field) => requireSegments(db, workspaceId, condition, field),
    membersOf,
    segmentsOf: async (workspaceId, originIds) => new Set((await loadSegmentsOf(db, workspaceId, originIds)).map(({ id }) => id)),
  };
}

/** Where people may be named in what segments were made from. */
export const SEGMENT_TEXTS: readonly TextPlace[] = [
  { table: "segment", column: "made_from", keys: ["segment_id"], form: "json" },
  { table: "segment", column: "name", keys: ["segment_id"], form: "clear" },
  { table: "segment_rule", column: "condition", keys: ["segment_id"], form: "json" },
  { table: "condition_template", column: "rule", keys: ["template_id"], form: "json" },
  { table: "condition_template", column: "name", keys: ["template_id"], form: "clear" },
  { table: "condition_template", column: "note", keys: ["template_id"], form: "clear" },
  { table: "rfm_scoring", column: "spec", keys: ["workspace_id"], form: "json" },
  { table: "segment_standing", column: "spec", keys: ["segment_id"], form: "json" },
  { table: "segment_tracker", column: "spec", keys: ["tracker_id"], form: "json" },
  { table: "class_value", column: "condition", keys: ["segment_id"], form: "json" },
  { table: "computed_trait", column: "definition", keys: ["trait_id"], form: "json" },
  { table: "computed_trait", column: "name_zh", keys: ["trait_id"], form: "clear" },
  { table: "computed_trait", column: "name_en", keys: ["trait_id"], form: "clear" },
  { table: "pyramid", column: "definition", keys: ["pyramid_id"], form: "json" },
  { table: "pyramid_appointment", column: "note", keys: ["appointment_id"], form: "clear" },
  { table: "pyramid_appointment", column: "sealed_note", keys: ["appointment_id"], form: "text" },
  { table: "person_class", column: "name", keys: ["class_id"], form: "clear" },
];
