import type { Use } from "@terrace/contract/api/segments";
import type { Logger } from "pino";
import type { RouteContext } from "../../platform/http/handler.ts";
import type { Warehouse } from "../../platform/storage/clickhouse.ts";
import type { Db } from "../../platform/storage/postgres.ts";
import type { AccessModule } from "../access/module.ts";
import type { PeopleModule } from "../people/module.ts";
import type { SegmentCipher } from "./segment-view.ts";

export type SegmentDeps = {
  readonly db: Db;
  readonly warehouse: Warehouse;
  readonly privacy: SegmentCipher;
  readonly audit: AccessModule["audit"];
  readonly personOf: PeopleModule["personOf"];
  /** The people behind a cell of an analysis (`body` holds it), some ids at a time. Throws when there is no such analysis or cell. */
  readonly peopleBehind: (kind: string, body: unknown, context: RouteContext) => AsyncIterable<readonly string[]>;
  /** What would break without a segment. */
  readonly usedBy: (workspaceId: number, segmentId: string) => Promise<readonly Use[]>;
  readonly nowMs: () => number;
  readonly log: Logger;
};
