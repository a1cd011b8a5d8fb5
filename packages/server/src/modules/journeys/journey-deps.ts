import type { VirtualEvent } from "@terrace/domain/event/virtual-event";
import type { MessageAsked } from "@terrace/domain/messages/message";
import type { Logger } from "pino";
import type { Outbound } from "../../platform/outbound/outbound.ts";
import type { Warehouse } from "../../platform/storage/clickhouse.ts";
import type { Db, Tx } from "../../platform/storage/postgres.ts";
import type { AccessModule } from "../access/module.ts";
import type { Holdouts } from "../holdouts/module.ts";
import type { PeopleModule } from "../people/module.ts";
import type { PrivacyModule } from "../privacy/module.ts";

export type JourneyDeps = {
  readonly db: Db;
  readonly warehouse: Warehouse;
  readonly privacy: Pick<PrivacyModule, "encryptPayload" | "decryptPayload" | "originId" | "tokenise">;
  readonly audit: AccessModule["audit"];
  readonly workspace: AccessModule["workspace"];
  readonly people: Pick<PeopleModule, "idsOfPeople" | "clearIds" | "displayNames">;
  readonly virtualEvents: (workspaceId: number) => Promise<readonly VirtualEvent[]>;
  readonly isMarkedPersonal: (workspaceId: number, event: string, property: string) => boolean;
  /** Ids of the segments in which one of a person's ids is. */
  readonly segmentsOf: (workspaceId: number, originIds: readonly string[]) => Promise<ReadonlySet<string>>;
  readonly holdouts: Pick<Holdouts, "ask">;
  /** By id, whether people enter and leave some segments by themselves. */
  readonly segmentsLive: (workspaceId: number, ids: readonly string[]) => Promise<ReadonlyMap<string, { readonly live: boolean }>>;
  /** Asks for messages in the transaction of the step; without it a journey with messages cannot go live. */
  readonly askMessages?: (tx: Tx, workspaceId: number, asked: readonly MessageAsked[]) => Promise<void>;
  readonly outbound: Pick<Outbound, "requireReleased">;
  readonly nowMs: () => number;
  readonly log: Logger;
};
