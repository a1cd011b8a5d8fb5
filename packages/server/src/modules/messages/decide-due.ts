import { LOOK_BACK_DAYS_MAX } from "@terrace/domain/governor/rules";
import type { AskedMessage, AskedPerson } from "../governor/module.ts";
import type { MessageChannel } from "@terrace/domain/messages/channel";
import type { Verdict } from "@terrace/domain/governor/verdict";
import { appendWithin } from "../../platform/feed/append-within.ts";
import { inTransaction, type Tx } from "../../platform/storage/postgres.ts";
import { claimRivals, claimWaiting, loadSent, tryLockPeople, type DueMessage, type DuePlace } from "./due.store.ts";
import { LEASE_MS, type Handing } from "./handing.ts";
import { messageEvent } from "./message-events.ts";
import type { MessageDeps, Provider } from "./messages-deps.ts";
import { addNotes, lockPace, roomOf, saveDecided, savePace, type Decided, type Note } from "./progress.store.ts";
import { recipientOn, type Recipient } from "./recipient.ts";

const DAY_MS = 86_400_000;
/** What a provider takes by its rate is planned so far ahead. */
export const PACE_AHEAD_MS = 1_000;

export type DecideAsked = {
  readonly place: DuePlace;
  /** Who carries messages, by channel; of other channels nothing is decided. */
  readonly providers: ReadonlyMap<MessageChannel, Provider>;
  readonly limit: number;
};

export type DecidedDue = { readonly claimed: number; readonly handing: readonly Handing[] };

/** Decides about due messages and writes what goes out as being handed over, in one transaction. */
export async function decideDue(deps: MessageDeps, asked: DecideAsked): Promise<DecidedDue> {
  return inTransaction(deps.db, async (tx) => {
    const nowMs = deps.nowMs();
    const claimed = await claimWaiting(tx, asked.place, new Date(nowMs), asked.limit);
    if (claimed.length === 0) return { claimed: 0, handing: [] };
    const batch = await gather(deps, tx, { asked, claimed, nowMs });
    const verdicts = await deps.governor.decide(tx, asked.place.workspaceId, askedPeople(batch));
    const sending = batch.known.flatMap((one): readonly ToSend[] =>
      one.recipient !== undefined && verdicts.get(one.message.id)?.verdict === "send" ? [{ ...one, recipient: one.recipient }] : [],
    );
    const going = await paced(tx, asked, sending, nowMs);
    await write(deps, tx, asked.place.workspaceId, { batch, verdicts, going, nowMs });
    return { claimed: batch.all.length, handing: [...going.values()].filter((one) => one !== "later") };
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
  const owned = await deps.people.idsOfPeople(tx, workspaceId, [...new Set(claimed.map(({ originId }) => originId))]);
  const ownerOf = new Map(owned.map(({ originId, personId }) => [originId, personId]));
  const ours = await tryLockPeople(tx, workspaceId, [...new Set(ownerOf.values())]);
  const originIds = owned.filter(({ personId }) => ours.has(personId)).map(({ originId }) => originId);
  const rivals = await claimRivals(
    tx,
    workspaceId,
    { originIds, channels: [...providers.keys()], except: claimed.map(({ id }) => id) },
    new Date(nowMs),
  );
  const sent = await loadSent(tx, workspaceId, originIds, new Date(nowMs - (LOOK_BACK_DAYS_MAX + 1) * DAY_MS));
  const identities = Map.groupBy(await deps.people.identities(tx, workspaceId, [...ours]), ({ personId }) => personId);
  const all = [...claimed, ...rivals];
  return {
    all,
    nobodys: all.filter(({ originId }) => !ownerOf.has(originId)),
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
      addressToken: recipient?.token ?? null,
    })),
  }));
}

type Going = ReadonlyMap<string, Handing | "later">;
type ToSend = Claimed & { readonly recipient: Recipient };

/** What goes out now, each at its time; where a provider takes no more within the next second the rest is left for later. */
async function paced(
  tx: Tx,
  { place: { workspaceId }, providers }: DecideAsked,
  sending: readonly ToSend[],
  nowMs: number,
): Promise<Going> {
  const going = new Map<string, Handing | "later">();
  // In one order, so that two transactions never wait for each other in a circle.
  for (const provider of [...providers.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
    const own = sending.filter(({ message }) => providers.get(message.channel)?.id === provider.id);
    if (own.length === 0) continue;
    const slots = await takeSlots(tx, workspaceId, { provider, wanted: own.length, nowMs });
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
        leaseMs: nowMs + LEASE_MS,
      };
      going.set(message.id, startMs === undefined ? "later" : { ...shared, startMs });
    }
  }
  return going;
}

type Slots = { readonly provider: Provider; readonly wanted: number; readonly nowMs: number };

/** When the next messages are handed over: as many as a provider takes soon, at most as many as there are. */
async function takeSlots(tx: Tx, workspaceId: number, { provider, wanted, nowMs }: Slots): Promise<readonly number[]> {
  const { id, ratePerSecond: rate } = provider;
  if (rate === null) return Array.from({ length: wanted }, () => nowMs);
  const nextMs = await lockPace(tx, workspaceId, id, new Date(nowMs));
  const count = Math.min(wanted, roomOf(nextMs, nowMs, nowMs + PACE_AHEAD_MS, rate));
  const slotAt = (place: number): number => nextMs + (place * 1_000) / rate;
  await savePace(tx, workspaceId, id, new Date(Math.ceil(slotAt(count))));
  return Array.from({ length: count }, (_, place) => slotAt(place));
}

type Writing = { readonly batch: Batch; readonly verdicts: ReadonlyMap<string, Verdict>; readonly going: Going; readonly nowMs: number };

async function write(deps: MessageDeps, tx: Tx, workspaceId: number, { batch, verdicts, going, nowMs }: Writing): Promise<void> {
  const nobody: Verdict = { verdict: "block", reason: "person_unknown", rule: null, details: {} };
  const judged = [
    ...batch.known.flatMap(({ message }) => {
      const verdict = verdicts.get(message.id);
      return verdict === undefined ? [] : [{ message, verdict }];
    }),
    ...batch.nobodys.map((message) => ({ message, verdict: nobody })),
  ];
  await saveDecided(
    tx,
    workspaceId,
    judged.map(({ message, verdict }) => decidedAs(message, verdict, going.get(message.id), nowMs)),
    new Date(nowMs),
  );
  // What waits for the same reason as before has been told already.
  const told = judged.filter(
    ({ message, verdict }) => going.get(message.id) !== "later" && (verdict.verdict !== "defer" || verdict.reason !== message.reason),
  );
  await addNotes(
    tx,
    workspaceId,
    told.map(({ message, verdict: { verdict, reason, rule, details } }): Note => ({
      messageId: message.id,
      what: verdict,
      reason,
      rule,
      details,
    })),
    new Date(nowMs),
  );
  await tellBlocked(deps, tx, workspaceId, { judged, nowMs });
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
  const { provider, repeatUntilMs, recipient, leaseMs } = goes;
  const letGo = { providerId: provider.id, repeating: provider.repeating, repeatUntilMs, addressToken: recipient.token };
  return { ...because, state: "sending", dueMs: leaseMs, letGo };
}

type Judged = { readonly judged: readonly { readonly message: DueMessage; readonly verdict: Verdict }[]; readonly nowMs: number };

async function tellBlocked(deps: MessageDeps, tx: Tx, workspaceId: number, { judged, nowMs }: Judged): Promise<void> {
  const blocked = judged.filter(({ verdict }) => verdict.verdict === "block" && verdict.reason !== "person_unknown");
  if (blocked.length === 0) return;
  const names = await deps.people.clearIds(workspaceId, [...new Set(blocked.map(({ message }) => message.originId))]);
  const events = blocked.flatMap(({ message, verdict }) => {
    const id = names.get(message.originId);
    const more = { reason: verdict.reason, ...(verdict.rule === null ? {} : { rule: verdict.rule }) };
    return id === undefined ? [] : [messageEvent(workspaceId, id, message, { what: "blocked", atMs: nowMs, more })];
  });
  // Lanes are locked until the commit: it is the last thing.
  await appendWithin(tx, deps.privacy, events);
}
