import type { MessageChannel } from "@terrace/domain/messages/channel";
import type { MessageAsked } from "@terrace/domain/messages/message";
import type { Receipt, ReceiptFrom } from "@terrace/domain/messages/receipt";
import type { Logger } from "pino";
import type { Db, Tx } from "../../platform/storage/postgres.ts";
import type { AccessModule } from "../access/module.ts";
import type { ConsentModule } from "../consent/module.ts";
import type { PeopleModule } from "../people/module.ts";
import type { PrivacyModule } from "../privacy/module.ts";

/** What the links in messages need of what sends them. */
export type LinkDeps = {
  readonly db: Db;
  readonly privacy: Pick<PrivacyModule, "sealToken" | "openToken" | "originId">;
  readonly audit: AccessModule["audit"];
  readonly people: Pick<PeopleModule, "speakOf" | "personOf">;
  readonly consent: Pick<ConsentModule, "own">;
  /** Whether what is sent on a channel goes to a sandbox and reaches nobody. */
  readonly isSandbox: (workspaceId: number, channel: MessageChannel) => Promise<boolean>;
  /** The address people use; without it nobody could follow a link. */
  readonly publicUrl: string | undefined;
  /** What the business calls itself; undefined when there is no such workspace (any more). */
  readonly nameOf: (workspaceId: number) => Promise<string | undefined>;
  /** Channels of consent on which the workspace can reach people. */
  readonly channelsOf: (workspaceId: number) => Promise<readonly string[]>;
  readonly takeReceipts: (workspaceId: number, from: ReceiptFrom, receipts: readonly Receipt[]) => Promise<number>;
  readonly askMessages: (tx: Tx, workspaceId: number, asked: readonly MessageAsked[]) => Promise<unknown>;
  /** Whether a template is a mail that is in force and that the person asked for; undefined when there is none. */
  readonly templateOf: (
    workspaceId: number,
    template: string,
  ) => Promise<{ readonly channel: string; readonly published: boolean; readonly transactional: boolean } | undefined>;
  readonly nowMs: () => number;
  readonly log: Logger;
};
