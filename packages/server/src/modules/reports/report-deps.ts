import type { Logger } from "pino";
import type { Db } from "../../platform/storage/postgres.ts";
import type { AccessModule } from "../access/module.ts";
import type { Boards } from "../boards/module.ts";
import type { Insight } from "../insight/module.ts";
import type { NotifyModule } from "../notify/module.ts";
import type { PrivacyModule } from "../privacy/module.ts";

export type ReportDeps = {
  readonly db: Db;
  readonly privacy: Pick<PrivacyModule, "encryptPayload" | "decryptPayload">;
  readonly audit: AccessModule["audit"];
  readonly workspace: AccessModule["workspace"];
  readonly insight: Pick<Insight, "run" | "notes">;
  readonly notify: Pick<NotifyModule, "queue" | "languagesOf">;
  /** What a metric is to reach in the period that begins on a local date. */
  readonly goalAt: Boards["goalAt"];
  /** How old the oldest event is that cannot be queried yet. */
  readonly lagSeconds: () => Promise<number>;
  /** The address people use, when it is known; links in messages lead there. */
  readonly publicUrl: string | undefined;
  readonly nowMs: () => number;
  readonly log: Logger;
};
