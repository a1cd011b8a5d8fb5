import type { useSchema } from "@terrace/contract/api/segments";
import type { Logger } from "pino";
import type { z } from "zod";
import type { RouteContext, RouteHandler } from "../../platform/http/handler.ts";
import type { Job } from "../../platform/jobs.ts";
import type { PersonalDataHolder } from "../../platform/personal-data/holder.ts";
import type { Warehouse } from "../../platform/storage/clickhouse.ts";
import type { Db } from "../../platform/storage/postgres.ts";
import type { AccessModule } from "../access/module.ts";
import type { PeopleModule } from "../people/module.ts";
import { copyMembers, loadUncopied } from "./member-copy.store.ts";
import { createSegmentHolder } from "./segment-holder.ts";
import { segmentRoutes } from "./segments.routes.ts";
import { findSegmentNames, loadSegmentsOf } from "./segment.store.ts";
import type { Figure, SegmentCipher } from "./segment-view.ts";

export type SegmentUse = z.output<typeof useSchema>;
export type { Figure };

export type SegmentDeps = {
  readonly db: Db;
  readonly warehouse: Warehouse;
  readonly privacy: SegmentCipher;
  readonly audit: AccessModule["audit"];
  readonly personOf: PeopleModule["personOf"];
  /** The people behind a cell of an analysis (`body` holds it), some ids at a time. Throws when there is no such analysis or cell. */
  readonly peopleBehind: (kind: string, body: unknown, context: RouteContext) => AsyncIterable<readonly string[]>;
  /** What would break without a segment. */
  readonly usedBy: (workspaceId: number, segmentId: string) => Promise<readonly SegmentUse[]>;
  readonly nowMs: () => number;
  readonly log: Logger;
};

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
