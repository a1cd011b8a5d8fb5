import { EVERY_PURPOSE } from "@terrace/domain/consent/consent-facts";
import type { FeedEvent } from "@terrace/domain/event/feed-event";
import type { SuppressionReason } from "@terrace/domain/governor/facts";
import { CONSENT_CHANNEL } from "@terrace/domain/messages/channel";
import { afterReceipt, isReturn } from "@terrace/domain/messages/outbox";
import type { Receipt, ReceiptKind } from "@terrace/domain/messages/receipt";
import { appendWithin } from "../../platform/feed/append-within.ts";
import { inTransaction, type Tx } from "../../platform/storage/postgres.ts";
import type { Withdrawal } from "../consent/module.ts";
import type { Suppression } from "../governor/module.ts";
import { messageEvent } from "./message-events.ts";
import type { MessageDeps } from "./messages-deps.ts";
import { addNotes, type Note } from "./progress.store.ts";
import { loadToldBefore, lockTold, saveTold, type ToldRow } from "./receipt.store.ts";

/** Nothing is sent any more to an address of which this is told. */
const SUPPRESSES: Readonly<Partial<Record<ReceiptKind, SuppressionReason>>> = { bounced: "bounced", complained: "complained" };

type Told = { readonly message: ToldRow; readonly receipt: Receipt };

/**
 * Takes in what a provider tells, each thing of a message once, however often and in whatever order it is told. An address that bounced or whose owner complained gets
 * nothing any more; who complains takes back consent to the channel, who ends it consent to the purpose on it. Answers how many receipts named a message.
 */
export async function takeReceipts(deps: MessageDeps, workspaceId: number, receipts: readonly Receipt[]): Promise<number> {
  return inTransaction(deps.db, async (tx) => {
    const messages = await lockTold(tx, workspaceId, {
      references: receipts.flatMap(({ reference }) => reference ?? []),
      providerRefs: receipts.flatMap(({ providerRef }) => providerRef ?? []),
    });
    const told = receipts.flatMap((receipt): readonly Told[] => {
      const message = messages.find(({ reference, providerRef }) =>
        receipt.reference === undefined ? receipt.providerRef === providerRef : receipt.reference === reference,
      );
      return message === undefined ? [] : [{ message, receipt }];
    });
    const before = await loadToldBefore(
      tx,
      workspaceId,
      messages.map(({ id }) => id),
    );
    const fresh = firstOfEach(told).filter(({ message, receipt }) => !before.has(`${message.id} ${receipt.what}`));
    await apply(deps, tx, workspaceId, fresh);
    return told.length;
  });
}

/** The earliest receipt of each thing of each message. */
function firstOfEach(told: readonly Told[]): readonly Told[] {
  const sorted = told.toSorted((a, b) => a.receipt.atMs - b.receipt.atMs);
  return [...new Map(sorted.toReversed().map((one) => [`${one.message.id} ${one.receipt.what}`, one])).values()].toReversed();
}

async function apply(deps: MessageDeps, tx: Tx, workspaceId: number, fresh: readonly Told[]): Promise<void> {
  if (fresh.length === 0) return;
  const now = new Date(deps.nowMs());
  const changed = [...Map.groupBy(fresh, ({ message }) => message.id).values()].flatMap((own) => movedBy(own));
  await saveTold(tx, workspaceId, changed, now);
  await addNotes(tx, workspaceId, fresh.map(noteOf), now);
  await deps.governor.suppress(tx, workspaceId, fresh.flatMap(suppressionOf));
  await withdraw(deps, tx, workspaceId, fresh);
  const names = await deps.people.clearIds(workspaceId, [...new Set(fresh.map(({ message }) => message.originId))]);
  const events = fresh.flatMap(({ message, receipt }): readonly FeedEvent[] => {
    const id = names.get(message.originId);
    if (id === undefined) return [];
    const happened = messageEvent(workspaceId, id, message, { what: receipt.what, atMs: receipt.atMs, more: { detail: receipt.detail } });
    // The provider was faster than our note of its answer, or there never was one: it has the message nevertheless.
    const wasSent = message.state === "sent" || message.state === "delivered";
    return wasSent ? [happened] : [messageEvent(workspaceId, id, message, { what: "sent", atMs: receipt.atMs }), happened];
  });
  // Lanes are locked until the commit: it is the last thing.
  await appendWithin(tx, deps.privacy, events);
}

function movedBy(own: readonly Told[]) {
  const [first] = own;
  if (first === undefined) return [];
  let { state, returned } = first.message;
  let reason = "";
  for (const { receipt } of own) {
    state = afterReceipt(state, receipt.what, returned);
    returned ||= isReturn(receipt.what);
    if (isReturn(receipt.what)) reason = receipt.what;
  }
  if (state === first.message.state && returned === first.message.returned) return [];
  return [{ id: first.message.id, state, returned, reason }];
}

function noteOf({ message, receipt: { what, detail, atMs } }: Told): Note {
  return { messageId: message.id, what, reason: detail, rule: null, details: { at: new Date(atMs).toISOString() } };
}

function suppressionOf({ message: { channel, addressToken }, receipt: { what, detail, atMs } }: Told): readonly Suppression[] {
  const reason = SUPPRESSES[what];
  if (reason === undefined || addressToken === null) return [];
  return [{ channel, addressToken, reason, detail, madeBy: "", at: new Date(atMs) }];
}

async function withdraw(deps: MessageDeps, tx: Tx, workspaceId: number, fresh: readonly Told[]): Promise<void> {
  const ending = fresh.filter(({ receipt: { what } }) => what === "complained" || what === "unsubscribed");
  if (ending.length === 0) return;
  const owned = await deps.people.idsOfPeople(tx, workspaceId, [...new Set(ending.map(({ message }) => message.originId))]);
  const ownerOf = new Map(owned.map(({ originId, personId }) => [originId, personId]));
  const withdrawals = ending.flatMap(({ message, receipt }): readonly Withdrawal[] => {
    const channel = CONSENT_CHANNEL[message.channel];
    if (channel === undefined) return [];
    const personId = ownerOf.get(message.originId);
    const originIds = owned.filter((one) => one.personId === personId).map(({ originId }) => originId);
    const purpose = receipt.what === "complained" ? EVERY_PURPOSE : message.purpose;
    return [{ originIds, purpose, channel, atMs: receipt.atMs, evidence: { message: message.reference, told: receipt.what } }];
  });
  await deps.consent.withdraw(tx, workspaceId, withdrawals);
}
