import type { Logger } from "pino";
import { setTimeout as sleep } from "node:timers/promises";
import type { ErasedSubjects, PersonalDataHolder } from "../../platform/personal-data/holder.ts";
import { inTransaction, type Db, type Tx } from "../../platform/storage/postgres.ts";
import type { AccessModule } from "../access/module.ts";
import type { PrivacyModule } from "../privacy/module.ts";
import { signStatement, type Certificate } from "./certificate.ts";
import {
  finishErasure,
  isAnyRunning,
  loadSubjects,
  lockNextErasure,
  saveFailure,
  saveProgress,
  type Removed,
  type RunningErasure,
} from "./erasure.store.ts";
import { findsMention, isValueOf } from "./mentions.ts";
import { signingKey } from "./signing-key.ts";

export type ErasureJobDeps = {
  readonly db: Db;
  readonly privacy: PrivacyModule;
  readonly holders: readonly PersonalDataHolder[];
  readonly audit: AccessModule["audit"];
  readonly auditHead: AccessModule["auditHead"];
  readonly workspace: AccessModule["workspace"];
  readonly version: string;
  readonly nowMs: () => number;
  readonly log: Logger;
};

/** Other jobs wait for this one: it works for so long, then lets them. */
const WORK_MS = 2_000;
/** Between two looks whether an engine is done. */
const LOOK_EVERY_MS = 100;
/** A process may accept events of the people until it has heard of their erasure: whoever looks for those begins after so long. */
const LATE_MS = 3_000;
const RETRY_AFTER_MS = 5_000;
const PASSES = 2;

/** Moves running erasures on, one bounded step after another, in turn. */
export async function workOnErasures(deps: ErasureJobDeps): Promise<void> {
  const until = deps.nowMs() + WORK_MS;
  while (deps.nowMs() < until) {
    if (await workOnNext(deps)) continue;
    if (!(await isAnyRunning(deps.db))) return;
    await sleep(LOOK_EVERY_MS);
  }
}

/** False when none can go on now. */
async function workOnNext(deps: ErasureJobDeps): Promise<boolean> {
  const taken: RunningErasure[] = [];
  try {
    await inTransaction(deps.db, async (tx) => {
      const next = await lockNextErasure(tx, new Date(deps.nowMs()));
      if (next === undefined) return;
      taken.push(next);
      await advance(deps, tx, next);
    });
  } catch (error) {
    const [failed] = taken;
    if (failed === undefined) throw error;
    deps.log.warn({ err: error, erasure: failed.erasureId, holder: failed.holder }, "an erasure could not go on; it is tried again");
    await saveFailure(deps.db, failed.workspaceId, failed.erasureId, new Date(deps.nowMs() + RETRY_AFTER_MS));
  }
  return taken.length > 0;
}

/** One step of the holder whose turn it is. */
async function advance(deps: ErasureJobDeps, tx: Tx, erasure: RunningErasure): Promise<void> {
  // A pass begins with the first one. So does one broken off at a holder that this version no longer has: who is done says so at once.
  const at = Math.max(
    0,
    deps.holders.findIndex(({ name }) => name === erasure.holder),
  );
  const holder = deps.holders[at];
  if (holder === undefined) return finish(deps, tx, erasure);
  const subjects = await subjectsOf(deps, tx, erasure);
  const step = await holder.erase(tx, subjects, erasure.cursors[holder.name] ?? null);
  const removed = added(erasure.removed, holder.name, step.removed);
  const next = step.done ? deps.holders[at + 1] : holder;
  const pass = next === undefined ? erasure.pass + 1 : erasure.pass;
  const now = new Date(deps.nowMs());
  const progress = { pass, holder: next?.name ?? "", cursors: { ...erasure.cursors, [holder.name]: step.cursor }, removed };
  if (pass > PASSES) return finish(deps, tx, { ...erasure, ...progress });
  const early = at === 0 && step.done ? subjects.erasedAt.getTime() + LATE_MS - now.getTime() : 0;
  const dueAt = new Date(now.getTime() + Math.max(0, early, step.waitMs ?? 0));
  await saveProgress(tx, erasure.workspaceId, erasure.erasureId, { ...progress, at: now, dueAt });
}

async function subjectsOf({ privacy }: ErasureJobDeps, tx: Tx, erasure: RunningErasure): Promise<ErasedSubjects> {
  const { workspaceId, erasureId } = erasure;
  const rows = await loadSubjects(tx, workspaceId, erasureId);
  const originIds = rows.map(({ originId }) => originId);
  const origins = new Set(originIds);
  const tokens = new Set(erasure.tokens);
  const finder = { workspaceId, hasOrigin: (originId: string) => origins.has(originId), hasToken: (token: string) => tokens.has(token) };
  const people = [...Map.groupBy(rows, ({ personId }) => personId)].map(([personId, own]) => ({
    personId,
    originIds: own.map(({ originId }) => originId),
  }));
  return {
    workspaceId,
    erasureId,
    erasedAt: erasure.requestedAt,
    people,
    originIds,
    isErased: finder.hasOrigin,
    mentions: (text) => findsMention(privacy, finder, text),
    isValue: (value) => isValueOf(privacy, finder, value),
    secret: erasure.secret === null ? new Uint8Array() : privacy.decryptPayload(erasure.secret),
  };
}

function added(removed: Removed, holder: string, now: Readonly<Record<string, number>>): Removed {
  const own: Record<string, number> = { ...removed[holder] };
  for (const [what, count] of Object.entries(now)) own[what] = (own[what] ?? 0) + count;
  return { ...removed, [holder]: own };
}

async function finish(deps: ErasureJobDeps, tx: Tx, erasure: RunningErasure): Promise<void> {
  const { workspaceId, erasureId } = erasure;
  const at = new Date(deps.nowMs());
  const certificate = await certificateOf(deps, tx, erasure, at);
  await finishErasure(tx, workspaceId, erasureId, { at, certificate });
  await deps.audit(tx, {
    workspaceId,
    actor: "terrace",
    action: "erasure.finish",
    target: `erasure:${erasureId}`,
    detail: { people: erasure.people, removed: erasure.removed },
    ip: "",
  });
}

async function certificateOf(deps: ErasureJobDeps, tx: Tx, erasure: RunningErasure, at: Date): Promise<Certificate> {
  const { workspaceId, erasureId, requestedAt, people, ids, removed } = erasure;
  const head = await deps.auditHead(tx, workspaceId);
  return signStatement(await signingKey(deps, tx), {
    format: "terrace-erasure-certificate/1",
    number: `${workspaceId}-${erasureId}`,
    workspace: (await deps.workspace(workspaceId))?.name ?? "",
    requestedAt: requestedAt.toISOString(),
    keysDestroyedAt: requestedAt.toISOString(),
    finishedAt: at.toISOString(),
    people,
    ids,
    removed,
    audit: head ?? null,
    terrace: deps.version,
    ...(erasure.repeats === null ? {} : { repeats: erasure.repeats }),
  });
}
