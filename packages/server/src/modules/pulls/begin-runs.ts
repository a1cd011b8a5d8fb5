import { nextRunMs } from "@terrace/domain/pulls/schedule";
import { OutboundRefused } from "../../platform/outbound/outbound-refused.ts";
import type { Outbound } from "../../platform/outbound/outbound.ts";
import { inTransaction } from "../../platform/storage/postgres.ts";
import type { AccessModule } from "../access/module.ts";
import { lockDuePull, scheduleOf } from "./pull.store.ts";
import { failLostRuns, insertRun } from "./pull-run.store.ts";
import { runPull, type PullRun, type RunPullDeps } from "./run-pull.ts";

export type BeginRunsDeps = RunPullDeps & { readonly workspace: AccessModule["workspace"] };

export type PullRunner = {
  /** Begins what is due, and does not wait for its end: a long run must not keep other jobs. Nothing is begun while the installation is held. */
  readonly begin: () => Promise<void>;
  /** Breaks off what is under way, to be begun again by another process. */
  readonly stop: () => Promise<void>;
};

/** Runs side by side in one process; others wait for the next look. */
const AT_ONCE = 2;
/** A run whose process said nothing for so long is given up. */
const LOST_AFTER_SECONDS = 120;

export function createPullRunner(deps: BeginRunsDeps): PullRunner {
  const stopping = new AbortController();
  const underWay = new Set<Promise<void>>();
  return {
    begin: async () => {
      await giveUpLost(deps);
      if (await isHeld(deps.outbound)) return;
      while (underWay.size < AT_ONCE && !stopping.signal.aborted) {
        const claimed = await claim(deps);
        if (claimed === undefined) return;
        const work = runPull(deps, { ...claimed, stopping: stopping.signal })
          .catch((error: unknown) =>
            deps.log.error({ err: error, pull: claimed.pull.id }, "the end of a scheduled pull could not be recorded"),
          )
          .finally(() => underWay.delete(work));
        underWay.add(work);
      }
    },
    stop: async () => {
      stopping.abort();
      await Promise.all(underWay);
    },
  };
}

async function giveUpLost({ db, blobs, nowMs }: BeginRunsDeps): Promise<void> {
  await inTransaction(db, async (tx) => {
    for (const { workspaceId, blobId } of await failLostRuns(tx, LOST_AFTER_SECONDS, new Date(nowMs())))
      if (blobId !== null) await blobs.erase(tx, { workspaceId, id: blobId });
  });
}

async function isHeld(outbound: Outbound): Promise<boolean> {
  try {
    await outbound.requireReleased();
    return false;
  } catch (error) {
    if (error instanceof OutboundRefused) return true;
    throw error;
  }
}

async function claim(deps: BeginRunsDeps): Promise<Pick<PullRun, "pull" | "ref"> | undefined> {
  return inTransaction(deps.db, async (tx) => {
    const now = deps.nowMs();
    const pull = await lockDuePull(tx, new Date(now));
    if (pull === undefined) return undefined;
    const zone = (await deps.workspace(pull.workspaceId))?.timeZone ?? "UTC";
    const id = await insertRun(tx, pull, new Date(nextRunMs(scheduleOf(pull), zone, now)));
    return id === undefined ? undefined : { pull, ref: { workspaceId: pull.workspaceId, id } };
  });
}
