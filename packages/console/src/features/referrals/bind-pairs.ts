import { PAIRS_MAX, type bindPeople } from "@terrace/contract/api/referral-codes";
import type { IdentityKind } from "@terrace/domain/identity/identity-kinds";
import type { PairFault, PairRow } from "@terrace/domain/referrals/read-pairs";
import type { CallAnswer, CallInput } from "../../app/api/client.ts";

/** A row of a file that was not taken; `id`: an id nobody can have, or of somebody who was forgotten; `code`: no such code. */
export type RefusedRow = { readonly row: number; readonly why: PairFault["why"] | "id" | "code" };
export type Bound = { readonly taken: number; readonly refused: readonly RefusedRow[] };

type Body = NonNullable<CallInput<typeof bindPeople>["body"]>;

export type Binding = {
  readonly pairs: readonly PairRow[];
  readonly kind: IdentityKind;
  readonly trusted: boolean;
  readonly send: (body: Body) => Promise<CallAnswer<typeof bindPeople>>;
  /** Told after each part. */
  readonly onPart: (bound: Bound) => void;
};

/** Sends pairs in parts that a request may hold, one after the other; rejects with what a part fails with, and what was sent before holds. */
export async function bindPairs({ pairs, kind, trusted, send, onPart }: Binding): Promise<Bound> {
  let bound: Bound = { taken: 0, refused: [] };
  for (let from = 0; from < pairs.length; from += PAIRS_MAX) {
    const part = pairs.slice(from, from + PAIRS_MAX);
    const { taken, refused } = await send({ trusted, pairs: part.map((pair) => bodyOf(pair, kind)) });
    const rows = refused.flatMap(({ pair, field }): readonly RefusedRow[] => {
      const row = part[pair]?.row;
      return row === undefined ? [] : [{ row, why: field === "code" ? "code" : "id" }];
    });
    bound = { taken: bound.taken + taken, refused: [...bound.refused, ...rows] };
    onPart(bound);
  }
  return bound;
}

function bodyOf({ invitee, inviter, code, atMs }: PairRow, kind: IdentityKind): Body["pairs"][number] {
  return {
    invitee: { kind, value: invitee },
    ...(inviter === "" ? { code } : { inviter: { kind, value: inviter } }),
    ...(atMs === undefined ? {} : { at: new Date(atMs).toISOString() }),
  };
}
