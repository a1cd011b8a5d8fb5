import type { MessageAsked } from "@terrace/domain/messages/message";
import type { Logger } from "pino";
import type { Outbound } from "../../platform/outbound/outbound.ts";
import type { Warehouse } from "../../platform/storage/clickhouse.ts";
import type { Db, Tx } from "../../platform/storage/postgres.ts";
import type { AccessModule } from "../access/module.ts";
import type { PeopleModule } from "../people/module.ts";
import type { PrivacyModule } from "../privacy/module.ts";
import type { SegmentsModule } from "../segments/module.ts";

/** What is told of a template. */
export type TemplateTold = {
  readonly channel: string;
  readonly publishedVersion: number | null;
  readonly transactional: boolean;
  readonly archived: boolean;
};
/** What a broadcast asks messages by. */
export type BroadcastSource = { readonly kind: "broadcast"; readonly id: string };
/** Messages of a source that stand alike. */
export type StateCount = { readonly part: string; readonly state: string; readonly reason: string; readonly messages: number };

/** What broadcasts need of the messages that they ask for. */
export type BroadcastMessages = {
  readonly ask: (tx: Tx, workspaceId: number, asked: readonly MessageAsked[]) => Promise<unknown>;
  readonly cancel: (tx: Tx, workspaceId: number, source: BroadcastSource) => Promise<number>;
  readonly states: (
    tx: Tx,
    workspaceId: number,
    keys: readonly string[],
  ) => Promise<readonly { readonly key: string; readonly state: string }[]>;
  /** How many of a source are due by an instant and wait; no more than `most` are counted. */
  readonly waiting: (
    tx: Tx,
    workspaceId: number,
    source: BroadcastSource,
    by: { readonly due: Date; readonly most: number },
  ) => Promise<number>;
  readonly counts: (db: Db, workspaceId: number, source: BroadcastSource) => Promise<readonly StateCount[]>;
};

export type BroadcastDeps = {
  readonly db: Db;
  readonly warehouse: Warehouse;
  readonly privacy: Pick<PrivacyModule, "encryptPayload" | "decryptPayload">;
  readonly audit: AccessModule["audit"];
  readonly workspace: AccessModule["workspace"];
  readonly people: Pick<PeopleModule, "idsOfPeople">;
  readonly segments: Pick<SegmentsModule, "names" | "membersOf">;
  readonly templates: (sql: Db | Tx, workspaceId: number, ids: readonly string[]) => Promise<ReadonlyMap<string, TemplateTold>>;
  /** Keys of the purposes of consent. */
  readonly purposes: (workspaceId: number) => Promise<ReadonlySet<string>>;
  readonly messages: BroadcastMessages;
  readonly outbound: Pick<Outbound, "requireReleased">;
  readonly nowMs: () => number;
  readonly log: Logger;
};
