import { isPassed, loadFeedEnds, type FeedEnds } from "../../../platform/feed/feed-ends.store.ts";
import { RESOLVER } from "../../../platform/feed/resolver.ts";
import { isAnyWaiting, loadNewestTouch } from "./backlog.store.ts";
import type { LiveDeps } from "./live-deps.ts";
import { COUNTING } from "./retrack.ts";

/** What must be worked off until everything is known that came before an instant. */
type Waiting = {
  readonly atMs: number;
  readonly ends: FeedEnds;
  /** The last touch that came of it; undefined while it is still counted. */
  readonly touch: string | undefined;
};

/**
 * Answers, for a workspace, an instant (Unix ms) before which whatever came and whatever time did is in its segments and in the event engine; it grows with
 * each asking, and stands still while there is a backlog. It goes by places in the queues and not by ages, so that steady traffic cannot hold it back for ever.
 */
export function createKnownUntil(deps: Pick<LiveDeps, "db" | "nowMs">): (workspaceId: number) => Promise<number> {
  const known = new Map<number, number>();
  const waits = new Map<number, Waiting>();
  return async (workspaceId) => {
    // One that was begun before may be long ago.
    for (const begun of [waits.get(workspaceId), undefined]) {
      const { isKnown, ...waiting } = await workedOff(
        deps,
        workspaceId,
        begun ?? { atMs: deps.nowMs(), ends: await loadFeedEnds(deps.db), touch: undefined },
      );
      if (isKnown) {
        waits.delete(workspaceId);
        known.set(workspaceId, waiting.atMs);
      } else {
        waits.set(workspaceId, waiting);
        break;
      }
    }
    return known.get(workspaceId) ?? 0;
  };
}

async function workedOff(
  { db }: Pick<LiveDeps, "db">,
  workspaceId: number,
  waiting: Waiting,
): Promise<Waiting & { readonly isKnown: boolean }> {
  const { atMs, ends } = waiting;
  if (waiting.touch === undefined && !(await isPassed(db, ends, [RESOLVER, COUNTING]))) return { ...waiting, isKnown: false };
  const touch = waiting.touch ?? (await loadNewestTouch(db, workspaceId));
  return { atMs, ends, touch, isKnown: !(await isAnyWaiting(db, workspaceId, { touch, at: new Date(atMs) })) };
}
