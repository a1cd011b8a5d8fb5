import { compareOrigins } from "../identity/person-order.ts";

export const CREDIT_DEPTH_MAX = 10;

/**
 * What became of a claim. `bound`: it is an edge of the tree; `later`: somebody else was first; `self`: inviter and invited are one person;
 * `circle`: the inviter descends from the invited; `known`: the invited was there before; `late`: they could no longer be bound.
 */
export const CLAIM_STATES = ["bound", "later", "self", "circle", "known", "late"] as const;
export type ClaimState = (typeof CLAIM_STATES)[number];

/** That somebody was invited by somebody, as it was said: ids as they came, and whose they are now. */
export type Claim = {
  readonly claimId: string;
  readonly inviteeOrigin: string;
  readonly inviterOrigin: string;
  readonly inviteeId: string;
  readonly inviterId: string;
  readonly code: string | null;
  readonly atMs: number;
  /** When the code was given; null without one. */
  readonly invitedMs: number | null;
  /** When the invited person was first seen; null when never. */
  readonly firstSeenMs: number | null;
  /** Brought from elsewhere: whether the person was new is not asked. */
  readonly trusted: boolean;
};

export type ClaimRules = { readonly newPeopleOnly: boolean; readonly bindWithinMs: number };

export type Settled = {
  readonly state: ClaimState;
  /** Of a bound claim: how many are above the invited. */ readonly generation: number | null;
};

/**
 * Decides claims of one program, as if they had been heard one after the other in order of time: the first that holds binds, nobody is bound
 * twice or by themselves, and no circle is closed. The same claims and people give the same tree, in whatever order they became known.
 */
export function settleClaims(claims: readonly Claim[], rules: ClaimRules): ReadonlyMap<string, Settled> {
  const states = new Map<string, ClaimState>();
  const inviterOf = new Map<string, string>();
  const trees = new Trees();
  for (const claim of claims.toSorted(compareClaims)) {
    const state = stateOf(claim, rules, inviterOf, trees);
    states.set(claim.claimId, state);
    if (state !== "bound") continue;
    inviterOf.set(claim.inviteeId, claim.inviterId);
    trees.join(claim.inviteeId, claim.inviterId);
  }
  const generations = generationsOf(inviterOf);
  return new Map(
    claims.map(({ claimId, inviteeId }): [string, Settled] => {
      const state = states.get(claimId) ?? "later";
      return [claimId, { state, generation: state === "bound" ? (generations.get(inviteeId) ?? null) : null }];
    }),
  );
}

function stateOf(claim: Claim, rules: ClaimRules, inviterOf: ReadonlyMap<string, string>, trees: Trees): ClaimState {
  const { inviteeId, inviterId } = claim;
  if (inviteeId === inviterId) return "self";
  const objection = newnessObjection(claim, rules);
  if (objection !== undefined) return objection;
  if (inviterOf.has(inviteeId)) return "later";
  // Nobody brought the invited, so they are the top of their tree: the inviter is in it exactly if they descend from them.
  return trees.topOf(inviterId) === trees.topOf(inviteeId) ? "circle" : "bound";
}

/** Who was never seen is new. */
function newnessObjection({ trusted, firstSeenMs, invitedMs, atMs }: Claim, rules: ClaimRules): "known" | "late" | undefined {
  if (!rules.newPeopleOnly || trusted || firstSeenMs === null) return undefined;
  if (invitedMs !== null && firstSeenMs < invitedMs) return "known";
  return atMs >= firstSeenMs + rules.bindWithinMs ? "late" : undefined;
}

/** By time; at one instant by what was said, never by the order in which it became known. */
export function compareClaims(a: Claim, b: Claim): number {
  return (
    a.atMs - b.atMs ||
    compareOrigins(a.inviteeOrigin, b.inviteeOrigin) ||
    compareOrigins(a.inviterOrigin, b.inviterOrigin) ||
    compareText(a.code ?? "", b.code ?? "")
  );
}

function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/** Which people hang together (union-find with halved paths): chains of any length cost next to nothing. */
class Trees {
  readonly #towards = new Map<string, string>();

  topOf(person: string): string {
    let at = person;
    for (let next = this.#towards.get(at); next !== undefined; next = this.#towards.get(at)) {
      const beyond = this.#towards.get(next);
      if (beyond !== undefined) this.#towards.set(at, beyond);
      at = next;
    }
    return at;
  }

  join(below: string, above: string): void {
    this.#towards.set(this.topOf(below), this.topOf(above));
  }
}

/** How many are above each bound person, without recursion. */
function generationsOf(inviterOf: ReadonlyMap<string, string>): ReadonlyMap<string, number> {
  const known = new Map<string, number>();
  for (const person of inviterOf.keys()) {
    const path: string[] = [];
    let at: string | undefined = person;
    while (at !== undefined && !known.has(at) && inviterOf.has(at)) {
      path.push(at);
      at = inviterOf.get(at);
    }
    let generation = at === undefined ? 0 : (known.get(at) ?? 0);
    for (const each of path.toReversed()) known.set(each, ++generation);
  }
  return known;
}
