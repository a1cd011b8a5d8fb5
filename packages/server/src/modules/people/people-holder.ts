import { foldTraits } from "@terrace/domain/traits/fold-traits";
import type { Json } from "@terrace/domain/json";
import type {
  ErasedSubjects,
  EraseStep,
  HeldGroup,
  HeldItem,
  PersonalDataHolder,
  PersonAsked,
} from "../../platform/personal-data/holder.ts";
import type { Db, Tx } from "../../platform/storage/postgres.ts";
import type { PrivacyModule } from "../privacy/module.ts";
import { deleteOrigins, type PeopleRemoved } from "./erase.store.ts";
import { beginChange, lockPeople, restorePlanner } from "./locate.store.ts";
import { LockMore, withLocks } from "./locks.ts";
import { loadLinksOf, loadMergesOf, loadPeopleOf } from "./neighbourhood.store.ts";
import { loadNotes } from "./note.store.ts";
import { countMerges, loadIdentities } from "./person.views.ts";
import { recompute } from "./recompute.ts";
import { NO_NEWS, refold } from "./refold.ts";
import { noteClear } from "./remark-picture.ts";
import { loadTags } from "./tag.store.ts";
import { loadTraits } from "./traits.store.ts";

export type PeopleHolderDeps = { readonly db: Db; readonly privacy: Pick<PrivacyModule, "decryptPayload">; readonly nowMs: () => number };

const PEOPLE_PER_STEP = 100;

/** What is known of people: ids, traits, tags, notes, merges, and the index they are found by. */
export function createPeopleHolder(deps: PeopleHolderDeps): PersonalDataHolder {
  return { name: "people", describe: (asked) => describe(deps, asked), erase: erasePeople };
}

async function describe({ db, privacy, nowMs }: PeopleHolderDeps, asked: PersonAsked): Promise<readonly HeldGroup[]> {
  const { workspaceId, personId, originIds } = asked;
  const [identities, states, tags, notes, merges] = await Promise.all([
    loadIdentities(db, workspaceId, [personId]),
    loadTraits(db, workspaceId, originIds),
    loadTags(db, workspaceId, [personId], new Date(nowMs())),
    loadNotes(db, workspaceId, personId),
    countMerges(db, workspaceId, originIds),
  ]);
  return [
    groupOf(
      "identities",
      identities.map(({ kind, value, firstSeenMs }) => ({ what: kind, value: asked.show(value), at: isoOf(firstSeenMs) })),
    ),
    groupOf(
      "traits",
      [...foldTraits(states)].flatMap(([key, { value, atMs }]) => {
        const seen = asked.showField("trait", key, value);
        return seen === undefined ? [] : { what: asked.showText(key), value: seen, at: isoOf(atMs) };
      }),
    ),
    groupOf(
      "tags",
      tags.map(({ tag, owner, createdAt }) => ({ what: owner, value: tag, at: createdAt.toISOString() })),
    ),
    groupOf(
      "notes",
      notes.flatMap((note) => {
        const seen = asked.showNote(noteClear(privacy, note));
        return seen === undefined ? [] : { what: note.author, value: seen, at: note.createdAt.toISOString() };
      }),
    ),
    { key: "merges", total: merges, items: [] },
  ];
}

function groupOf(key: string, items: readonly HeldItem[]): HeldGroup {
  return { key, total: items.length, items };
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString();
}

async function erasePeople(tx: Tx, subjects: ErasedSubjects, cursor: Json): Promise<EraseStep> {
  const from = typeof cursor === "number" && cursor < subjects.people.length ? cursor : 0;
  const originIds = subjects.people.slice(from, from + PEOPLE_PER_STEP).flatMap((person) => person.originIds);
  if (originIds.length === 0) return { cursor: 0, done: true, removed: {} };
  const removed = await withLocks(tx, (inner, { lockAlso, alone }) =>
    eraseOrigins(inner, subjects.workspaceId, { originIds, lockAlso, alone }),
  );
  const next = from + PEOPLE_PER_STEP;
  const done = next >= subjects.people.length;
  return { cursor: done ? 0 : next, done, removed };
}

/** Removes ids; whoever was connected with them is planned anew from the facts that are left. */
async function eraseOrigins(
  tx: Tx,
  workspaceId: number,
  { originIds, lockAlso, alone }: { readonly originIds: readonly string[]; readonly lockAlso: readonly string[]; readonly alone: boolean },
): Promise<PeopleRemoved> {
  await beginChange(tx, workspaceId, alone);
  const located = await lockPeople(tx, workspaceId, [...new Set([...originIds, ...lockAlso])]);
  if (!located.settled) throw new LockMore([]);
  const erased = new Set(originIds);
  const [own, links, merges] = await Promise.all([
    loadPeopleOf(tx, workspaceId, originIds),
    loadLinksOf(tx, workspaceId, originIds),
    loadMergesOf(tx, workspaceId, originIds),
  ]);
  const touched = [...own.map(({ originId }) => originId), ...[...links, ...merges].flatMap(({ low, high }) => [low, high])];
  const neighbours = [...new Set(touched)].filter((originId) => !erased.has(originId));
  const removed = await deleteOrigins(tx, workspaceId, originIds, [...new Set(own.map(({ personId }) => personId))]);
  // Too large to be planned anew: they stay as they are.
  const reshaped = (await recompute(tx, workspaceId, neighbours, new Set(located.people.keys()))) ?? [];
  await refold(tx, workspaceId, reshaped, NO_NEWS);
  await restorePlanner(tx);
  return removed;
}
