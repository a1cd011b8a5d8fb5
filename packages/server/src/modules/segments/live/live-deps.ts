import type { VirtualEvent } from "@terrace/domain/event/virtual-event";
import type { Logger } from "pino";
import type { Warehouse } from "../../../platform/storage/clickhouse.ts";
import type { Db } from "../../../platform/storage/postgres.ts";
import type { PeopleModule } from "../../people/module.ts";
import type { PrivacyModule } from "../../privacy/module.ts";

/** What the engine of live segments works with. */
export type LiveDeps = {
  readonly db: Db;
  readonly warehouse: Warehouse;
  readonly privacy: Pick<PrivacyModule, "encryptPayload" | "decryptPayload" | "originId" | "tokenise">;
  /** Ids in clear: what is told of people goes by one of theirs. */
  readonly clearIds: PeopleModule["clearIds"];
  readonly timeZone: (workspaceId: number) => Promise<string>;
  readonly virtualEvents: (workspaceId: number) => Promise<readonly VirtualEvent[]>;
  readonly nowMs: () => number;
  readonly randomId: () => string;
  readonly log: Logger;
};
