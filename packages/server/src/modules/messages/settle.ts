import type { SuppressionReason } from "@terrace/domain/governor/facts";
import type { AddressFault } from "@terrace/domain/messages/delivery";
import type { NextStep, TryEnd } from "@terrace/domain/messages/outbox";
import type { IdentityRef } from "@terrace/domain/identity/identity-kinds";
import { setTimeout as sleep } from "node:timers/promises";
import { appendWithin } from "../../platform/feed/append-within.ts";
import { troubleOf } from "../../platform/http/dependency-fault.ts";
import { inTransaction } from "../../platform/storage/postgres.ts";
import type { Suppression } from "../governor/module.ts";
import type { Handing } from "./handing.ts";
import { messageEvent } from "./message-events.ts";
import type { MessageDeps } from "./messages-deps.ts";
import { addNotes, saveEnded, type Ended, type Note } from "./progress.store.ts";

/** How a try ended, and what comes of it. */
export type Settled = {
  readonly handing: Handing;
  readonly next: NextStep;
  /** Null where the provider was only asked. */
  readonly end: Exclude<TryEnd, { outcome: "process_ended" }> | null;
  readonly sentVersion: number | null;
  /** Names the person on the spine. */
  readonly naming: IdentityRef | undefined;
};

export type Settler = {
  /** Writes how a try ended; resolves when it is committed. What ends meanwhile is written together. */
  readonly settle: (settled: Settled) => Promise<void>;
};

const ROWS_MAX = 1_000;
/** Workspaces that are written at once: one whose rows are held elsewhere does not keep the others. */
const WRITERS_MAX = 4;
/** While the engine is away what is known is kept, and written again. */
const AGAIN_AFTER_MS = [100, 500, 2_000, 5_000, 10_000, 20_000, 30_000, 30_000, 30_000, 30_000] as const;
const SUPPRESSED_FOR: Readonly<Record<AddressFault, SuppressionReason>> = {
  invalid: "invalid",
  unsubscribed: "unsubscribed",
  blocked: "blocked",
};
/** Ids of providers as they can be kept and found: anything else is none. */
const REFERENCE = /^[\x21-\x7e]{1,200}$/;

type Pending = { readonly settled: Settled; readonly done: (error?: unknown) => void };

/** Writes the ends of tries, with what they tell on the spine, in transactions of as many as there are of a workspace. */
export function createSettler(deps: MessageDeps): Settler {
  const waiting = new Map<number, Pending[]>();
  const writing = new Set<number>();
  const write = async (workspaceId: number): Promise<void> => {
    for (;;) {
      const own = waiting.get(workspaceId) ?? [];
      const batch = own.splice(0, ROWS_MAX);
      if (own.length === 0) waiting.delete(workspaceId);
      if (batch.length === 0) return;
      await writeSome(deps, workspaceId, batch);
    }
  };
  const pump = (): void => {
    for (const workspaceId of waiting.keys()) {
      if (writing.size >= WRITERS_MAX) return;
      if (writing.has(workspaceId)) continue;
      writing.add(workspaceId);
      void write(workspaceId).finally(() => {
        writing.delete(workspaceId);
        pump();
      });
    }
  };
  return {
    settle: (settled) =>
      new Promise((resolve, reject) => {
        const { workspaceId } = settled.handing;
        const own = waiting.get(workspaceId) ?? [];
        waiting.set(workspaceId, own);
        own.push({ settled, done: (error) => (error === undefined ? resolve() : reject(error)) });
        // Whatever ends in this turn of the loop goes along.
        if (own.length === 1) setImmediate(pump);
      }),
  };
}

/** Writes a batch; while the engine is away again and again, and a batch that it will not take in halves, so that one end does not take the others along. */
async function writeSome(deps: MessageDeps, workspaceId: number, batch: readonly Pending[]): Promise<void> {
  const error = await written(
    deps,
    workspaceId,
    batch.map(({ settled }) => settled),
  );
  if (error === undefined || batch.length === 1 || troubleOf(error) === "unavailable") {
    for (const { done } of batch) done(error);
    return;
  }
  const half = Math.ceil(batch.length / 2);
  await writeSome(deps, workspaceId, batch.slice(0, half));
  await writeSome(deps, workspaceId, batch.slice(half));
}

/** Undefined once it is committed, or why it cannot be. */
async function written(deps: MessageDeps, workspaceId: number, batch: readonly Settled[]): Promise<unknown> {
  for (const waitMs of [0, ...AGAIN_AFTER_MS]) {
    if (waitMs > 0) await sleep(waitMs);
    try {
      await writeOne(deps, workspaceId, batch);
      return undefined;
    } catch (error) {
      if (troubleOf(error) !== "unavailable" || waitMs === AGAIN_AFTER_MS.at(-1)) return error;
      deps.log.warn({ err: error, count: batch.length }, "what came of messages could not be written; it is tried again");
    }
  }
  return undefined;
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

function endedAs({ handing, next, end, sentVersion }: Settled): Ended {
  const { state, dueMs, code, maybe } = next;
  const providerRef = end?.outcome === "accepted" ? end.providerRef : null;
  return {
    id: handing.message.id,
    tries: handing.tries,
    state,
    dueMs,
    reason: code ?? "",
    providerRef: providerRef !== null && REFERENCE.test(providerRef) ? providerRef : null,
    sentVersion,
    accepted: state === "sent" || state === "delivered",
    maybe,
    begun: end?.outcome !== "not_begun",
  };
}

/** That the first try went well is told by the message itself; of what was not begun there is nothing to tell. */
function noteOf({ handing: { message, tries }, next, end }: Settled): readonly Note[] {
  if (end?.outcome === "not_begun" || (tries === 1 && end?.outcome === "accepted")) return [];
  const details = { tries, ...(next.dueMs === null ? {} : { nextAt: new Date(next.dueMs).toISOString() }) };
  return [{ messageId: message.id, what: end?.outcome ?? next.state, reason: next.code ?? "", rule: null, details }];
}

function suppressionOf({ handing: { message, recipient }, end }: Settled, nowMs: number): readonly Suppression[] {
  if (end?.outcome !== "refused" || end.addressFault === undefined) return [];
  return [
    {
      channel: message.channel,
      addressToken: recipient.token,
      originId: message.originId,
      reason: SUPPRESSED_FOR[end.addressFault],
      detail: end.code,
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
