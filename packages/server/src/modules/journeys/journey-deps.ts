import type { VirtualEvent } from "@terrace/domain/event/virtual-event";
import type { MessageChannel } from "@terrace/domain/messages/channel";
import type { MessageAsked } from "@terrace/domain/messages/message";
import type { Logger } from "pino";
import type { RouteContext } from "../../platform/http/handler.ts";
import type { Outbound } from "../../platform/outbound/outbound.ts";
import type { Warehouse } from "../../platform/storage/clickhouse.ts";
import type { Db, Tx } from "../../platform/storage/postgres.ts";
import type { AccessModule } from "../access/module.ts";
import type { Holdouts } from "../holdouts/module.ts";
import type { PeopleModule } from "../people/module.ts";
import type { PrivacyModule } from "../privacy/module.ts";
import type { MemberPlace } from "./schedule.store.ts";

export type JourneyDeps = {
  readonly db: Db;
  readonly warehouse: Warehouse;
  readonly privacy: Pick<PrivacyModule, "encryptPayload" | "decryptPayload" | "originId" | "tokenise">;
  readonly audit: AccessModule["audit"];
  readonly workspace: AccessModule["workspace"];
  readonly people: Pick<PeopleModule, "idsOfPeople" | "clearIdsIn" | "displayNames" | "personOf">;
  readonly virtualEvents: (workspaceId: number) => Promise<readonly VirtualEvent[]>;
  readonly isMarkedPersonal: (workspaceId: number, event: string, property: string) => boolean;
  /** Ids of the segments in which one of a person's ids is. */
  readonly segmentsOf: (workspaceId: number, originIds: readonly string[]) => Promise<ReadonlySet<string>>;
  readonly holdouts: Pick<Holdouts, "askIn">;
  /** By id, whether people enter and leave some segments by themselves. */
  readonly segmentsLive: (workspaceId: number, ids: readonly string[]) => Promise<ReadonlyMap<string, { readonly live: boolean }>>;
  /** Those who were in a segment at an instant and still are, in order of when they entered it, after one on. */
  readonly membersAt: (
    tx: Tx,
    workspaceId: number,
    segmentId: string,
    asked: { readonly atMs: number; readonly after: MemberPlace | undefined; readonly limit: number },
  ) => Promise<readonly (MemberPlace & { readonly personId: string })[]>;
  /** Asks for messages in the transaction of the step. */
  readonly askMessages: (tx: Tx, workspaceId: number, asked: readonly MessageAsked[]) => Promise<void>;
  /** Takes back what a journey, or one enrolment (`run`), asked for and what still waits; answers how many messages. */
  readonly cancelMessages: (
    tx: Tx,
    workspaceId: number,
    source: { readonly kind: "journey"; readonly id: string; readonly run?: string },
  ) => Promise<number>;
  /** By id, the channel of those of some templates of which something can be sent. */
  readonly sendable: (workspaceId: number, templates: readonly string[]) => Promise<ReadonlyMap<string, MessageChannel>>;
  /** Purposes of consent that are in use. */
  readonly purposes: (workspaceId: number) => Promise<ReadonlySet<string>>;
  readonly outbound: Pick<Outbound, "requireReleased">;
  /** Templates of the gallery, by key: those that are there already, the others made and published. Answers their ids. */
  readonly readyTemplates: (
    tx: Tx,
    context: RouteContext,
    asked: { readonly keys: readonly string[]; readonly language: "zh-cn" | "en" },
  ) => Promise<ReadonlyMap<string, string>>;
  readonly nowMs: () => number;
  readonly log: Logger;
};
