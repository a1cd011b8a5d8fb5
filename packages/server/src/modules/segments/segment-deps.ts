import type { Use } from "@terrace/contract/api/segments";
import type { RouteContext } from "../../platform/http/handler.ts";
import type { AccessModule } from "../access/module.ts";
import type { PeopleModule } from "../people/module.ts";
import type { LiveDeps } from "./live/live-deps.ts";

export type SegmentDeps = LiveDeps & {
  readonly audit: AccessModule["audit"];
  readonly personOf: PeopleModule["personOf"];
  /** The people behind a cell of an analysis (`body` holds it), some ids at a time. Throws when there is no such analysis or cell. */
  readonly peopleBehind: (kind: string, body: unknown, context: RouteContext) => AsyncIterable<readonly string[]>;
  /** What would break without a segment, besides other segments. */
  readonly usedBy: (workspaceId: number, segmentId: string) => Promise<readonly Use[]>;
};
