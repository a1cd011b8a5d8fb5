import type { createFlag, restoreFlagVersion, updateFlag } from "@terrace/contract/api/flags";
import type { AuditActionOf } from "@terrace/contract/audit-actions";
import { canonicalJson } from "@terrace/domain/canonical-json";
import type { z } from "zod";
import { faultError } from "../../platform/http/fault-error.ts";
import type { RouteContext } from "../../platform/http/handler.ts";
import { inTransaction, type Tx } from "../../platform/storage/postgres.ts";
import { checkDefinition, flagsNeeding } from "./check-definition.ts";
import { loadEnvironments } from "./environment.store.ts";
import { keepSplits } from "./experiment-checks.ts";
import { insertChange } from "./flag-change.store.ts";
import type { FlagDeps } from "./flag-deps.ts";
import {
  countFlags,
  describeFlag,
  findFlag,
  FLAGS_MAX,
  insertFlag,
  loadVersion,
  lockFlags,
  raiseRevision,
  saveDefinition,
  setArchived,
  setKilled,
  type FlagRow,
} from "./flag.store.ts";
import { openDefinition, sealDefinition, type Definition } from "./sealed-definition.ts";
import { whoIs } from "./who-is.ts";

/** Who does something with a flag, as far as it matters. */
export type Acting = Pick<RouteContext, "workspaceId" | "actor" | "ip" | "caller">;

/** Makes a flag. Throws `flag.key_taken`, `flag.too_many`, and what `checkDefinition` throws. */
export async function makeFlag(deps: FlagDeps, context: Acting, asked: z.output<typeof createFlag.body>): Promise<void> {
  const { workspaceId, actor } = context;
  await changing(deps, workspaceId, async (tx, at) => {
    await requireRoom(tx, workspaceId);
    await checkDefinition(deps, tx, workspaceId, asked);
    const touched = await reviewedAmong(tx, workspaceId, Object.keys(asked.definition.environments));
    // A new flag is off where changes are reviewed, which is nothing that anybody notices; the rest waits.
    const first = touched.length === 0 ? asked.definition : withoutEnvironments(asked.definition, touched);
    const definition = sealDefinition(deps, first);
    const expiresAt = dateOf(asked.expiresAt);
    const id = await insertFlag(tx, workspaceId, { ...asked, definition, expiresAt, at, by: actor });
    if (id === undefined)
      throw faultError("flag.key_taken", { field: "key", mend: "Choose another key; flags that were put away keep theirs" });
    await record(deps, tx, context, { action: "flag.create", key: asked.key, detail: { name: asked.name } });
    if (touched.length > 0) await askFor(deps, tx, context, { flagId: id, key: asked.key, version: 1, asked, touched, at });
  });
}

/** Changes a flag, or asks for the change where it is reviewed. Throws `flag.not_found`, `flag.version_changed`, `flag.change_open`, and what `checkDefinition` throws. */
export async function changeFlag(
  deps: FlagDeps,
  context: RouteContext,
  key: string,
  asked: z.output<typeof updateFlag.body>,
): Promise<void> {
  const { workspaceId } = context;
  await changing(deps, workspaceId, async (tx, at) => {
    const flag = await flagOfVersion(tx, workspaceId, key, asked.baseVersion);
    await checkDefinition(deps, tx, workspaceId, { key, definition: asked.definition, before: openDefinition(deps, flag.definition) });
    await describeFlag(tx, workspaceId, { flagId: flag.id, ...asked, expiresAt: dateOf(asked.expiresAt) });
    await record(deps, tx, context, { action: "flag.update", key, detail: { name: asked.name, version: flag.version } });
    await putThrough(deps, tx, context, { flag, asked, at });
  });
}

/**
 * Makes a flag what an older version was, or asks for that where it is reviewed. Throws `flag.not_found`, `flag.no_such_version`, `flag.version_changed`,
 * `flag.change_open`, and what `checkDefinition` throws: what the older one names may be gone.
 */
export async function restoreVersion(
  deps: FlagDeps,
  context: RouteContext,
  { key, version }: { readonly key: string; readonly version: number },
  { baseVersion, note }: z.output<typeof restoreFlagVersion.body>,
): Promise<void> {
  const { workspaceId } = context;
  await changing(deps, workspaceId, async (tx, at) => {
    const flag = await flagOfVersion(tx, workspaceId, key, baseVersion);
    const sealed = await loadVersion(tx, workspaceId, flag.id, version);
    if (sealed === undefined)
      throw faultError("flag.no_such_version", { field: "version", mend: "Name a version that the list of versions gives" });
    const definition = openDefinition(deps, sealed);
    await checkDefinition(deps, tx, workspaceId, { key, definition, before: openDefinition(deps, flag.definition) });
    const isSaved = await putThrough(deps, tx, context, { flag, asked: { definition, note }, at });
    const detail = { restored: version, version: flag.version };
    if (isSaved) await record(deps, tx, context, { action: "flag.restore", key, detail });
  });
}

type Change = { readonly flag: FlagRow; readonly asked: Asking["asked"]; readonly at: Date };

/** Puts another definition in force, or asks for it where it is reviewed; the same one is no change. True when it is in force now. */
async function putThrough(deps: FlagDeps, tx: Tx, context: RouteContext, { flag, asked, at }: Change): Promise<boolean> {
  const { workspaceId, actor } = context;
  const before = openDefinition(deps, flag.definition);
  if (isSame(before, asked.definition)) return false;
  const touched = await reviewedAmong(tx, workspaceId, touchedBy(before, asked.definition));
  const { id: flagId, key, version } = flag;
  if (touched.length > 0) {
    await askFor(deps, tx, context, { flagId, key, version, asked, touched, at });
    return false;
  }
  await saveDefinition(tx, workspaceId, { flagId, definition: sealDefinition(deps, asked.definition), note: asked.note, at, by: actor });
  return true;
}

/** Throws `flag.not_found`, `flag.version_changed`. */
async function flagOfVersion(tx: Tx, workspaceId: number, key: string, version: number): Promise<FlagRow> {
  const flag = await flagOrThrow(tx, workspaceId, key);
  if (flag.version !== version)
    throw faultError("flag.version_changed", {
      field: "baseVersion",
      mend: "Read the flag again and make the change anew",
      details: { version: flag.version },
    });
  return flag;
}

/** Kills a flag, or ends that. Throws `flag.not_found`. */
export async function switchKill(
  deps: FlagDeps,
  context: RouteContext,
  key: string,
  { killed, note }: { readonly killed: boolean; readonly note: string },
): Promise<void> {
  const { workspaceId, actor } = context;
  await changing(deps, workspaceId, async (tx, at) => {
    const flag = await flagOrThrow(tx, workspaceId, key);
    if (flag.killed === killed) return;
    await setKilled(tx, workspaceId, { flagId: flag.id, killed, at, by: actor });
    await record(deps, tx, context, { action: killed ? "flag.kill" : "flag.revive", key, detail: { note } });
  });
}

/** Puts a flag away or brings it back. Throws `flag.not_found`, `flag.needed`, `flag.review_needed`, `flag.too_many`, and what `checkDefinition` throws. */
export async function switchArchive(deps: FlagDeps, context: RouteContext, key: string, archived: boolean): Promise<void> {
  const { workspaceId, actor } = context;
  await changing(deps, workspaceId, async (tx, at) => {
    const flag = await flagOrThrow(tx, workspaceId, key);
    if ((flag.archivedAt !== null) === archived) return;
    const [needing, ...more] = archived ? await flagsNeeding(deps, tx, workspaceId, key) : [];
    if (needing !== undefined)
      throw faultError("flag.needed", {
        field: "flag",
        mend: "Take it out of what presupposes it first",
        details: { flag: needing, more: more.length },
      });
    await refuseReviewed(tx, workspaceId, openDefinition(deps, flag.definition));
    if (!archived) {
      await requireRoom(tx, workspaceId);
      await checkDefinition(deps, tx, workspaceId, { key, definition: openDefinition(deps, flag.definition) });
    }
    await setArchived(tx, workspaceId, { flagId: flag.id, archivedAt: archived ? at : null, at, by: actor });
    await record(deps, tx, context, { action: archived ? "flag.archive" : "flag.unarchive", key, detail: {} });
  });
}

/** Runs a change of flags alone in its workspace, and has every process read them again. */
export async function changing(
  deps: Pick<FlagDeps, "db" | "nowMs" | "privacy" | "standings" | "holdSplit">,
  workspaceId: number,
  work: (tx: Tx, at: Date) => Promise<void>,
): Promise<void> {
  await inTransaction(deps.db, async (tx) => {
    await lockFlags(tx, workspaceId);
    await work(tx, new Date(deps.nowMs()));
    await keepSplits(deps, tx, workspaceId);
    await raiseRevision(tx, workspaceId);
  });
}

/** Putting away and bringing back changes what clients get wherever the flag is on; there it has to be switched off first, by a change that is reviewed. */
async function refuseReviewed(tx: Tx, workspaceId: number, { environments }: Definition): Promise<void> {
  const isOn = Object.keys(environments).filter((environment) => environments[environment]?.on === true);
  const reviewed = await reviewedAmong(tx, workspaceId, isOn);
  if (reviewed.length > 0)
    throw faultError("flag.review_needed", {
      field: "flag",
      mend: `Have it switched off first in ${reviewed.join(", ")}, where changes are reviewed`,
      details: { environments: reviewed.join(", ") },
    });
}

async function requireRoom(tx: Tx, workspaceId: number): Promise<void> {
  if ((await countFlags(tx, workspaceId)) >= FLAGS_MAX)
    throw faultError("flag.too_many", { mend: `A workspace has at most ${FLAGS_MAX} flags; put those away that are not in use` });
}

/** Throws `flag.not_found`. */
export async function flagOrThrow(tx: Tx, workspaceId: number, key: string): Promise<FlagRow> {
  const flag = await findFlag(tx, workspaceId, key);
  if (flag === undefined) throw unknownFlag();
  return flag;
}

export function unknownFlag() {
  return faultError("flag.not_found", { field: "flag", mend: "Name a flag of this workspace by its key" });
}

type Asking = {
  readonly flagId: string;
  readonly key: string;
  readonly version: number;
  readonly asked: { readonly definition: Definition; readonly note: string };
  readonly touched: readonly string[];
  readonly at: Date;
};

async function askFor(deps: FlagDeps, tx: Tx, context: Acting, { flagId, key, version, asked, touched, at }: Asking): Promise<void> {
  // Whoever made the key could approve what they asked for by it.
  if (context.caller.kind === "key")
    throw faultError("flag_change.person_needed", {
      field: "definition",
      mend: `Have a person make the change in the console, or leave ${touched.join(", ")} as it is`,
    });
  const id = await insertChange(tx, context.workspaceId, {
    flagId,
    baseVersion: version,
    definition: sealDefinition(deps, asked.definition),
    environments: [...touched],
    note: asked.note,
    askedAt: at,
    askedBy: context.actor,
    asker: whoIs(context.caller),
  });
  if (id === undefined)
    throw faultError("flag.change_open", { field: "definition", mend: "Have the open change decided first, or take it back" });
  await record(deps, tx, context, { action: "flag.ask", key, detail: { environments: touched.join(", ") } });
}

/** Environments in which clients would see a change. */
function touchedBy(before: Definition, after: Definition): readonly string[] {
  const all = [...new Set([...Object.keys(before.environments), ...Object.keys(after.environments)])];
  const { environments: was, ...beforeElse } = before;
  const { environments: is, ...afterElse } = after;
  if (!isSame(beforeElse, afterElse)) return all;
  return all.filter((environment) => !isSame(was[environment] ?? null, is[environment] ?? null));
}

async function reviewedAmong(tx: Tx, workspaceId: number, environments: readonly string[]): Promise<readonly string[]> {
  const reviewed = (await loadEnvironments(tx, workspaceId)).filter(({ review }) => review).map(({ key }) => key);
  return reviewed.filter((key) => environments.includes(key));
}

function withoutEnvironments(definition: Definition, left: readonly string[]): Definition {
  return {
    ...definition,
    environments: Object.fromEntries(Object.entries(definition.environments).filter(([key]) => !left.includes(key))),
  };
}

function isSame(a: Parameters<typeof canonicalJson>[0], b: Parameters<typeof canonicalJson>[0]): boolean {
  return canonicalJson(a) === canonicalJson(b);
}

function dateOf(text: string | null): Date | null {
  return text === null ? null : new Date(text);
}

type Act = { readonly action: AuditActionOf<"flag">; readonly key: string; readonly detail: Readonly<Record<string, string | number>> };

export async function record(deps: FlagDeps, tx: Tx, { workspaceId, actor, ip }: Acting, { action, key, detail }: Act): Promise<void> {
  await deps.audit(tx, { workspaceId, actor, action, target: `flag:${key}`, detail, ip });
}
