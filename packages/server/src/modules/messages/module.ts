import type { MessageAsked, MessageSource } from "@terrace/domain/messages/message";
import type { Receipt } from "@terrace/domain/messages/receipt";
import type { Job } from "../../platform/jobs.ts";
import type { Loop } from "../../platform/loops.ts";
import type { PersonalDataHolder } from "../../platform/personal-data/holder.ts";
import type { Tx } from "../../platform/storage/postgres.ts";
import { cancelOf, insertMessages, loadStates, type AskedState } from "./ask.store.ts";
import { deleteEnded } from "./keep.store.ts";
import { createMessageHolder } from "./message-holder.ts";
import type { MessageDeps } from "./messages-deps.ts";
import { createOutbox } from "./outbox.ts";
import { takeReceipts } from "./receipts.ts";

export type { AskedState } from "./ask.store.ts";
export type { Carrier, Content, Provider, RenderAsked } from "./messages-deps.ts";

/** Messages to people: asked for once, decided when due, handed over effectively once. See docs/guides/messages.md. */
export type Messages = {
  /** Asks for messages in the transaction of what asks; answers the keys that were new. Throws when something asked for breaks the limits of `MessageAsked`. */
  readonly ask: (tx: Tx, workspaceId: number, asked: readonly MessageAsked[]) => Promise<readonly string[]>;
  /** Takes back what a source asked for and still waits; without a run all of it. Answers how many. */
  readonly cancel: (tx: Tx, workspaceId: number, source: Pick<MessageSource, "kind" | "id"> & { readonly run?: string }) => Promise<number>;
  readonly states: (tx: Tx, workspaceId: number, keys: readonly string[]) => Promise<readonly AskedState[]>;
  /** Takes in what a provider tells of messages, each thing once; answers how many receipts named a message. */
  readonly takeReceipts: (workspaceId: number, receipts: readonly Receipt[]) => Promise<number>;
  readonly loops: readonly Loop[];
  readonly jobs: readonly Job[];
  readonly holder: PersonalDataHolder;
  readonly stop: () => Promise<void>;
};

const REFERENCE_BYTES = 12;
const TIDY_EVERY_MS = 600_000;
const TIDY_ROWS = 2_000;
/** How long the record of a message is kept after its end; longer than any rule looks back. */
const KEEP_MS = 180 * 86_400_000;

export function createMessages(deps: MessageDeps): Messages {
  const outbox = createOutbox(deps);
  return {
    ask: (tx, workspaceId, asked) =>
      insertMessages(
        tx,
        workspaceId,
        asked.map((one) => ({ asked: one, reference: Buffer.from(deps.randomBytes(REFERENCE_BYTES)).toString("hex") })),
        new Date(deps.nowMs()),
      ),
    cancel: (tx, workspaceId, { kind, id, run }) => cancelOf(tx, workspaceId, { kind, id, run }, new Date(deps.nowMs())),
    states: loadStates,
    takeReceipts: (workspaceId, receipts) => takeReceipts(deps, workspaceId, receipts),
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
    stop: outbox.settled,
  };
}
