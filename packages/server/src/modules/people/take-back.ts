import { takeBackTraits } from "@terrace/domain/traits/take-back";
import type { Tx } from "../../platform/storage/postgres.ts";
import { beginChange, lockPeople, restorePlanner } from "./locate.store.ts";
import { LockMore, withLocks } from "./locks.ts";
import { NO_NEWS, refold } from "./refold.ts";
import { loadTraitsBefore } from "./traits.store.ts";

/** Messages to be taken back, by the id they were filed under. */
export type SaidBy = ReadonlyMap<string, readonly string[]>;

/**
 * Takes out of the traits of ids what some messages said, and brings back what those had replaced, as it was kept under the mark. Answers how many
 * ids it concerned; doing it again changes nothing.
 */
export async function takeBackTraitsOf(tx: Tx, workspaceId: number, mark: string, said: SaidBy): Promise<number> {
  const originIds = [...said.keys()];
  return withLocks(tx, async (inner, { lockAlso, alone }) => {
    await beginChange(inner, workspaceId, alone);
    const located = await lockPeople(inner, workspaceId, [...new Set([...originIds, ...lockAlso])]);
    if (!located.settled) throw new LockMore([]);
    const rows = await loadTraitsBefore(inner, workspaceId, mark, originIds);
    const replaced = new Map(
      rows.map(({ originId, state, blind, before, beforeBlind }) => [
        originId,
        { state: takeBackTraits(before ?? undefined, state, said.get(originId) ?? []), blind: { ...beforeBlind, ...blind } },
      ]),
    );
    await refold(inner, workspaceId, [...replaced.keys()], { ...NO_NEWS, replaced });
    await restorePlanner(inner);
    return replaced.size;
  });
}
