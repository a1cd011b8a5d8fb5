import type { Logger } from "pino";
import type { Db } from "../../platform/storage/postgres.ts";
import type { AccessModule } from "../access/module.ts";
import type { Insight } from "../insight/module.ts";
import type { NotifyModule } from "../notify/module.ts";
import type { PrivacyModule } from "../privacy/module.ts";

export type AlertDeps = {
  readonly db: Db;
  readonly privacy: Pick<PrivacyModule, "encryptPayload" | "decryptPayload">;
  readonly audit: AccessModule["audit"];
  readonly workspace: AccessModule["workspace"];
  readonly isMemberMail: AccessModule["isMemberMail"];
  readonly insight: Pick<Insight, "runKept">;
  readonly notify: Pick<NotifyModule, "queue" | "queueMemberMail" | "languagesOf">;
  readonly publicUrl: string | undefined;
  readonly nowMs: () => number;
  readonly log: Logger;
};
