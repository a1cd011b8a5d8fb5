import type { MessageChannel } from "@terrace/domain/messages/channel";
import { inTransaction } from "../../platform/storage/postgres.ts";
import { claimLeft, type DueMessage } from "./due.store.ts";
import { LEASE_MS, type Handing } from "./handing.ts";
import type { MessageDeps, Provider } from "./messages-deps.ts";
import { addNotes, saveEnded, takeOver } from "./progress.store.ts";
import { recipientOn } from "./recipient.ts";

type Left = DueMessage & { readonly workspaceId: number };

export type LeftAsked = {
  readonly providerFor: (workspaceId: number, channel: MessageChannel) => Promise<Provider | undefined>;
  readonly limit: number;
};

/**
 * Takes over messages that were being handed over and whose end nobody wrote in time: the process is gone, or the end is unknown and it is time to try again. Where the
 * provider takes a reference once, or can be asked, that is done; all others are `unknown` from now on.
 */
export async function takeLeft(deps: MessageDeps, { providerFor, limit }: LeftAsked): Promise<readonly Handing[]> {
  const now = new Date(deps.nowMs());
  return inTransaction(deps.db, async (tx) => {
    const left = await claimLeft(tx, now, limit);
    const handing: Handing[] = [];
    for (const [workspaceId, own] of Map.groupBy(left, (one) => one.workspaceId)) {
      const providers = new Map<MessageChannel, Provider | undefined>();
      for (const { channel } of own) if (!providers.has(channel)) providers.set(channel, await providerFor(workspaceId, channel));
      const again = await handingOf(deps, workspaceId, own, { providers, now });
      const ids = new Set(again.map(({ message }) => message.id));
      await takeOver(tx, workspaceId, [...ids], new Date(now.getTime() + LEASE_MS));
      handing.push(...again);
      const lost = own.filter(({ id }) => !ids.has(id));
      await saveEnded(
        tx,
        workspaceId,
        lost.map(({ id, tries }) => ({
          id,
          tries,
          state: "unknown",
          dueMs: null,
          reason: "process_ended",
          providerRef: null,
          sentVersion: null,
          accepted: false,
        })),
        now,
      );
      await addNotes(
        tx,
        workspaceId,
        lost.map(({ id, tries }) => ({ messageId: id, what: "unknown", reason: "process_ended", rule: null, details: { tries } })),
        now,
      );
    }
    return handing;
  });
}

type Around = { readonly providers: ReadonlyMap<MessageChannel, Provider | undefined>; readonly now: Date };

/** Those of which another try, or a question, can do no harm: the provider is still the one that has them, and knows them by their reference. */
async function handingOf(
  deps: MessageDeps,
  workspaceId: number,
  left: readonly Left[],
  { providers, now }: Around,
): Promise<readonly Handing[]> {
  const owned = await deps.people.idsOfPeople(deps.db, workspaceId, [...new Set(left.map(({ originId }) => originId))]);
  const ownerOf = new Map(owned.map(({ originId, personId }) => [originId, personId]));
  const identities = Map.groupBy(
    await deps.people.identities(deps.db, workspaceId, [...new Set(ownerOf.values())]),
    ({ personId }) => personId,
  );
  return left.flatMap((message): readonly Handing[] => {
    const provider = providers.get(message.channel);
    const personId = ownerOf.get(message.originId);
    const repeatUntilMs = message.repeatUntil?.getTime() ?? null;
    if (provider === undefined || provider.id !== message.providerId || provider.repeating === "neither" || personId === undefined)
      return [];
    if (repeatUntilMs !== null && repeatUntilMs <= now.getTime()) return [];
    const recipient = recipientOn(message.channel, personId, identities.get(personId) ?? []);
    // Another address would be another message.
    if (recipient === undefined || recipient.token !== message.addressToken) return [];
    const shared = { workspaceId, message, personId, recipient, provider, repeatUntilMs };
    return [{ ...shared, tries: message.tries + 1, startMs: now.getTime(), leaseMs: now.getTime() + LEASE_MS }];
  });
}
