import { EVERY_PURPOSE } from "@terrace/domain/consent/consent-facts";
import type { FeedEvent } from "@terrace/domain/event/feed-event";
import type { SuppressionReason } from "@terrace/domain/governor/facts";
import type { IdentityRef } from "@terrace/domain/identity/identity-kinds";
import { CONSENT_CHANNEL } from "@terrace/domain/messages/channel";
import { afterReceipt, isReturn } from "@terrace/domain/messages/outbox";
import { isTooSoon } from "@terrace/domain/messages/automatic";
import { mayTell, type Receipt, type ReceiptFrom, type ReceiptKind } from "@terrace/domain/messages/receipt";
import { appendWithin } from "../../platform/feed/append-within.ts";
import { inTransaction, type Tx } from "../../platform/storage/postgres.ts";
import type { Withdrawal } from "../consent/module.ts";
import type { Suppression } from "../governor/module.ts";
import { messageEvent } from "./message-events.ts";
import type { MessageDeps } from "./messages-deps.ts";
import { addNotes, type Note } from "./progress.store.ts";
import { loadToldBefore, loadToldOrigins, lockTold, saveTold, type Named, type ToldRow } from "./receipt.store.ts";

/** Nothing is sent any more to an address of which this is told. */
const SUPPRESSES: Readonly<Partial<Record<ReceiptKind, SuppressionReason>>> = { bounced: "bounced", complained: "complained" };

type Told = { readonly message: ToldRow; readonly receipt: Receipt };

/**
 * Takes in what a provider tells, each thing of a message once, however often and in whatever order it is told. An address that bounced or whose owner complained gets
 * nothing any more; who complains takes back consent to the channel, who ends it consent to the purpose on it. Answers how many receipts named a message of theirs.
 */
export async function takeReceipts(deps: MessageDeps, workspaceId: number, from: ReceiptFrom, posted: readonly Receipt[]): Promise<number> {
  const receipts = posted.filter(({ what }) => mayTell(from, what));
  const named = {
    references: receipts.flatMap(({ reference }) => reference ?? []),
    providerRefs: receipts.flatMap(({ providerRef }) => providerRef ?? []),
    providerId: from.providerId,
  };
  for (;;) {
    // Names are opened on a connection of their own: before the transaction, which holds another.
    const names = await openNames(deps, workspaceId, named);
    const taken = await takeNamed(deps, workspaceId, { receipts, named, names });
    if (taken !== undefined) return taken;
  }
}

/** Names on the spine by origin; of those who have none any more undefined. */
type Names = ReadonlyMap<string, IdentityRef | undefined>;

async function openNames(deps: MessageDeps, workspaceId: number, named: Named): Promise<Names> {
  const originIds = await loadToldOrigins(deps.db, workspaceId, named);
  const opened = await deps.people.clearIds(workspaceId, originIds);
  return new Map(originIds.map((originId) => [originId, opened.get(originId)]));
}

type Taking = { readonly receipts: readonly Receipt[]; readonly named: Named; readonly names: Names };

/** Undefined when a message has come up since names were read. */
async function takeNamed(deps: MessageDeps, workspaceId: number, { receipts, named, names }: Taking): Promise<number | undefined> {
  return inTransaction(deps.db, async (tx) => {
    const messages = await lockTold(tx, workspaceId, named);
    if (messages.some(({ originId }) => !names.has(originId))) return undefined;
    const nowMs = deps.nowMs();
    const told = receipts.flatMap((receipt): readonly Told[] => {
      const message = messages.find(({ reference, providerRef }) =>
        receipt.reference === undefined ? receipt.providerRef === providerRef : receipt.reference === reference,
      );
      if (message === undefined) return [];
      const automatic = receipt.automatic === true || (named.providerId === null && byMachine(message, receipt));
      return [{ message, receipt: { ...receipt, automatic, atMs: withinLife(message, receipt.atMs, nowMs) } }];
    });
    const before = await loadToldBefore(
      tx,
      workspaceId,
      messages.map(({ id }) => id),
    );
    const fresh = firstOfEach(told).filter(({ message, receipt }) => !before.has(`${message.id} ${thingOf(receipt)}`));
    await apply(deps, tx, workspaceId, { fresh, names });
    return told.length;
  });
}

/** Who tells may have a clock of its own: nothing happens to a message before it was let go, or in the future. */
function withinLife({ letGoAt }: ToldRow, atMs: number, nowMs: number): number {
  return Math.min(nowMs, Math.max(atMs, letGoAt?.getTime() ?? atMs));
}

/** What looks at links and pictures before anybody reads does so right after sending. */
function byMachine({ letGoAt }: ToldRow, { what, atMs }: Receipt): boolean {
  return (what === "opened" || what === "clicked") && isTooSoon(letGoAt?.getTime(), atMs);
}

/** What a receipt tells: that a program opened a message is another thing than that somebody did. */
function thingOf({ what, automatic }: Receipt): string {
  return automatic === true ? `${what}_by_machine` : what;
}

/** The earliest receipt of each thing of each message. */
function firstOfEach(told: readonly Told[]): readonly Told[] {
  const sorted = told.toSorted((a, b) => a.receipt.atMs - b.receipt.atMs);
  return [...new Map(sorted.toReversed().map((one) => [`${one.message.id} ${thingOf(one.receipt)}`, one])).values()].toReversed();
}

type Applied = { readonly fresh: readonly Told[]; readonly names: Names };

async function apply(deps: MessageDeps, tx: Tx, workspaceId: number, { fresh: told, names }: Applied): Promise<void> {
  if (told.length === 0) return;
  const now = new Date(deps.nowMs());
  await addNotes(tx, workspaceId, told.map(noteOf), now);
  // What programs do is written down and counts for nothing.
  const fresh = told.filter(({ receipt }) => receipt.automatic !== true);
  const changed = [...Map.groupBy(fresh, ({ message }) => message.id).values()].flatMap((own) => movedBy(own));
  await saveTold(tx, workspaceId, changed, now);
  await deps.governor.suppress(tx, workspaceId, fresh.flatMap(suppressionOf));
  await withdraw(deps, tx, workspaceId, fresh);
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

function noteOf({ message, receipt }: Told): Note {
  const { detail, atMs } = receipt;
  return { messageId: message.id, what: thingOf(receipt), reason: detail, rule: null, details: { at: new Date(atMs).toISOString() } };
}

function suppressionOf({ message: { channel, addressToken, originId }, receipt: { what, detail, atMs } }: Told): readonly Suppression[] {
  const reason = SUPPRESSES[what];
  if (reason === undefined || addressToken === null) return [];
  return [{ channel, addressToken, originId, reason, detail, madeBy: "", at: new Date(atMs) }];
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
    // From now on, whenever it was said: what was agreed to before is over.
    return [{ originIds, purpose, channel, atMs: deps.nowMs(), evidence: { message: message.reference, told: receipt.what } }];
  });
  await deps.consent.withdraw(tx, workspaceId, withdrawals);
}
