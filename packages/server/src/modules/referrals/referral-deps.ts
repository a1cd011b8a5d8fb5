import type { FeedEvent } from "@terrace/domain/event/feed-event";
import type { VirtualEvent } from "@terrace/domain/event/virtual-event";
import type { Logger } from "pino";
import type { Warehouse } from "../../platform/storage/clickhouse.ts";
import type { Db } from "../../platform/storage/postgres.ts";
import type { AccessModule } from "../access/module.ts";
import type { PeopleModule } from "../people/module.ts";
import type { PrivacyModule } from "../privacy/module.ts";

export type ReferralDeps = {
  readonly db: Db;
  readonly warehouse: Warehouse;
  readonly privacy: Pick<PrivacyModule, "encryptPayload" | "decryptPayload" | "originId" | "tokenise">;
  readonly audit: AccessModule["audit"];
  readonly workspace: AccessModule["workspace"];
  readonly people: Pick<PeopleModule, "personOf" | "displayNames" | "clearIds" | "owners">;
  readonly virtualEvents: (workspaceId: number) => Promise<readonly VirtualEvent[]>;
  /** Ids of the segments in which one of a person's ids is. */
  readonly segmentsOf: (workspaceId: number, originIds: readonly string[]) => Promise<ReadonlySet<string>>;
  /** Ids and names of those of some segments that there are. */
  readonly segmentNames: (workspaceId: number, ids: readonly string[]) => Promise<ReadonlyMap<string, string>>;
  /** Whether an id is of somebody who was erased. */
  readonly denies: (workspaceId: number, originId: string) => boolean;
  /** Resolved once the events are committed to the feed. */
  readonly accept: (events: readonly FeedEvent[]) => Promise<void>;
  readonly nowMs: () => number;
  readonly randomId: () => string;
  readonly randomBytes: (count: number) => Uint8Array;
  readonly log: Logger;
};
