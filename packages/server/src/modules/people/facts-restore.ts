import type { Secret, TraitChange } from "@terrace/domain/event/feed-event";
import { sanitiseProperties } from "@terrace/domain/event/sanitise-properties";
import type { DumpedIdentity, DumpedLink, PersonFacts } from "@terrace/domain/exports/person-dump";
import type { IdentityRef } from "@terrace/domain/identity/identity-kinds";
import { normaliseIdentity, personalClassOfIdentity } from "@terrace/domain/identity/normalise-identity";
import { compareOrigins, kindBit } from "@terrace/domain/identity/person-order";
import { NEVER_JOINED } from "@terrace/domain/identity/plan-link";
import type { Json } from "@terrace/domain/json";
import { createDetector, secretKeeper } from "@terrace/domain/personal/detect";
import type { TraitMessage } from "@terrace/domain/traits/fold-traits";
import type { LogEntry } from "@terrace/domain/traits/trait-log";
import type { Tx } from "../../platform/storage/postgres.ts";
import type { PrivacyModule } from "../privacy/module.ts";
import { insertMergesOnce, insertTagsOnce, type TagFact } from "./facts-restore.store.ts";
import { beginChange, lockPeople, restorePlanner, type Located } from "./locate.store.ts";
import { LockMore, withLocks } from "./locks.ts";
import { keepApart } from "./merge.store.ts";
import type { StoredMerge } from "./people-export.views.ts";
import { linkKey } from "./person-row.ts";
import { insertIdentities, saveLinks, savePeople, updateSeen, type IdentityRow } from "./people-facts.store.ts";
import { recompute } from "./recompute.ts";
import { compareTerms, refold } from "./refold.ts";
import { termsOfPersonal } from "./search-terms.ts";
import { insertTerms } from "./traits.store.ts";

export type RestoreDeps = {
  readonly privacy: Pick<PrivacyModule, "originId" | "tokenise" | "searchTerm" | "seal">;
  readonly isMarkedPersonal?: (workspaceId: number, event: string, property: string) => boolean;
};

/** What is known of an id. */
type Known = {
  readonly originId: string;
  readonly ref: IdentityRef;
  firstMs: number;
  lastMs: number | null;
  severedMs: number | null;
  messages: TraitMessage[];
};
type Tie = { readonly low: string; readonly high: string };
type LinkTie = Tie & Omit<DumpedLink, "low" | "high">;
type Work = {
  readonly ids: ReadonlyMap<string, Known>;
  readonly links: readonly LinkTie[];
  readonly merges: readonly StoredMerge[];
  readonly tags: readonly TagFact[];
  /** Personal values of traits: by id and token. */
  readonly secrets: ReadonlyMap<string, Readonly<Record<string, Secret>>>;
};

/**
 * Adds the facts of people exported elsewhere. Facts that are there already stay, so a repeat changes nothing; who the people are
 * follows from all facts together, whatever the order in which they come.
 */
export async function restoreFacts(deps: RestoreDeps, tx: Tx, workspaceId: number, people: readonly PersonFacts[]): Promise<void> {
  const work = gather(deps, workspaceId, people);
  if (work.ids.size === 0) return;
  const named = new Set([...work.links, ...work.merges].flatMap(({ low, high }) => [low, high]));
  await withLocks(tx, async (inner, { alone, lockAlso }) => {
    await beginChange(inner, workspaceId, alone);
    const located = await lockPeople(inner, workspaceId, [...new Set([...work.ids.keys(), ...named, ...lockAlso])]);
    if (!located.settled) throw new LockMore([]);
    const rows = await saveIds(deps, inner, workspaceId, { ids: work.ids, located });
    const isThere = (originId: string): boolean => work.ids.has(originId) || located.origins.has(originId);
    await saveTies(inner, workspaceId, work, ({ low, high }) => isThere(low) && isThere(high));
    const locked = new Set([...located.people.keys(), ...rows.map(({ originId }) => originId)]);
    const seeds = [...new Set([...work.ids.keys(), ...named])].filter(isThere);
    const reshaped = (await recompute(inner, workspaceId, seeds, locked)) ?? [];
    await refold(inner, workspaceId, [...seeds, ...reshaped], {
      messages: new Map([...work.ids.values()].filter(({ messages }) => messages.length > 0).map((id) => [id.originId, id.messages])),
      clearOf: (originId, token) => work.secrets.get(originId)?.[token]?.value,
      blind: (text) => deps.privacy.searchTerm(workspaceId, text),
    });
    await restorePlanner(inner);
    await deps.privacy.seal(inner, workspaceId, sealsOf(work, rows));
  });
}

function gather(deps: RestoreDeps, workspaceId: number, people: readonly PersonFacts[]): Work {
  const ids = new Map<string, Known>();
  const secrets = new Map<string, Record<string, Secret>>();
  const origin = (ref: IdentityRef): string => originOf(deps, workspaceId, ref);
  for (const identity of people.flatMap(({ identities }) => identities)) {
    const originId = origin(identity);
    const known = ids.get(originId) ?? { originId, ref: normal(identity), firstMs: Infinity, lastMs: null, severedMs: null, messages: [] };
    ids.set(originId, known);
    known.firstMs = Math.min(known.firstMs, identity.firstSeenMs);
    known.lastMs = latest(known.lastMs, identity.lastSeenMs);
    known.severedMs = latest(known.severedMs, identity.severedMs);
    const hidden = secrets.get(originId) ?? {};
    secrets.set(originId, hidden);
    known.messages.push(...messagesOf(deps, workspaceId, identity, hidden));
  }
  return {
    ids,
    secrets,
    links: people.flatMap(({ links }) => links.map(({ low, high, ...rest }) => ({ ...rest, ...tieOf(origin(low), origin(high)) }))),
    merges: people.flatMap(({ merges }) =>
      merges.map(({ low, high, survivor, atMs, createdAt, takenBackAt, ...rest }) => ({
        ...rest,
        ...tieOf(origin(low), origin(high)),
        survivor: origin(survivor),
        atMs: String(atMs),
        createdAt: new Date(createdAt),
        takenBackAt: takenBackAt === null ? null : new Date(takenBackAt),
      })),
    ),
    tags: people.flatMap(({ identities }) =>
      identities.flatMap((identity) => identity.tags.map((tag) => ({ ...tag, originId: origin(identity) }))),
    ),
  };
}

function tieOf(a: string, b: string): Tie {
  return compareOrigins(a, b) < 0 ? { low: a, high: b } : { low: b, high: a };
}

/** Ids in an export are in the one spelling already; this is for files edited by hand. */
function normal(ref: IdentityRef): IdentityRef {
  const id = normaliseIdentity(ref.kind, ref.value);
  return id.ok ? id.value : ref;
}

function originOf({ privacy }: RestoreDeps, workspaceId: number, ref: IdentityRef): string {
  const { kind, value } = normal(ref);
  return privacy.originId(workspaceId, kind, value);
}

function latest(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b);
}

/** Each stored change as a message of its own, personal values in it replaced as the edge does. */
function messagesOf(
  deps: RestoreDeps,
  workspaceId: number,
  { traits, marked, cleared }: DumpedIdentity,
  secrets: Record<string, Secret>,
): readonly TraitMessage[] {
  const hide = secretKeeper((personalClass, value) => deps.privacy.tokenise(workspaceId, personalClass, value), secrets);
  const isMarked = (key: string): boolean => marked.includes(key) || deps.isMarkedPersonal?.(workspaceId, "$identify", key) === true;
  const detector = createDetector({ traits: true, isMarked }, hide);
  const messages = Object.entries(traits).flatMap(([key, log]) =>
    log.flatMap(([timeMs, tie, op, value]): readonly TraitMessage[] => {
      const cleaned = sanitiseProperties({ [key]: value ?? "" }, detector);
      const entry = cleaned.ok ? Object.entries(cleaned.value.properties)[0] : undefined;
      return entry === undefined ? [] : [{ timeMs, messageId: "", tie, changes: [changeOf(op, entry[0], entry[1])] }];
    }),
  );
  return cleared === undefined
    ? messages
    : [...messages, { timeMs: cleared[0], messageId: "", tie: cleared[1], changes: [{ op: "clear" }] }];
}

function changeOf(op: LogEntry[2], key: string, value: Json): TraitChange {
  switch (op) {
    case "s":
      return { op: "set", key, value };
    case "o":
      return { op: "set_once", key, value };
    case "a":
      return { op: "append", key, value };
    case "i":
      return { op: "increment", key, value: typeof value === "number" ? value : 0 };
    case "u":
      return { op: "unset", key };
    default:
      return op satisfies never;
  }
}

/** Adds ids that are not there as people of their own, and widens when the others were seen. Answers the new ones. */
async function saveIds(
  { privacy }: RestoreDeps,
  tx: Tx,
  workspaceId: number,
  { ids, located }: Pick<Work, "ids"> & { readonly located: Located },
): Promise<readonly IdentityRow[]> {
  const sorted = [...ids.values()].toSorted((a, b) => compareOrigins(a.originId, b.originId));
  const fresh = sorted
    .filter(({ originId }) => !located.origins.has(originId))
    .map(({ originId, ref, firstMs, lastMs, severedMs }): IdentityRow => {
      const personalClass = personalClassOfIdentity(ref);
      const value = personalClass === undefined ? ref.value : privacy.tokenise(workspaceId, personalClass, ref.value);
      return { originId, ref, personId: originId, firstMs, lastMs, severedMs, value, class: personalClass ?? "" };
    });
  // Another process was first with one of them: now it is there to be found.
  if ((await insertIdentities(tx, workspaceId, fresh)) < fresh.length) throw new LockMore([]);
  const seen = sorted.filter(({ originId }) => located.origins.has(originId));
  await updateSeen(tx, workspaceId, seen);
  const made = fresh.map(({ originId, ref, firstMs, lastMs }) => ({
    personId: originId,
    kinds: kindBit(ref.kind),
    idsCount: 1,
    joinedAtMs: NEVER_JOINED,
    waived: false,
    firstSeenMs: firstMs,
    lastSeenMs: lastMs ?? firstMs,
    structural: true,
  }));
  const widened = [...Map.groupBy(seen, ({ originId }) => located.origins.get(originId)?.personId ?? "")].flatMap(([personId, own]) => {
    const person = located.people.get(personId);
    if (person === undefined) return [];
    return [
      {
        ...person,
        firstSeenMs: own.reduce((least, { firstMs }) => Math.min(least, firstMs), person.firstSeenMs),
        lastSeenMs: own.reduce((most, { firstMs, lastMs }) => Math.max(most, lastMs ?? firstMs), person.lastSeenMs),
        structural: false,
      },
    ];
  });
  await savePeople(
    tx,
    workspaceId,
    [...made, ...widened].toSorted((a, b) => compareOrigins(a.personId, b.personId)),
  );
  await insertTerms(tx, workspaceId, fresh.flatMap((row) => termsOf(privacy, workspaceId, row)).toSorted(compareTerms));
  return fresh;
}

function termsOf(
  privacy: RestoreDeps["privacy"],
  workspaceId: number,
  { originId, ref }: IdentityRow,
): readonly { readonly term: string; readonly originId: string }[] {
  const personalClass = personalClassOfIdentity(ref);
  if (personalClass === undefined) return [];
  return termsOfPersonal(personalClass, ref.value, (text) => privacy.searchTerm(workspaceId, text)).map((term) => ({ term, originId }));
}

/**
 * Links, decisions, merges and tags. A tie whose other id is not there yet waits: it comes again with that id's person. Whether a link
 * holds is found out when the people are planned.
 */
async function saveTies(tx: Tx, workspaceId: number, work: Work, isWhole: (tie: Tie) => boolean): Promise<void> {
  const links = [...new Map(work.links.filter(isWhole).map((link) => [linkKey(link), { ...link, refused: null }])).values()].toSorted(
    (a, b) => compareOrigins(a.low, b.low) || compareOrigins(a.high, b.high),
  );
  await saveLinks(tx, workspaceId, links);
  for (const link of links) if (link.keptApart) await keepApart(tx, workspaceId, link);
  await insertMergesOnce(tx, workspaceId, work.merges.filter(isWhole));
  await insertTagsOnce(tx, workspaceId, work.tags);
}

function sealsOf({ secrets }: Work, rows: readonly IdentityRow[]) {
  return [
    ...rows.flatMap(({ originId, ref, value }) => {
      const personalClass = personalClassOfIdentity(ref);
      return personalClass === undefined ? [] : [{ originId, token: value, class: personalClass, value: ref.value }];
    }),
    ...[...secrets].flatMap(([originId, hidden]) =>
      Object.entries(hidden).map(([token, secret]) => ({ originId, token, class: secret.class, value: secret.value })),
    ),
  ];
}
