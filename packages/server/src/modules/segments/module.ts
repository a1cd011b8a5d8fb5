import type { RouteHandler } from "../../platform/http/handler.ts";
import type { TextPlace } from "../../platform/personal-data/text-place.store.ts";
import type { Job } from "../../platform/jobs.ts";
import type { PersonalDataHolder } from "../../platform/personal-data/holder.ts";
import { copyMembers, loadUncopied } from "./member-copy.store.ts";
import { createSegmentHolder } from "./segment-holder.ts";
import { segmentRoutes } from "./segments.routes.ts";
import { findSegmentNames, loadSegmentsOf } from "./segment.store.ts";
import type { Figure } from "./segment-view.ts";
import type { SegmentDeps } from "./segment-deps.ts";

export type { Figure };

/** Groups of people with a name; so far snapshots. See docs/guides/segments.md. */
export type SegmentsModule = {
  readonly routes: readonly RouteHandler[];
  readonly jobs: readonly Job[];
  readonly holder: PersonalDataHolder;
  /** Ids and names of those of some segments that there are. */
  readonly names: (workspaceId: number, ids: readonly string[]) => Promise<ReadonlyMap<string, string>>;
  /** Ids of the segments in which one of a person's ids is: what `matchesPerson` asks for. */
  readonly segmentsOf: (workspaceId: number, originIds: readonly string[]) => Promise<ReadonlySet<string>>;
};

const COPY_EVERY_MS = 5_000;
const COPIED_AT_ONCE = 20;

export function createSegments(deps: SegmentDeps): SegmentsModule {
  const { db, nowMs } = deps;
  return {
    routes: segmentRoutes(deps),
    jobs: [
      {
        name: "segments.copy",
        everyMs: COPY_EVERY_MS,
        run: async () => {
          for (const segment of await loadUncopied(db, COPIED_AT_ONCE)) await copyMembers(deps, segment, new Date(nowMs()));
        },
      },
    ],
    holder: createSegmentHolder(deps),
    names: (workspaceId, ids) => findSegmentNames(db, workspaceId, ids),
    segmentsOf: async (workspaceId, originIds) => new Set((await loadSegmentsOf(db, workspaceId, originIds)).map(({ id }) => id)),
  };
}

/** Where people may be named in what segments were made from. */
export const SEGMENT_TEXTS: readonly TextPlace[] = [
  { table: "segment", column: "made_from", keys: ["segment_id"], form: "json" },
  { table: "segment", column: "name", keys: ["segment_id"], form: "clear" },
];
