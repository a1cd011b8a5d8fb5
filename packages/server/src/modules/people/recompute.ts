import type { IdentityKind } from "@terrace/domain/identity/identity-kinds";
import { linkTime } from "@terrace/domain/identity/link-time";
import { compareOrigins } from "@terrace/domain/identity/person-order";
import { planPeople, type PersonLink, type PlannedPerson, type RefusedLink } from "@terrace/domain/identity/plan-people";
import type { Tx } from "../../platform/storage/postgres.ts";
import { LockMore } from "./locks.ts";
import {
  dropOpenConflicts,
  loadLinksOf,
  loadMergesOf,
  loadPeopleOf,
  setRefused,
  type NeighbourIdentity,
  type NeighbourLink,
  type NeighbourMerge,
} from "./neighbourhood.store.ts";
import { countConflicts, deletePeople, moveOrigins, savePeople } from "./people-facts.store.ts";
import { linkKey, type PersonRow } from "./person-row.ts";

/** Largest neighbourhood planned anew; beyond it (a device shared by thousands) a conflicting late link stays refused. */
const NEIGHBOURHOOD_IDS_MAX = 20_000;

/** Everyone whom links, refused ones too, connect: what they are depends on each other and on nobody else. */
type Neighbourhood = {
  readonly identities: ReadonlyMap<string, NeighbourIdentity>;
  readonly links: ReadonlyMap<string, NeighbourLink>;
  readonly merges: ReadonlyMap<string, NeighbourMerge>;
};

type Held = PersonLink & { readonly link: NeighbourLink | undefined };

/**
 * Plans the neighbourhood of some ids anew from its facts and writes what differs. `locked` are the people this transaction holds or
 * made itself; throws `LockMore` when there are others. Answers the people whose ids changed, or undefined when the neighbourhood is too large.
 */
export async function recompute(
  tx: Tx,
  workspaceId: number,
  seeds: readonly string[],
  locked: ReadonlySet<string>,
): Promise<readonly string[] | undefined> {
  if (seeds.length === 0) return [];
  const ground = await loadNeighbourhood(tx, workspaceId, seeds);
  if (ground === undefined) return undefined;
  const owners = new Set([...ground.identities.values()].map(({ personId }) => personId));
  const unlocked = [...owners].filter((personId) => !locked.has(personId));
  if (unlocked.length > 0) throw new LockMore(unlocked);
  const kinds = new Map<string, IdentityKind>([...ground.identities.values()].map(({ originId, kind }) => [originId, kind]));
  const plan = planPeople(kinds, linksThatHold(ground));
  const changed = await writePeople(tx, workspaceId, ground, plan.people);
  const stay = new Set(plan.people.map(({ personId }) => personId));
  await deletePeople(
    tx,
    workspaceId,
    [...owners].filter((personId) => !stay.has(personId)),
  );
  await writeRefusals(tx, workspaceId, ground, plan);
  return changed;
}

/** Loads everyone connected with these ids, or undefined when that is too many. */
async function loadNeighbourhood(tx: Tx, workspaceId: number, seeds: readonly string[]): Promise<Neighbourhood | undefined> {
  const identities = new Map<string, NeighbourIdentity>();
  const links = new Map<string, NeighbourLink>();
  const merges = new Map<string, NeighbourMerge>();
  let frontier: readonly string[] = seeds;
  while (frontier.length > 0) {
    const found = (await loadPeopleOf(tx, workspaceId, frontier)).filter(({ originId }) => !identities.has(originId));
    for (const row of found) identities.set(row.originId, row);
    if (identities.size > NEIGHBOURHOOD_IDS_MAX) return undefined;
    const ids = found.map(({ originId }) => originId);
    const [linked, merged] =
      ids.length === 0 ? [[], []] : await Promise.all([loadLinksOf(tx, workspaceId, ids), loadMergesOf(tx, workspaceId, ids)]);
    for (const link of linked) links.set(linkKey(link), link);
    for (const merge of merged) merges.set(merge.mergeId, merge);
    frontier = [...new Set([...linked, ...merged].flatMap(({ low, high }) => [low, high]))].filter((originId) => !identities.has(originId));
  }
  return { identities, links, merges };
}

function linksThatHold({ identities, links, merges }: Neighbourhood): readonly Held[] {
  const observed = [...links.values()].flatMap((link): readonly Held[] => {
    const severed = [link.low, link.high].map((id) => identities.get(id)?.severedMs ?? null).filter((ms) => ms !== null);
    const atMs = link.keptApart ? undefined : linkTime({ ...link, severedMs: severed.length === 0 ? null : Math.max(...severed) });
    return atMs === undefined ? [] : [{ low: link.low, high: link.high, atMs, waived: false, link }];
  });
  return [...observed, ...[...merges.values()].map(({ low, high, atMs, waived }) => ({ low, high, atMs, waived, link: undefined }))];
}

async function writePeople(
  tx: Tx,
  workspaceId: number,
  ground: Neighbourhood,
  people: readonly PlannedPerson[],
): Promise<readonly string[]> {
  const moves = people.flatMap((person) =>
    person.origins
      .filter((originId) => ground.identities.get(originId)?.personId !== person.personId)
      .map((originId) => ({ originId, personId: person.personId })),
  );
  await moveOrigins(
    tx,
    workspaceId,
    moves.toSorted((a, b) => compareOrigins(a.originId, b.originId)),
  );
  const before = Map.groupBy(ground.identities.values(), ({ personId }) => personId);
  const changed = people.filter((person) => !sameIds(person, before.get(person.personId) ?? []));
  const saved = new Set([...changed, ...people.filter(({ idsCount }) => idsCount > 1)]);
  await savePeople(
    tx,
    workspaceId,
    [...saved].map((person) => rowOf(person, ground)).toSorted((a, b) => compareOrigins(a.personId, b.personId)),
  );
  return changed.map(({ personId }) => personId);
}

function rowOf({ origins, ...summary }: PlannedPerson, { identities }: Neighbourhood): PersonRow & { readonly structural: true } {
  const own = origins.flatMap((originId) => identities.get(originId) ?? []);
  return {
    ...summary,
    structural: true,
    firstSeenMs: own.reduce((least, { firstSeenMs }) => Math.min(least, firstSeenMs), Infinity),
    lastSeenMs: own.reduce((most, { lastSeenMs }) => Math.max(most, lastSeenMs), -Infinity),
  };
}

function sameIds(person: PlannedPerson, before: readonly NeighbourIdentity[]): boolean {
  const now = new Set(person.origins);
  return before.length === now.size && before.every(({ originId }) => now.has(originId));
}

/** A refusal inside one person (a merge joined both sides another way) is none. */
async function writeRefusals(
  tx: Tx,
  workspaceId: number,
  ground: Neighbourhood,
  plan: { readonly people: readonly PlannedPerson[]; readonly refused: readonly RefusedLink<Held>[] },
): Promise<void> {
  const ownerOf = new Map(plan.people.flatMap(({ personId, origins }) => origins.map((originId) => [originId, personId] as const)));
  const refused = plan.refused.filter(({ link }) => ownerOf.get(link.low) !== ownerOf.get(link.high));
  const reasons = new Map(refused.flatMap(({ link, reason }) => (link.link === undefined ? [] : [[linkKey(link), reason] as const])));
  const changed = [...ground.links.values()].filter((link) => link.refused !== (reasons.get(linkKey(link)) ?? null));
  await setRefused(
    tx,
    workspaceId,
    changed.map((link) => ({ low: link.low, high: link.high, refused: reasons.get(linkKey(link)) ?? null })),
  );
  await dropOpenConflicts(
    tx,
    workspaceId,
    changed.filter((link) => !reasons.has(linkKey(link))),
  );
  await countConflicts(
    tx,
    workspaceId,
    changed.flatMap((link) => {
      const reason = reasons.get(linkKey(link));
      return reason === undefined
        ? []
        : [{ low: link.low, high: link.high, reason, firstMs: link.firstAtMs, lastMs: link.firstAtMs, count: 1 }];
    }),
  );
}
