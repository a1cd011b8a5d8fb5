import type { Db } from "../storage/postgres.ts";
import { LANE_COUNT } from "./lanes.ts";

/** First key of the advisory locks that are lane leases; the second is the lane. */
const LEASE_SPACE = 7_261_002;
/** A worker that was not seen for this long does not count when lanes are shared out. */
const WORKER_ALIVE_SECONDS = 10;

export type LaneLeases = {
  /** Takes or gives back lanes so that living workers share them evenly; returns the lanes held. */
  readonly refresh: () => Promise<readonly number[]>;
  readonly held: () => readonly number[];
  readonly close: () => Promise<void>;
};

/**
 * Leases lanes by session advisory locks: the lease ends with the process, however it ends. `session` is a pool of exactly one connection that
 * nothing else uses, and is closed with the leases. Not a connection reserved from a pool: when that is lost, statements queued on it are never
 * answered, and handing it back can take it away from a transaction that was given it meanwhile.
 */
export async function openLaneLeases(session: Db, workerId: string): Promise<LaneLeases> {
  let backend = await backendOf(session);
  const held = new Set<number>();

  async function refresh(): Promise<readonly number[]> {
    // The pool connects anew after the engine restarts; the locks of the old session are gone then.
    const now = await backendOf(session);
    if (now !== backend) held.clear();
    backend = now;
    await session`insert into feed_worker (worker_id, seen_at) values (${workerId}, now()) on conflict (worker_id) do update set seen_at = now()`;
    const [row] = await session<
      { workers: number }[]
    >`select count(*)::int as workers from feed_worker where seen_at > now() - make_interval(secs => ${WORKER_ALIVE_SECONDS})`;
    const share = Math.ceil(LANE_COUNT / Math.max(1, row?.workers ?? 1));
    for (const lane of [...held].slice(share)) {
      await session`select pg_advisory_unlock(${LEASE_SPACE}, ${lane})`;
      held.delete(lane);
    }
    for (let lane = 0; lane < LANE_COUNT && held.size < share; lane += 1) {
      if (held.has(lane)) continue;
      const [lock] = await session<{ taken: boolean }[]>`select pg_try_advisory_lock(${LEASE_SPACE}, ${lane}) as taken`;
      if (lock?.taken === true) held.add(lane);
    }
    return [...held];
  }

  return {
    refresh: async () => {
      try {
        return await refresh();
      } catch (error) {
        // Without its connection the worker holds nothing; the next refresh finds a new one.
        held.clear();
        throw error;
      }
    },
    held: () => [...held],
    close: async () => {
      try {
        await session`select pg_advisory_unlock_all()`;
        await session`delete from feed_worker where worker_id = ${workerId}`;
      } finally {
        held.clear();
        await session.end({ timeout: 2 });
      }
    },
  };
}

async function backendOf(session: Db): Promise<number> {
  const [row] = await session<{ pid: number }[]>`select pg_backend_pid() as pid`;
  return row?.pid ?? -1;
}
