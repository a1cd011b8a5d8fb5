import { planRetention, windowOf, type RetentionWindow } from "@terrace/domain/retention/plan-retention";
import { dayAt, isoInstant, zoneClock } from "@terrace/domain/time/zoned-time";
import { createHash } from "node:crypto";
import type { Warehouse } from "../../platform/storage/clickhouse.ts";
import { inTransaction, type Db, type Tx } from "../../platform/storage/postgres.ts";
import type { Collect } from "../collect/module.ts";
import { deleteExpired, isDeleting, loadExpired } from "./expired-events.store.ts";
import {
  finishRun,
  insertProof,
  insertRun,
  loadDue,
  loadOpenRun,
  loadRules,
  lockLastDigest,
  saveChecked,
  saveCounted,
  type Expired,
  type Proof,
  type RetentionPlan,
  type RetentionRun,
} from "./retention.store.ts";

export type RetentionDeps = {
  readonly db: Db;
  readonly warehouse: Warehouse;
  readonly purgeQuarantine: Collect["quarantine"]["purge"];
  readonly timeZone: (workspaceId: number) => Promise<string>;
  /** Has what is counted of events counted anew: some were taken away. */
  readonly recount: (tx: Tx, workspaceId: number) => Promise<void>;
  readonly nowMs: () => number;
};

/**
 * One bounded step for every workspace with retention rules: looks for expired events when a local day has passed or the rules changed,
 * hands them to the event engine, waits while that works, and writes the proofs when nothing expired is left. What is done is read from the engine itself,
 * so a step that broke off is simply taken again.
 */
export async function stepRetention(deps: RetentionDeps): Promise<void> {
  for (const { workspaceId, checkedAt } of await loadDue(deps.db)) {
    const run = await loadOpenRun(deps.db, workspaceId);
    if (run !== undefined) await continueRun(deps, workspaceId, run);
    else if (await isDue(deps, workspaceId, checkedAt)) await beginRun(deps, workspaceId);
  }
}

async function isDue(deps: RetentionDeps, workspaceId: number, checkedAt: Date | null): Promise<boolean> {
  if (checkedAt === null) return true;
  const clock = zoneClock(await deps.timeZone(workspaceId));
  return dayAt(checkedAt.getTime(), clock) !== dayAt(deps.nowMs(), clock);
}

async function beginRun(deps: RetentionDeps, workspaceId: number): Promise<void> {
  const zone = await deps.timeZone(workspaceId);
  const windows = planRetention(await loadRules(deps.db, workspaceId), deps.nowMs(), zone);
  const before = await loadExpired(deps.warehouse, workspaceId, windows);
  const now = new Date(deps.nowMs());
  await inTransaction(deps.db, async (tx) => {
    await saveChecked(tx, workspaceId, now);
    if (windows.length > 0) await insertRun(tx, workspaceId, { zone, windows, before }, now);
  });
}

async function continueRun(deps: RetentionDeps, workspaceId: number, run: RetentionRun): Promise<void> {
  if (await isDeleting(deps.warehouse)) return;
  const { windows } = run.plan;
  const left = await loadExpired(deps.warehouse, workspaceId, windows);
  const overtaken = !(await isStillWanted(deps, workspaceId, run.plan));
  if (left.length === 0 || overtaken) {
    await finish(deps, workspaceId, run, { left, overtaken });
    return;
  }
  // Counted before they are handed over: what comes late meanwhile is handed over again.
  await inTransaction(deps.db, (tx) => saveCounted(tx, workspaceId, run.runId, countedWith(run, left)));
  await deleteExpired(deps.warehouse, workspaceId, windows);
}

/** Whether the rules are as they were when the purge began: one that was loosened meanwhile must not go on deleting. */
async function isStillWanted(deps: RetentionDeps, workspaceId: number, plan: RetentionPlan): Promise<boolean> {
  const told = (windows: readonly RetentionWindow[]) => JSON.stringify(windows.map(({ event, except, days }) => [event, except, days]));
  return told(plan.windows) === told(planRetention(await loadRules(deps.db, workspaceId), deps.nowMs(), plan.zone));
}

function countedWith(run: RetentionRun, left: readonly Expired[]): RetentionRun["counted"] {
  const now = left.map(({ event, events }) => [event, Math.max(run.counted[event] ?? 0, events)] as const);
  return { ...run.counted, ...Object.fromEntries(now) };
}

type Ending = { readonly left: readonly Expired[]; readonly overtaken: boolean };

async function finish(deps: RetentionDeps, workspaceId: number, run: RetentionRun, { left, overtaken }: Ending): Promise<void> {
  const purged = new Map<RetentionWindow, number>();
  for (const window of overtaken ? [] : run.plan.windows)
    purged.set(window, await deps.purgeQuarantine(workspaceId, { ...window, before: new Date(window.cutoffMs) }));
  const finishedAtMs = deps.nowMs();
  await inTransaction(deps.db, async (tx) => {
    for (const proof of proofsOf(run, purged, left, finishedAtMs)) await writeProof(tx, workspaceId, run, proof);
    if (Object.keys(run.counted).length > 0) await deps.recount(tx, workspaceId);
    await finishRun(tx, workspaceId, run.runId, new Date(finishedAtMs));
  });
}

/** One for each name that lost something. Rows of quarantine under the default rule have many names; they stand under the rule's own, "". */
function proofsOf(
  run: RetentionRun,
  purged: ReadonlyMap<RetentionWindow, number>,
  left: readonly Expired[],
  finishedAtMs: number,
): readonly Omit<Proof, "previous">[] {
  const { zone, windows, before } = run.plan;
  const deleted = new Map(Object.entries(run.counted));
  const quarantined = new Map([...purged].flatMap(([window, rows]) => (rows === 0 ? [] : [[window.event, rows] as const])));
  const names = [...new Set([...deleted.keys(), ...quarantined.keys()])].toSorted();
  return names.flatMap((event) => {
    const window = windows.find((one) => one.event === event) ?? windowOf(windows, event);
    if (window === undefined) return [];
    const own = before.filter((one) => one.event === event);
    return [
      {
        event,
        days: window.days,
        zone,
        cutoff: isoInstant(window.cutoffMs),
        oldest: own.length === 0 ? null : isoInstant(Math.min(...own.map(({ oldestMs }) => oldestMs))),
        before: own.reduce((sum, { events }) => sum + events, 0),
        deleted: deleted.get(event) ?? 0,
        after: left.reduce((sum, one) => sum + (one.event === event ? one.events : 0), 0),
        quarantined: quarantined.get(event) ?? 0,
        startedAt: run.startedAt.toISOString(),
        finishedAt: isoInstant(finishedAtMs),
      },
    ];
  });
}

async function writeProof(tx: Tx, workspaceId: number, run: RetentionRun, told: Omit<Proof, "previous">): Promise<void> {
  const proof: Proof = { ...told, previous: await lockLastDigest(tx, workspaceId) };
  await insertProof(tx, workspaceId, { runId: run.runId, proof, digest: digestOf(workspaceId, proof), at: new Date(told.finishedAt) });
}

/** SHA-256 of a proof and its workspace, keys in order of the alphabet. */
export function digestOf(workspaceId: number, proof: Proof): string {
  const ordered = Object.entries({ ...proof, workspaceId }).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return createHash("sha256")
    .update(JSON.stringify(Object.fromEntries(ordered)))
    .digest("hex");
}

/** What some rules would expire now, by name, the most first. */
export async function previewRules(deps: RetentionDeps, workspaceId: number, rules: Parameters<typeof planRetention>[0]) {
  const windows: RetentionPlan["windows"] = planRetention(rules, deps.nowMs(), await deps.timeZone(workspaceId));
  return (await loadExpired(deps.warehouse, workspaceId, windows))
    .flatMap(({ event, events, oldestMs }) => {
      const window = windowOf(windows, event);
      return window === undefined
        ? []
        : [{ event, days: window.days, cutoff: isoInstant(window.cutoffMs), events, oldest: isoInstant(oldestMs) }];
    })
    .toSorted((a, b) => b.events - a.events);
}
