import type { SuppressionReason } from "@terrace/domain/governor/facts";
import type { AddressFault, SendOutcome } from "@terrace/domain/messages/delivery";
import type { NextStep } from "@terrace/domain/messages/outbox";
import { appendWithin } from "../../platform/feed/append-within.ts";
import { inTransaction } from "../../platform/storage/postgres.ts";
import type { Suppression } from "../governor/module.ts";
import type { IdentityRef } from "@terrace/domain/identity/identity-kinds";
import type { Handing } from "./handing.ts";
import { messageEvent } from "./message-events.ts";
import type { MessageDeps } from "./messages-deps.ts";
import { addNotes, saveEnded, type Ended, type Note } from "./progress.store.ts";

/** How a try ended, and what comes of it. */
export type Settled = {
  readonly handing: Handing;
  readonly next: NextStep;
  /** Null where nothing was handed over. */
  readonly outcome: SendOutcome | null;
  readonly sentVersion: number | null;
  /** Names the person on the spine. */
  readonly naming: IdentityRef | undefined;
};

export type Settler = {
  /** Writes how a try ended; resolves when it is committed. What ends meanwhile is written together. */
  readonly settle: (settled: Settled) => Promise<void>;
};

const ROWS_MAX = 1_000;
const SUPPRESSED_FOR: Readonly<Record<AddressFault, SuppressionReason>> = {
  invalid: "invalid",
  unsubscribed: "unsubscribed",
  blocked: "blocked",
};

/** Writes the ends of tries, with what they tell on the spine, in transactions of as many as there are. */
export function createSettler(deps: MessageDeps): Settler {
  let waiting: { readonly settled: Settled; readonly done: (error?: unknown) => void }[] = [];
  let writing = false;
  const write = async (): Promise<void> => {
    writing = true;
    while (waiting.length > 0) {
      const batch = waiting.slice(0, ROWS_MAX);
      waiting = waiting.slice(ROWS_MAX);
      for (const [workspaceId, own] of Map.groupBy(batch, ({ settled }) => settled.handing.workspaceId)) {
        try {
          await writeOne(
            deps,
            workspaceId,
            own.map(({ settled }) => settled),
          );
          for (const { done } of own) done();
        } catch (error) {
          for (const { done } of own) done(error);
        }
      }
    }
    writing = false;
  };
  return {
    settle: (settled) =>
      new Promise((resolve, reject) => {
        waiting.push({ settled, done: (error) => (error === undefined ? resolve() : reject(error)) });
        // Whatever ends in this turn of the loop goes along.
        if (!writing) {
          writing = true;
          setImmediate(() => void write());
        }
      }),
  };
}

async function writeOne(deps: MessageDeps, workspaceId: number, batch: readonly Settled[]): Promise<void> {
  const nowMs = deps.nowMs();
  await inTransaction(deps.db, async (tx) => {
    const changed = await saveEnded(tx, workspaceId, batch.map(endedAs), new Date(nowMs));
    const own = batch.filter(({ handing }) => changed.has(handing.message.id));
    await addNotes(tx, workspaceId, own.flatMap(noteOf), new Date(nowMs));
    await deps.governor.suppress(
      tx,
      workspaceId,
      own.flatMap((one) => suppressionOf(one, nowMs)),
    );
    // Lanes are locked until the commit: it is the last thing.
    await appendWithin(
      tx,
      deps.privacy,
      own.flatMap((one) => eventsOf(one, nowMs)),
    );
  });
}

function endedAs({ handing, next, outcome, sentVersion }: Settled): Ended {
  const { state, dueMs, code } = next;
  const accepted = state === "sent" || state === "delivered";
  return {
    id: handing.message.id,
    tries: handing.tries,
    state,
    dueMs,
    reason: code ?? "",
    providerRef: outcome?.outcome === "accepted" ? outcome.providerRef : null,
    sentVersion,
    accepted,
  };
}

/** That the first try went well is told by the message itself. */
function noteOf({ handing: { message, tries }, next, outcome }: Settled): readonly Note[] {
  if (tries === 1 && outcome?.outcome === "accepted") return [];
  const details = { tries, ...(next.dueMs === null ? {} : { nextAt: new Date(next.dueMs).toISOString() }) };
  return [{ messageId: message.id, what: outcome?.outcome ?? next.state, reason: next.code ?? "", rule: null, details }];
}

function suppressionOf({ handing: { message, recipient }, outcome }: Settled, nowMs: number): readonly Suppression[] {
  if (outcome?.outcome !== "refused" || outcome.addressFault === undefined) return [];
  return [
    {
      channel: message.channel,
      addressToken: recipient.token,
      reason: SUPPRESSED_FOR[outcome.addressFault],
      detail: outcome.code,
      madeBy: "",
      at: new Date(nowMs),
    },
  ];
}

function eventsOf({ handing: { message, workspaceId }, next, naming }: Settled, nowMs: number) {
  if (naming === undefined) return [];
  if (next.state === "sent" || next.state === "delivered")
    return [messageEvent(workspaceId, naming, message, { what: "sent", atMs: nowMs })];
  if (next.state !== "failed") return [];
  return [messageEvent(workspaceId, naming, message, { what: "failed", atMs: nowMs, more: { reason: next.code ?? "" } })];
}
