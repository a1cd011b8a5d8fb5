import type { MessageAsked, MessageSource } from "@terrace/domain/messages/message";
import type { Receipt, ReceiptFrom } from "@terrace/domain/messages/receipt";
import type { RouteHandler } from "../../platform/http/handler.ts";
import type { Job } from "../../platform/jobs.ts";
import type { Loop } from "../../platform/loops.ts";
import type { PersonalDataHolder } from "../../platform/personal-data/holder.ts";
import type { Tx } from "../../platform/storage/postgres.ts";
import { askFor } from "./ask.ts";
import { cancelOf, countStates, countWaiting, loadStates, type AskedState } from "./ask.store.ts";
import { deleteEnded } from "./keep.store.ts";
import { createMessageHolder } from "./message-holder.ts";
import type { MessageDeps } from "./messages-deps.ts";
import { decisionRoutes } from "./decision.routes.ts";
import type { GovernedDeps } from "./governed-deps.ts";
import { createOutbox } from "./outbox.ts";
import { recordRoutes } from "./record.routes.ts";
import { messageRoutes } from "./message.routes.ts";
import { takeReceipts } from "./receipts.ts";
import { tryRoutes } from "./try.routes.ts";

export type { AskedState } from "./ask.store.ts";
export { endRestored } from "./keep.store.ts";
export type { Carrier, Content, Provider, RenderAsked, TemplateAsked, TemplateFacts } from "./messages-deps.ts";

/** Messages to people: asked for once, decided when due, handed over effectively once. See docs/guides/messages.md. */
export type Messages = {
  /** Asks for messages in the transaction of what asks; answers the keys that were new. Throws when something asked for breaks the limits of `MessageAsked`. */
  readonly ask: (tx: Tx, workspaceId: number, asked: readonly MessageAsked[]) => Promise<readonly string[]>;
  /** Takes back what a source asked for and still waits; without a run all of it. Answers how many. */
  readonly cancel: (tx: Tx, workspaceId: number, source: Pick<MessageSource, "kind" | "id"> & { readonly run?: string }) => Promise<number>;
  /** How many messages of a source are due by an instant and wait; no more than `most` are counted. */
  readonly waiting: typeof countWaiting;
  /** Where the messages of a source stand, and why. */
  readonly counts: typeof countStates;
  readonly states: (tx: Tx, workspaceId: number, keys: readonly string[]) => Promise<readonly AskedState[]>;
  /** Takes in what a provider, or a link, tells of messages that it carried, each thing once; answers how many receipts named a message. */
  readonly takeReceipts: (workspaceId: number, from: ReceiptFrom, receipts: readonly Receipt[]) => Promise<number>;
  readonly routes: readonly RouteHandler[];
  readonly loops: readonly Loop[];
  readonly jobs: readonly Job[];
  readonly holder: PersonalDataHolder;
  readonly stop: () => Promise<void>;
};

const TIDY_EVERY_MS = 600_000;
const TIDY_ROWS = 2_000;
/** How long the record of a message is kept after its end; longer than any rule looks back. */
const KEEP_MS = 180 * 86_400_000;

/** The record of messages, what was decided about them, and what would be: a message may be tried on somebody. */
export function governedRoutes(deps: GovernedDeps): readonly RouteHandler[] {
  return [...tryRoutes(deps), ...decisionRoutes(deps), ...recordRoutes(deps)];
}

export function createMessages(deps: MessageDeps): Messages {
  const outbox = createOutbox(deps);
  return {
    ask: (tx, workspaceId, asked) => askFor(deps, tx, workspaceId, asked),
    cancel: (tx, workspaceId, { kind, id, run }) => cancelOf(tx, workspaceId, { kind, id, run }, new Date(deps.nowMs())),
    waiting: countWaiting,
    counts: countStates,
    states: loadStates,
    takeReceipts: (workspaceId, from, receipts) => takeReceipts(deps, workspaceId, from, receipts),
    routes: messageRoutes(deps),
    holder: createMessageHolder(deps),
    jobs: [
      {
        name: "messages.tidy",
        everyMs: TIDY_EVERY_MS,
        run: async () => {
          while ((await deleteEnded(deps.db, new Date(deps.nowMs() - KEEP_MS), TIDY_ROWS)) === TIDY_ROWS);
        },
      },
    ],
    loops: [{ name: "messages.send", step: outbox.step }],
    stop: outbox.stop,
  };
}
