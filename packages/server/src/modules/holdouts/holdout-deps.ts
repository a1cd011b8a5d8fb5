import type { Calendar } from "@terrace/domain/insight/time/calendar";
import type { Logger } from "pino";
import type { Db } from "../../platform/storage/postgres.ts";
import type { AccessModule } from "../access/module.ts";
import type { Insight } from "../insight/module.ts";
import type { PeopleModule } from "../people/module.ts";
import type { PrivacyModule } from "../privacy/module.ts";

export type HoldoutDeps = {
  readonly db: Db;
  readonly privacy: Pick<PrivacyModule, "encryptPayload" | "decryptPayload" | "originId">;
  readonly audit: AccessModule["audit"];
  readonly people: Pick<PeopleModule, "personOf" | "idsOfPeople" | "clearIdsIn" | "displayNames">;
  /** The days of a workspace. */
  readonly calendar: (workspaceId: number) => Promise<Calendar>;
  readonly insight: Pick<Insight, "run">;
  readonly nowMs: () => number;
  readonly log: Logger;
};
