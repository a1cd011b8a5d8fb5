import type { Logger } from "pino";
import type { MailServer, SendMail } from "../../platform/mail/mailer.ts";
import type { Outbound } from "../../platform/outbound/outbound.ts";
import type { Db } from "../../platform/storage/postgres.ts";
import type { AccessModule } from "../access/module.ts";
import type { PrivacyModule } from "../privacy/module.ts";

export type NotifyDeps = {
  readonly db: Db;
  readonly privacy: Pick<PrivacyModule, "encryptPayload" | "decryptPayload">;
  readonly audit: AccessModule["audit"];
  readonly outbound: Outbound;
  readonly sendMail: SendMail;
  /** The mail server of the installation, for workspaces without one of their own. */
  readonly mailServer: MailServer | undefined;
  readonly nowMs: () => number;
  readonly randomId: () => string;
  readonly randomBytes: (count: number) => Uint8Array;
  /** A number in [0, 1). */
  readonly chance: () => number;
  readonly log: Logger;
};
