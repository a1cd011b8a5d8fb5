import { awaitedUntil } from "@terrace/domain/governor/awaited";
import { LOOK_BACK_DAYS_MAX } from "@terrace/domain/governor/rules";
import type { AskedMessage, AskedPerson } from "../governor/module.ts";
import type { MessageChannel } from "@terrace/domain/messages/channel";
import type { FeedEvent } from "@terrace/domain/event/feed-event";
import type { Verdict } from "@terrace/domain/governor/verdict";
import { appendWithin } from "../../platform/feed/append-within.ts";
import { inTransaction, type Tx } from "../../platform/storage/postgres.ts";
import { claimRivals, claimWaiting, loadSent, tryLockPeople, type DueMessage, type DuePlace } from "./due.store.ts";
import { leaseOf, type Handing } from "./handing.ts";
import { messageEvent } from "./message-events.ts";
import type { MessageDeps, Provider } from "./messages-deps.ts";
import { PACE_AHEAD_MS, takeSlots } from "./pace.ts";
import { addNotes, saveDecided, type Decided, type Note } from "./progress.store.ts";
import { ADDRESS_KINDS, recipientOn, type Recipient } from "./recipient.ts";

const DAY_MS = 86_400_000;
/** As many ids as are read at once. */
const IDS_MAX = 100_000;

export type DecideAsked = {
  readonly place: DuePlace;
  /** Who carries messages, by channel; of other channels nothing is decided. */
  readonly providers: ReadonlyMap<MessageChannel, Provider>;
  readonly limit: number;
  /** How many messages a provider may be handed now. */
  readonly roomOf: (provider: Provider) => number;
};

export type DecidedDue = { readonly claimed: number; readonly handing: readonly Handing[] };

/** Decides about due messages and writes what goes out as being handed over, in one transaction. */
export async function decideDue(deps: MessageDeps, asked: DecideAsked): Promise<DecidedDue> {
  return inTransaction(deps.db, async (tx) => {
    const nowMs = deps.nowMs();
    const claimed = await claimWaiting(tx, asked.place, new Date(nowMs), asked.limit);
    if (claimed.length === 0) return { claimed: 0, handing: [] };
    const batch = await gather(deps, tx, { asked, claimed, nowMs });
    const { verdicts, told } = await deps.governor.decide(tx, asked.place.workspaceId, askedPeople(batch));
    const sending = batch.known.flatMap((one): readonly ToSend[] =>
      one.recipient !== undefined && verdicts.get(one.message.id)?.verdict === "send" ? [{ ...one, recipient: one.recipient }] : [],
    );
    const going = await paced(tx, asked, sending, nowMs);
    await write(deps, tx, asked.place.workspaceId, { batch, verdicts, told, going, nowMs });
    return { claimed: batch.all.length, handing: [...going.values()].filter((one) => one !== "later") };
  });
}

/** How long a message waits that cannot be decided about. */
const UNDECIDABLE_WAIT_MS = 600_000;

/** Puts off the message that is due next in a place, since nothing can be decided about it: those behind it get their turn. */
export async function deferUndecidable({ db, nowMs }: MessageDeps, place: DuePlace): Promise<void> {
  const now = nowMs();
  await inTransaction(db, async (tx) => {
    const claimed = await claimWaiting(tx, place, new Date(now), 1);
    const because = { reason: "undecidable", rule: null, details: {} };
    await saveDecided(
      tx,
      place.workspaceId,
      claimed.map(({ id }) => ({ ...because, id, state: "waiting", dueMs: now + UNDECIDABLE_WAIT_MS, letGo: null })),
      new Date(now),
    );
    await addNotes(
      tx,
      place.workspaceId,
      claimed.filter(({ reason }) => reason !== because.reason).map(({ id }) => ({ ...because, messageId: id, what: "defer" })),
      new Date(now),
    );
  });
}

type Claimed = { readonly message: DueMessage; readonly personId: string; readonly recipient: Recipient | undefined };
type Batch = {
  /** Messages of people who are ours until the transaction ends. */
  readonly known: readonly Claimed[];
  /** Messages of ids that nobody has. */
  readonly nobodys: readonly DueMessage[];
  readonly all: readonly DueMessage[];
  readonly sent: ReadonlyMap<string, AskedPerson["sent"]>;
};

type Taken = { readonly asked: DecideAsked; readonly claimed: readonly DueMessage[]; readonly nowMs: number };

async function gather(deps: MessageDeps, tx: Tx, { asked, claimed, nowMs }: Taken): Promise<Batch> {
  const { place, providers } = asked;
  const { workspaceId } = place;
  const claimedIds = [...new Set(claimed.map(({ originId }) => originId))];
  const before = await deps.people.ownersIn(tx, workspaceId, claimedIds);
  const ours = await tryLockPeople(tx, workspaceId, [...new Set(before.values())]);
  // Somebody may have been joined with somebody else before the lock was got: whose ids are whose is read again.
  const owned = await deps.people.idsOfPeople(tx, workspaceId, claimedIds);
  // Cut off it would be wrong about those that are missing: fewer messages at once have fewer ids.
  if (owned.length >= IDS_MAX) throw new Error(`the people of ${claimed.length} messages have ${IDS_MAX} ids or more`);
  const ownerOf = new Map(owned.map(({ originId, personId }) => [originId, personId]));
  const originIds = owned.filter(({ personId }) => ours.has(personId)).map(({ originId }) => originId);
  const rivals = await claimRivals(
    tx,
    workspaceId,
    { originIds, channels: [...providers.keys()], except: claimed.map(({ id }) => id) },
    new Date(nowMs),
  );
  const sent = await loadSent(tx, workspaceId, originIds, new Date(nowMs - (LOOK_BACK_DAYS_MAX + 1) * DAY_MS));
  const identities = Map.groupBy(await deps.people.newest(tx, workspaceId, [...ours], ADDRESS_KINDS), ({ personId }) => personId);
  const all = [...claimed, ...rivals];
  return {
    all,
    nobodys: all.filter(({ originId }) => !ownerOf.has(originId) && !before.has(originId)),
    known: all.flatMap((message): readonly Claimed[] => {
      const personId = ownerOf.get(message.originId);
      if (personId === undefined || !ours.has(personId)) return [];
      return [{ message, personId, recipient: recipientOn(message.channel, personId, identities.get(personId) ?? []) }];
    }),
    sent: Map.groupBy(sent, ({ originId }) => ownerOf.get(originId) ?? ""),
  };
}

function askedPeople({ known, sent }: Batch): readonly AskedPerson[] {
  return [...Map.groupBy(known, ({ personId }) => personId)].map(([personId, own]) => ({
    personId,
    sent: sent.get(personId) ?? [],
    messages: own.map(({ message, recipient }): AskedMessage => ({
      id: message.id,
      asked: { ...message, notBeforeMs: message.notBefore.getTime(), expiresAtMs: message.expiresAt?.getTime() ?? null },
      askedAtMs: message.askedAt.getTime(),
      // A broadcast goes to those who can be reached when it goes.
      awaitsAddress: message.sourceKind !== "broadcast",
      addressToken: recipient?.token ?? null,
    })),
  }));
}

type Going = ReadonlyMap<string, Handing | "later">;
type ToSend = Claimed & { readonly recipient: Recipient };

/** What goes out now, each at its time; where a provider takes no more within the next second the rest is left for later. */
async function paced(
  tx: Tx,
  { place: { workspaceId }, providers, roomOf }: DecideAsked,
  sending: readonly ToSend[],
  nowMs: number,
): Promise<Going> {
  const going = new Map<string, Handing | "later">();
  const claimed = { atMs: nowMs, tickMs: performance.now() };
  // In one order, so that two transactions never wait for each other in a circle.
  for (const provider of [...providers.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
    const own = sending.filter(({ message }) => providers.get(message.channel)?.id === provider.id);
    if (own.length === 0) continue;
    const slots = await takeSlots(tx, workspaceId, { provider, wanted: Math.min(own.length, roomOf(provider)), nowMs });
    for (const [place, { message, personId, recipient }] of own.entries()) {
      const startMs = slots[place];
      const repeatUntilMs = provider.repeatableForMs === null ? null : nowMs + provider.repeatableForMs;
      const shared = {
        workspaceId,
        message,
        personId,
        recipient,
        provider,
        repeatUntilMs,
        tries: message.tries + 1,
        attempts: message.attempts + 1,
        maybe: false,
        claimed,
      };
      going.set(message.id, startMs === undefined ? "later" : { ...shared, startMs });
    }
  }
  return going;
}

type Writing = {
  readonly batch: Batch;
  readonly verdicts: ReadonlyMap<string, Verdict>;
  /** What deciding tells on the spine. */
  readonly told: readonly FeedEvent[];
  readonly going: Going;
  readonly nowMs: number;
};

async function write(deps: MessageDeps, tx: Tx, workspaceId: number, { batch, verdicts, told, going, nowMs }: Writing): Promise<void> {
  const judged = [
    ...batch.known.flatMap(({ message }) => {
      const verdict = verdicts.get(message.id);
      return verdict === undefined ? [] : [{ message, verdict }];
    }),
    ...batch.nobodys.map((message) => ({ message, verdict: whenUnknown(message, nowMs) })),
  ];
  await saveDecided(
    tx,
    workspaceId,
    judged.map(({ message, verdict }) => decidedAs(message, verdict, going.get(message.id), nowMs)),
    new Date(nowMs),
  );
  // What waits for the same reason as before has been told already.
  const noted = judged.filter(
    ({ message, verdict }) => going.get(message.id) !== "later" && (verdict.verdict !== "defer" || verdict.reason !== message.reason),
  );
  await addNotes(
    tx,
    workspaceId,
    noted.map(({ message, verdict: { verdict, reason, rule, details } }): Note => ({
      messageId: message.id,
      what: verdict,
      reason,
      rule,
      details,
    })),
    new Date(nowMs),
  );
  // Lanes are locked until the commit: it is the last thing.
  await appendWithin(tx, deps.privacy, [...told, ...(await blockedEvents(deps, tx, workspaceId, { judged, nowMs }))]);
}

/** What became known of somebody a moment ago may still be on its way. */
function whenUnknown({ askedAt, expiresAt }: DueMessage, nowMs: number): Verdict {
  const untilMs = awaitedUntil(askedAt.getTime(), nowMs);
  const because = { rule: null, details: {} };
  if (untilMs === undefined || (expiresAt !== null && untilMs >= expiresAt.getTime()))
    return { verdict: "block", reason: "person_unknown", ...because };
  return { verdict: "defer", untilMs, reason: "person_awaited", ...because };
}

function decidedAs({ id }: DueMessage, verdict: Verdict, goes: Handing | "later" | undefined, nowMs: number): Decided {
  const because = { id, reason: verdict.reason, rule: verdict.rule, details: verdict.details };
  if (verdict.verdict === "defer") return { ...because, state: "waiting", dueMs: verdict.untilMs, letGo: null };
  if (verdict.verdict === "block")
    return {
      ...because,
      state: verdict.reason === "expired" || verdict.reason === "too_late" ? "expired" : "blocked",
      dueMs: null,
      letGo: null,
    };
  if (goes === undefined || goes === "later")
    return { ...because, state: "waiting", dueMs: nowMs + PACE_AHEAD_MS, reason: "rate", letGo: null };
  const { provider, repeatUntilMs, recipient } = goes;
  const { id: providerId, repeating, trust } = provider;
  const letGo = { providerId, repeating, repeatUntilMs, addressToken: recipient.token, trust };
  return { ...because, state: "sending", dueMs: nowMs + leaseOf(provider), letGo };
}

type Judged = { readonly judged: readonly { readonly message: DueMessage; readonly verdict: Verdict }[]; readonly nowMs: number };

async function blockedEvents(deps: MessageDeps, tx: Tx, workspaceId: number, { judged, nowMs }: Judged): Promise<readonly FeedEvent[]> {
  const blocked = judged.filter(({ verdict }) => verdict.verdict === "block" && verdict.reason !== "person_unknown");
  if (blocked.length === 0) return [];
  const names = await deps.people.clearIdsIn(tx, workspaceId, [...new Set(blocked.map(({ message }) => message.originId))]);
  return blocked.flatMap(({ message, verdict }) => {
    const id = names.get(message.originId);
    const more = { reason: verdict.reason, ...(verdict.rule === null ? {} : { rule: verdict.rule }) };
    return id === undefined ? [] : [messageEvent(workspaceId, id, message, { what: "blocked", atMs: nowMs, more })];
  });
}
