import type { Verdict } from "@terrace/domain/governor/verdict";
import { inTransaction, type Tx } from "../../platform/storage/postgres.ts";
import { claimLeft, loadLeftProviders, loadLeftWorkspaces, type DueMessage } from "./due.store.ts";
import { leaseOf, type Handing } from "./handing.ts";
import type { MessageDeps, Provider } from "./messages-deps.ts";
import { takeSlots } from "./pace.ts";
import { addNotes, deferLeft, saveEnded, takeOver, type Note } from "./progress.store.ts";
import { ADDRESS_KINDS, recipientOn, type Recipient } from "./recipient.ts";

/** How soon a repeat is looked at again that the provider's rate has no room for. */
const RATE_WAIT_MS = 1_000;

/** Workspaces in which messages were left. */
export async function leftIn(deps: MessageDeps): Promise<readonly number[]> {
  return loadLeftWorkspaces(deps.db, new Date(deps.nowMs()));
}

/**
 * Takes over messages of a workspace that were being handed over and whose end nobody wrote in time: the process is gone, or the end is unknown and it is time to try
 * again. Where the provider takes a reference once, or can be asked, that is done, unless something forbids the message by now; all others are `unknown` from now on.
 */
export async function takeLeft(deps: MessageDeps, workspaceId: number, limit: number): Promise<readonly Handing[]> {
  const nowMs = deps.nowMs();
  // Read on a connection of their own: before the transaction, which holds another.
  const providers = await providersOfLeft(deps, workspaceId, nowMs);
  return inTransaction(deps.db, async (tx) => {
    const left = await claimLeft(tx, workspaceId, { now: new Date(nowMs), providerIds: [...providers.keys()], limit });
    const judged = await judge(deps, tx, workspaceId, { left, providers, nowMs });
    const lost = judged.flatMap((one) => ("lost" in one ? [one] : []));
    const late = judged.flatMap((one) => ("laterMs" in one ? [one] : []));
    const again = judged.flatMap((one) => ("provider" in one ? [one] : []));
    const going = await paced(tx, workspaceId, again, nowMs);
    await takeOver(
      tx,
      workspaceId,
      going.map(({ message, provider }) => ({ id: message.id, dueMs: nowMs + leaseOf(provider) })),
      new Date(nowMs),
    );
    const gone = new Set(going.map(({ message }) => message.id));
    const noRoom = again
      .filter(({ message }) => !gone.has(message.id))
      .map(({ message }) => ({ id: message.id, dueMs: nowMs + RATE_WAIT_MS }));
    await deferLeft(tx, workspaceId, [...noRoom, ...late.map(({ message, laterMs }) => ({ id: message.id, dueMs: laterMs }))]);
    await end(tx, workspaceId, lost, nowMs);
    return going;
  });
}

type Lost = { readonly message: DueMessage; readonly lost: string; readonly because: Pick<Note, "rule" | "details"> };
type Late = { readonly message: DueMessage; readonly laterMs: number };
type Again = { readonly message: DueMessage; readonly personId: string; readonly recipient: Recipient; readonly provider: Provider };
type Judged = Lost | Late | Again;

const lost = (message: DueMessage, reason: string): Lost => ({
  message,
  lost: reason,
  because: { rule: null, details: { tries: message.tries } },
});

type Providers = ReadonlyMap<string, Provider | undefined>;
type Taken = { readonly left: readonly DueMessage[]; readonly providers: Providers; readonly nowMs: number };

/** By the id that a message names; undefined for those that are gone. Of messages under way each names one. */
async function providersOfLeft(deps: MessageDeps, workspaceId: number, nowMs: number): Promise<Providers> {
  const ids = await loadLeftProviders(deps.db, workspaceId, new Date(nowMs));
  return new Map(await Promise.all(ids.map(async (id) => [id, await deps.carrier.provider(workspaceId, id)] as const)));
}

/** Which of them another try, or a question, can do no harm: the provider is still who has them, and knows them by their reference; and nothing forbids them. */
async function judge(deps: MessageDeps, tx: Tx, workspaceId: number, { left, providers, nowMs }: Taken): Promise<readonly Judged[]> {
  const owners = await deps.people.ownersIn(tx, workspaceId, [...new Set(left.map(({ originId }) => originId))]);
  const newest = Map.groupBy(
    await deps.people.newest(tx, workspaceId, [...new Set(owners.values())], ADDRESS_KINDS),
    ({ personId }) => personId,
  );
  const found = left.map((message): Judged => {
    const provider = providers.get(message.providerId ?? "");
    const personId = owners.get(message.originId);
    if (provider === undefined) return lost(message, "provider_gone");
    // The same provider with another account knows nothing of it.
    if (provider.trust !== message.providerTrust) return lost(message, "provider_changed");
    if (provider.repeating === "neither") return lost(message, "process_ended");
    if (message.repeatUntil !== null && message.repeatUntil.getTime() <= nowMs) return lost(message, "process_ended");
    if (personId === undefined) return lost(message, "person_unknown");
    const recipient = recipientOn(message.channel, personId, newest.get(personId) ?? []);
    // Another address would be another message.
    if (recipient === undefined || recipient.token !== message.addressToken) return lost(message, "address_changed");
    return { message, personId, recipient, provider };
  });
  const repeats = found.flatMap((one) => ("provider" in one && one.provider.repeating === "idempotent" ? [one] : []));
  const verdicts = await deps.governor.decideRepeats(
    tx,
    workspaceId,
    repeats.map(({ message, personId, recipient }) => ({
      personId,
      message: {
        id: message.id,
        asked: { ...message, notBeforeMs: message.notBefore.getTime(), expiresAtMs: message.expiresAt?.getTime() ?? null },
        askedAtMs: message.askedAt.getTime(),
        addressToken: recipient.token,
      },
    })),
  );
  return found.map((one) => ("provider" in one ? afterVerdict(one, verdicts.get(one.message.id)) : one));
}

function afterVerdict(one: Again, verdict: Verdict | undefined): Judged {
  if (verdict === undefined || verdict.verdict === "send") return one;
  const { message } = one;
  const { reason, rule, details } = verdict;
  const endsMs = message.repeatUntil?.getTime() ?? Number.POSITIVE_INFINITY;
  if (verdict.verdict === "defer" && verdict.untilMs < endsMs) return { message, laterMs: verdict.untilMs };
  return { message, lost: reason, because: { rule, details } };
}

async function paced(tx: Tx, workspaceId: number, again: readonly Again[], nowMs: number): Promise<readonly Handing[]> {
  const going: Handing[] = [];
  const claimed = { atMs: nowMs, tickMs: performance.now() };
  // In one order, so that two transactions never wait for each other in a circle.
  const byProvider = [...Map.groupBy(again, ({ provider }) => provider.id)].toSorted(([a], [b]) => (a < b ? -1 : 1));
  for (const [, own] of byProvider) {
    const [first] = own;
    if (first === undefined) continue;
    const slots = await takeSlots(tx, workspaceId, { provider: first.provider, wanted: own.length, nowMs });
    for (const [place, one] of own.slice(0, slots.length).entries()) {
      const { message } = one;
      const repeatUntilMs = message.repeatUntil?.getTime() ?? null;
      const counts = { tries: message.tries + 1, attempts: message.attempts + 1, maybe: true };
      going.push({ workspaceId, ...one, ...counts, repeatUntilMs, startMs: slots[place] ?? nowMs, claimed });
    }
  }
  return going;
}

async function end(tx: Tx, workspaceId: number, all: readonly Lost[], nowMs: number): Promise<void> {
  await saveEnded(
    tx,
    workspaceId,
    all.map(({ message, lost: reason }) => ({
      id: message.id,
      tries: message.tries,
      state: "unknown",
      dueMs: null,
      reason,
      providerRef: null,
      sentVersion: null,
      accepted: false,
      maybe: true,
      begun: true,
    })),
    new Date(nowMs),
  );
  await addNotes(
    tx,
    workspaceId,
    all.map(({ message, lost: reason, because }) => ({ messageId: message.id, what: "unknown", reason, ...because })),
    new Date(nowMs),
  );
}
