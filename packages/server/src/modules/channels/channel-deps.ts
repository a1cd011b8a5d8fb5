import type { Receipt, ReceiptFrom } from "@terrace/domain/messages/receipt";
import type { Logger } from "pino";
import type { MailLines } from "../../platform/mail/mail-lines.ts";
import type { Outbound } from "../../platform/outbound/outbound.ts";
import type { Db } from "../../platform/storage/postgres.ts";
import type { AccessModule } from "../access/module.ts";
import type { PrivacyModule } from "../privacy/module.ts";

export type ChannelDeps = {
  readonly db: Db;
  readonly privacy: Pick<PrivacyModule, "encryptPayload" | "decryptPayload">;
  readonly audit: AccessModule["audit"];
  readonly outbound: Outbound;
  readonly mailLines: MailLines;
  /** The address that providers post receipts to, as far as it is known. */
  readonly publicUrl: string | undefined;
  /** Told what providers report of messages; resolved once it is kept. */
  readonly onReceipt: (workspaceId: number, from: ReceiptFrom, receipts: readonly Receipt[]) => Promise<void>;
  readonly nowMs: () => number;
  readonly randomId: () => string;
  readonly randomBytes: (count: number) => Uint8Array;
  readonly log: Logger;
};
