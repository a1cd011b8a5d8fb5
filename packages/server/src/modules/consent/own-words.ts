import type { ConsentClaim, ConsentSource } from "@terrace/domain/consent/consent-claims";
import { decideConsent, factThatCounts, type ConsentState } from "@terrace/domain/consent/consent-facts";
import { purposesOf, type Purpose } from "@terrace/domain/consent/purposes";
import type { JsonObject } from "@terrace/domain/json";
import { appendWithin } from "../../platform/feed/append-within.ts";
import { inTransaction, type Tx } from "../../platform/storage/postgres.ts";
import { eventOf, type ConsentDeps } from "./consent.commands.ts";
import { insertFacts, loadPurposes } from "./consent.store.ts";
import { loadLedger } from "./consent.views.ts";
import { factOf } from "./observe.ts";
import { deletePending, loadPending, savePending } from "./pending.store.ts";

/** Something that a person says themselves, on a page that only they were given the address of. An empty channel is all of them. */
export type OwnWord = { readonly purpose: string; readonly channel: string; readonly state: ConsentState };
/** Whom a link was made for. */
export type Whose = { readonly workspaceId: number; readonly originId: string };
export type Told = { readonly source: ConsentSource; readonly evidence: JsonObject };

/** What a person allows for a purpose on a channel. */
export type Choice = "on" | "off" | "pending";
export type Preferences = {
  readonly personId: string;
  /** Purposes that need consent, with what counts now for the whole and by channel. */
  readonly purposes: readonly { readonly purpose: Purpose; readonly of: (channel: string) => Choice }[];
  /** Channels of which the person ever said something. */
  readonly channels: readonly string[];
};

/** What people say of their consent by links that were sent to them. */
export type OwnWords = {
  readonly purposes: (workspaceId: number) => Promise<readonly Purpose[]>;
  /** Undefined when nobody has the id (any more). */
  readonly preferencesOf: (workspaceId: number, originId: string) => Promise<Preferences | undefined>;
  /** Writes down what they say; answers false when nobody has the id. What is taken back hangs on all of their ids. */
  readonly say: (whose: Whose, words: readonly OwnWord[], told: Told) => Promise<boolean>;
  /** Notes what they will have agreed to once they confirm it; it counts for nothing until then. */
  readonly sayLater: (tx: Tx, whose: Whose, words: readonly OwnWord[], untilMs: number) => Promise<void>;
  /** They confirm what waits on a channel; answers what that was. */
  readonly confirm: (whose: Whose, channel: string, told: Told) => Promise<readonly OwnWord[]>;
};

export function createOwnWords(deps: ConsentDeps): OwnWords {
  return {
    purposes: async (workspaceId) => purposesOf(await loadPurposes(deps.db, workspaceId)),
    preferencesOf: (workspaceId, originId) => preferencesOf(deps, workspaceId, originId),
    say: (whose, words, told) => inTransaction(deps.db, (tx) => sayIn(deps, tx, whose, { words, told })),
    sayLater: (tx, { workspaceId, originId }, words, untilMs) => {
      const [askedAt, expiresAt] = [new Date(deps.nowMs()), new Date(untilMs)];
      return savePending(
        tx,
        workspaceId,
        originId,
        words.map(({ purpose, channel }) => ({ purpose, channel, askedAt, expiresAt })),
      );
    },
    confirm: ({ workspaceId, originId }, channel, told) =>
      inTransaction(deps.db, async (tx) => {
        const owned = await deps.people.idsOfPeople(tx, workspaceId, [originId]);
        const pending = await loadPending(
          tx,
          workspaceId,
          owned.map((one) => one.originId),
          new Date(deps.nowMs()),
        );
        const words = pending.flatMap((one): readonly OwnWord[] =>
          one.channel === channel ? [{ purpose: one.purpose, channel, state: "given" }] : [],
        );
        await sayIn(deps, tx, { workspaceId, originId }, { words, told });
        return words;
      }),
  };
}

async function preferencesOf({ db, people, nowMs }: ConsentDeps, workspaceId: number, originId: string): Promise<Preferences | undefined> {
  const owned = await people.idsOfPeople(db, workspaceId, [originId]);
  const [first] = owned;
  if (first === undefined) return undefined;
  const atMs = nowMs();
  const originIds = owned.map((one) => one.originId);
  const [own, ledger, pending] = await Promise.all([
    loadPurposes(db, workspaceId),
    loadLedger(db, workspaceId, first.personId),
    loadPending(db, workspaceId, originIds, new Date(atMs)),
  ]);
  const purposes = purposesOf(own).filter(({ basis, active }) => basis === "consent" && active);
  return {
    personId: first.personId,
    channels: [...new Set([...ledger, ...pending].flatMap(({ channel }) => (channel === "" ? [] : [channel])))].toSorted(),
    purposes: purposes.map((purpose) => ({
      purpose,
      of: (channel) => {
        const counts = factThatCounts(ledger, { purpose: purpose.key, channel, atMs });
        if (decideConsent(purpose, counts).allowed) return "on";
        return pending.some((one) => one.purpose === purpose.key && one.channel === channel) ? "pending" : "off";
      },
    })),
  };
}

type Saying = { readonly words: readonly OwnWord[]; readonly told: Told };

async function sayIn(deps: ConsentDeps, tx: Tx, { workspaceId, originId }: Whose, { words, told }: Saying): Promise<boolean> {
  const owned = (await deps.people.idsOfPeople(tx, workspaceId, [originId])).map((one) => one.originId);
  const naming = (await deps.people.clearIdsIn(tx, workspaceId, [originId])).get(originId);
  if (naming === undefined) return false;
  const atMs = deps.nowMs();
  const claims = words.map((word): ConsentClaim => ({ ...word, ...told, atMs, textKey: "", textVersion: 0 }));
  const facts = claims.flatMap((claim) => {
    // Were it to hang on one id only, parting people again would leave the other half with a consent that the person took back.
    const hangsOn = claim.state === "withdrawn" ? [...new Set([originId, ...owned])] : [originId];
    return hangsOn.map((id) => factOf(deps, { workspaceId, originId: id, actor: "" }, claim));
  });
  await insertFacts(tx, facts, new Date(atMs));
  for (const word of words) await deletePending(tx, workspaceId, [originId, ...owned], word);
  const events = claims.map((claim) =>
    eventOf(deps, { workspaceId, id: naming, messageId: `consent-${deps.randomId()}`, console: false }, claim),
  );
  // Lanes are locked until the commit: it is the last thing.
  await appendWithin(tx, deps.privacy, events);
  return true;
}
