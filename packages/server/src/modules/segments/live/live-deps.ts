import type { EventSelector } from "@terrace/domain/conditions/condition";
import type { RfmScores } from "@terrace/domain/insight/rfm/rfm-classes";
import type { VirtualEvent } from "@terrace/domain/event/virtual-event";
import type { Logger } from "pino";
import type { Warehouse } from "../../../platform/storage/clickhouse.ts";
import type { Db } from "../../../platform/storage/postgres.ts";
import type { PeopleModule } from "../../people/module.ts";
import type { PrivacyModule } from "../../privacy/module.ts";

/** How everyone is scored by RFM, as the analysis takes it. */
export type RfmScoring = {
  readonly lookbackDays: number;
  readonly orders?: EventSelector | undefined;
  readonly refunds?: EventSelector | undefined;
  readonly scores: number;
  readonly thresholds?:
    { readonly recencyDays: readonly number[]; readonly frequency: readonly number[]; readonly monetary: readonly number[] } | undefined;
};
/** Who has which scores at the beginning of the local day: people by their ids, with commas between them. */
export type ScoredPeople = { readonly atMs: number; readonly people: readonly (RfmScores & { readonly ids: string })[] };

/** What the engine of live segments works with. */
export type LiveDeps = {
  readonly db: Db;
  readonly warehouse: Warehouse;
  readonly privacy: Pick<PrivacyModule, "encryptPayload" | "decryptPayload" | "originId" | "tokenise">;
  /** Ids in clear: what is told of people goes by one of theirs. */
  readonly clearIds: PeopleModule["clearIds"];
  readonly timeZone: (workspaceId: number) => Promise<string>;
  readonly virtualEvents: (workspaceId: number) => Promise<readonly VirtualEvent[]>;
  /** Everyone's RFM scores at the beginning of the local day. */
  readonly scoreRfm: (workspaceId: number, scoring: RfmScoring, signal: AbortSignal) => Promise<ScoredPeople>;
  readonly nowMs: () => number;
  readonly randomId: () => string;
  readonly log: Logger;
};
