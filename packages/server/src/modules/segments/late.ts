import { reviewAt } from "@terrace/domain/pyramids/months";
import { createTurns } from "../../platform/turns.ts";
import { loadEndsLateSeconds, loadLookLateSeconds, loadScheduleLateSeconds } from "./late.views.ts";
import { openDefinition } from "./pyramids/pyramid-definition.ts";
import { loadPyramids, loadPyramidWorkspaces } from "./pyramids/pyramid.store.ts";
import type { SegmentDeps } from "./segment-deps.ts";

/** How long ago what waits the longest came or was due, of all workspaces, in seconds; 0 where nothing waits. */
export type Late = {
  /** What is reckoned by a schedule: standings and RFM. */
  readonly schedule: number;
  /** What segments, classes, tag rules and computed traits have not looked at. */
  readonly look: number;
  /** Ends of appointments, lapses and graces, and reviews. */
  readonly pyramids: number;
};

/** Tells how late the server is with what it keeps of people. */
export function createLate(deps: SegmentDeps): () => Promise<Late> {
  const turns = createTurns<number>(deps, "pyramids.late");

  async function reviewLateMs(workspaceId: number, nowMs: number): Promise<number> {
    const zone = await deps.timeZone(workspaceId);
    const pyramids = await loadPyramids(deps.db, workspaceId);
    return Math.max(0, ...pyramids.map((row) => nowMs - reviewAt(row.reviewed + 1, openDefinition(deps, row).reviewDay, zone)));
  }

  return async () => {
    const nowMs = deps.nowMs();
    const now = new Date(nowMs);
    let pyramids = await loadEndsLateSeconds(deps.db, now);
    await turns(await loadPyramidWorkspaces(deps.db), async (workspaceId) => {
      pyramids = Math.max(pyramids, (await reviewLateMs(workspaceId, nowMs)) / 1000);
      return false;
    });
    return { schedule: await loadScheduleLateSeconds(deps.db, now), look: await loadLookLateSeconds(deps.db, now), pyramids };
  };
}
