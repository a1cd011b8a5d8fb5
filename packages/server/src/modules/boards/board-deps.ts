import type { Db } from "../../platform/storage/postgres.ts";
import type { AccessModule } from "../access/module.ts";
import type { Insight } from "../insight/module.ts";
import type { PrivacyModule } from "../privacy/module.ts";
import type { SegmentsModule } from "../segments/module.ts";

export type BoardDeps = {
  readonly db: Db;
  readonly privacy: Pick<PrivacyModule, "encryptPayload" | "decryptPayload">;
  readonly audit: AccessModule["audit"];
  /** Reads a question that is to be kept: throws the faults of its analysis. */
  readonly check: Insight["check"];
  readonly segmentNames: SegmentsModule["names"];
  readonly metric: Insight["metric"];
  /** Which of some names events ever came by. */
  readonly eventNamesAmong: (workspaceId: number, names: readonly string[]) => Promise<ReadonlySet<string>>;
  readonly businessEvents: Insight["businessEvents"];
  readonly nowMs: () => number;
};
