import type { Logger } from "pino";
import type { Db } from "../../platform/storage/postgres.ts";
import type { AccessModule } from "../access/module.ts";
import type { Insight } from "../insight/module.ts";
import type { PrivacyModule } from "../privacy/module.ts";

export type ExperimentDeps = {
  readonly db: Db;
  readonly privacy: Pick<PrivacyModule, "encryptPayload" | "decryptPayload">;
  readonly audit: AccessModule["audit"];
  readonly workspace: AccessModule["workspace"];
  readonly insight: Pick<Insight, "run">;
  readonly nowMs: () => number;
  readonly log: Logger;
};
