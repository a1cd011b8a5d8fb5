import type { IdentityKind } from "./identity-kinds.ts";
import { compareOrigins, kindBit } from "./person-order.ts";
import { IDS_PER_PERSON_MAX, joinPeople, NEVER_JOINED, refusalOf, type PersonSummary, type RefusalReason } from "./plan-link.ts";

/** A fact that two ids belong to one person; `low` and `high` are their origins, the smaller number first. */
export type PersonLink = {
  readonly low: string;
  readonly high: string;
  /** Unix ms. */
  readonly atMs: number;
  /** Confirmed by an operator although the two people conflict. The limit of ids holds all the same. */
  readonly waived: boolean;
};

export type PlannedPerson = PersonSummary & { readonly origins: readonly string[] };

export type RefusedLink<Link extends PersonLink = PersonLink> = { readonly link: Link; readonly reason: RefusalReason };

export type PeoplePlan<Link extends PersonLink = PersonLink> = {
  readonly people: readonly PlannedPerson[];
  readonly refused: readonly RefusedLink<Link>[];
};

/**
 * Who is who: joins ids link by link in time order, refusing a link that would put two values of a unique kind, or more than
 * `idsMax` ids, into one person. A function of the facts alone: the order in which they are given does not matter.
 * Links to ids that are not in `kinds` are left out.
 */
export function planPeople<Link extends PersonLink>(
  kinds: ReadonlyMap<string, IdentityKind>,
  links: readonly Link[],
  idsMax: number = IDS_PER_PERSON_MAX,
): PeoplePlan<Link> {
  const forest = createForest(kinds);
  const refused: RefusedLink<Link>[] = [];
  for (const link of links.toSorted(compareLinks)) {
    const left = forest.find(link.low);
    const right = forest.find(link.high);
    if (left === undefined || right === undefined) continue;
    if (left === right) {
      if (link.waived) left.person = { ...left.person, waived: true };
      continue;
    }
    const reason = link.waived ? limitOf(left.person, right.person, idsMax) : refusalOf(left.person, right.person, idsMax);
    if (reason === undefined) forest.join(left, right, link);
    else refused.push({ link, reason });
  }
  return { people: forest.people(), refused };
}

/** The canonical order of links: by time, then by their ids, a waived one after a plain one. */
export function compareLinks(a: PersonLink, b: PersonLink): number {
  return a.atMs - b.atMs || compareOrigins(a.low, b.low) || compareOrigins(a.high, b.high) || Number(a.waived) - Number(b.waived);
}

function limitOf(left: PersonSummary, right: PersonSummary, idsMax: number): RefusalReason | undefined {
  return left.idsCount + right.idsCount > idsMax ? "too_many_ids" : undefined;
}

type Tree = { parent: Tree | undefined; person: PersonSummary; readonly origins: string[] };

function createForest(kinds: ReadonlyMap<string, IdentityKind>) {
  const trees = new Map<string, Tree>();
  for (const [origin, kind] of kinds) {
    trees.set(origin, {
      parent: undefined,
      person: { personId: origin, kinds: kindBit(kind), idsCount: 1, joinedAtMs: NEVER_JOINED, waived: false },
      origins: [origin],
    });
  }
  return {
    find: (origin: string): Tree | undefined => {
      let tree = trees.get(origin);
      while (tree?.parent !== undefined) {
        if (tree.parent.parent !== undefined) tree.parent = tree.parent.parent;
        tree = tree.parent;
      }
      return tree;
    },
    join: (left: Tree, right: Tree, link: PersonLink): void => {
      const [into, from] = left.origins.length >= right.origins.length ? [left, right] : [right, left];
      into.person = joinPeople(left.person, right.person, link.atMs, link.waived);
      for (const origin of from.origins) into.origins.push(origin);
      from.parent = into;
    },
    people: (): readonly PlannedPerson[] =>
      [...trees.values()]
        .filter((tree) => tree.parent === undefined)
        .map((tree) => ({ ...tree.person, origins: tree.origins.toSorted(compareOrigins) })),
  };
}
