import { inTransaction, type Db } from "../../platform/storage/postgres.ts";
import { playSimulation, type PlayDeps } from "./play-simulation.ts";
import { loadPlayable, updateLife, type SimulationRow } from "./simulation.store.ts";

/** First key of the advisory locks that keep a simulation to one player; the second is its workspace. */
const PLAYER_SPACE = 7_261_019;
const LOOK_EVERY_MS = 3_000;
/** After a failure (an engine that restarts) it is played again, from where it stands. */
const AGAIN_AFTER_MS = 2_000;

export type RunDeps = PlayDeps & {
  /** A pool of one connection that nothing else uses: the locks live and die with it. */
  readonly session: Db;
  readonly warn: (error: unknown, workspaceId: number) => void;
};

/** Plays every simulation that has to be played on and that no other process plays; resolves when there is none left, or when stopped. */
export async function runSimulations(deps: RunDeps): Promise<void> {
  const playing = new Map<number, Promise<void>>();
  while (!deps.isStopped()) {
    for (const row of await loadPlayable(deps.db, deps.isLifeAllowed)) {
      if (playing.has(row.workspaceId) || !(await lock(deps.session, row.workspaceId))) continue;
      const play = playOnce(deps, row).finally(() => playing.delete(row.workspaceId));
      playing.set(row.workspaceId, play);
    }
    if (playing.size === 0) return;
    await Promise.race([deps.pause(LOOK_EVERY_MS), ...playing.values()]);
  }
  await Promise.all(playing.values());
}

async function playOnce(deps: RunDeps, row: SimulationRow): Promise<void> {
  try {
    await playSimulation(deps, await onItsClock(deps, row));
  } catch (error) {
    if (deps.isStopped()) return;
    deps.warn(error, row.workspaceId);
    await deps.pause(AGAIN_AFTER_MS);
  } finally {
    await unlock(deps.session, row.workspaceId);
  }
}

/** A business that runs faster than the world goes on where it stood: the time in which nobody played it did not pass there. */
async function onItsClock(deps: RunDeps, row: SimulationRow): Promise<SimulationRow> {
  if (!row.live || row.speed === 1 || row.state === "filling") return row;
  const anchor = { anchorWallMs: deps.nowMs(), anchorModelMs: Math.max(row.modelMs, row.endMs) };
  await inTransaction(deps.db, (tx) => updateLife(tx, row.workspaceId, { ...row, ...anchor }));
  return { ...row, ...anchor };
}

async function lock(session: Db, workspaceId: number): Promise<boolean> {
  const [row] = await session<{ taken: boolean }[]>`select pg_try_advisory_lock(${PLAYER_SPACE}, ${workspaceId}) as taken`;
  return row?.taken === true;
}

async function unlock(session: Db, workspaceId: number): Promise<void> {
  await session`select pg_advisory_unlock(${PLAYER_SPACE}, ${workspaceId})`.catch(() => undefined);
}
