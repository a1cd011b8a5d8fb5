import { JOURNEYS_MAX, type JourneyDetail } from "@terrace/contract/api/journeys";
import type { AuditAction } from "@terrace/contract/audit-actions";
import { checkJourney } from "@terrace/domain/journeys/check-journey";
import type { JourneyDefinition } from "@terrace/domain/journeys/journey-definition";
import { mendText, type JourneyFault } from "@terrace/domain/journeys/journey-faults";
import { faultError } from "../../platform/http/fault-error.ts";
import { refuseUnseenIn } from "../../platform/http/refuse-unseen.ts";
import type { RouteContext } from "../../platform/http/handler.ts";
import { inTransaction, type Tx } from "../../platform/storage/postgres.ts";
import { beginCalendar, endCalendar } from "./date.store.ts";
import { endEverybody, migrateWaiting } from "./in-flight.store.ts";
import type { JourneyDeps } from "./journey-deps.ts";
import { referencesOf } from "./references.ts";
import { beginSchedule, endSchedule } from "./schedule.store.ts";
import { changeVersions } from "./running.store.ts";
import {
  countJourneys,
  insertJourney,
  loadDefinition,
  loadVersions,
  lockJourney,
  noteStart,
  saveJourneyRow,
  saveVersion,
  setVersionState,
  type Journey,
  type JourneyVersion,
  type VersionState,
} from "./journey.store.ts";

/** Who went which way would tell the values of a field that somebody does not see. Throws `field.hidden`. */
export function refuseUnseen(definition: JourneyDefinition, fields: RouteContext["fields"]): void {
  const { entry } = definition;
  refuseUnseenIn(definition, fields, "definition");
  if (entry.kind === "event" && entry.keyedBy !== null)
    refuseUnseenIn({ keyedBy: { property: entry.keyedBy } }, fields, "definition.entry");
}

type Drawn = { readonly name: string; readonly definition: JourneyDefinition };
type Verb = Extract<AuditAction, `journey.${string}`>;

/** What is wrong with a definition, given what its workspace has. */
export async function faultsOf(deps: JourneyDeps, workspaceId: number, definition: JourneyDefinition): Promise<readonly JourneyFault[]> {
  return checkJourney(definition, await referencesOf(deps, workspaceId, definition));
}

/** Begins a journey as a draft. Throws `journey.too_many`. */
export async function beginJourney(deps: JourneyDeps, context: RouteContext, drawn: Drawn): Promise<string> {
  refuseUnseen(drawn.definition, context.fields);
  return inTransaction(deps.db, (tx) => beginIn(deps, tx, context, drawn));
}

/** The same in a transaction, for a definition that asks for nothing that a role may not see. */
export async function beginIn(deps: JourneyDeps, tx: Tx, context: RouteContext, { name, definition }: Drawn): Promise<string> {
  const { workspaceId, actor } = context;
  const at = new Date(deps.nowMs());
  if ((await countJourneys(tx, workspaceId)) >= JOURNEYS_MAX)
    throw faultError("journey.too_many", { mend: `A workspace has at most ${JOURNEYS_MAX} journeys` });
  const id = await insertJourney(tx, { workspaceId, name, createdAt: at, createdBy: actor });
  await saveVersion(tx, deps.privacy, {
    workspaceId,
    journeyId: id,
    version: 1,
    state: "draft",
    definition,
    savedAt: at,
    savedBy: actor,
  });
  await record(deps, tx, context, { action: "journey.create", id, detail: { name } });
  return id;
}

/** Writes the draft of a journey. Throws `journey.not_found`, `journey.archived`, `journey.changed_meanwhile`. */
export async function saveDraft(
  deps: JourneyDeps,
  context: RouteContext,
  { id, name, definition, baseVersion }: Drawn & { readonly id: string; readonly baseVersion: number },
): Promise<void> {
  const { workspaceId, actor } = context;
  refuseUnseen(definition, context.fields);
  await inTransaction(deps.db, async (tx) => {
    const { journey, versions } = await journeyOrThrow(tx, workspaceId, id);
    const newest = versions[0];
    if (newest === undefined || newest.version !== baseVersion)
      throw faultError("journey.changed_meanwhile", { field: "baseVersion", mend: "Read the journey again and put your change into it" });
    const isOpen = newest.state !== "live" && newest.state !== "retired";
    const version = isOpen ? newest.version : newest.version + 1;
    await saveJourneyRow(tx, { ...journey, name });
    await saveVersion(tx, deps.privacy, {
      workspaceId,
      journeyId: id,
      version,
      state: "draft",
      definition,
      savedAt: new Date(deps.nowMs()),
      savedBy: actor,
    });
    await record(deps, tx, context, { action: "journey.update", id, detail: { name, version: String(version) } });
  });
}

type Move = { readonly id: string; readonly note: string };

/** Hands the draft in for review. Throws `journey.wrong_state`, `journey.faulty`. */
export async function submit(deps: JourneyDeps, context: RouteContext, move: Move): Promise<void> {
  await moveVersion(deps, context, move, { from: ["draft"], to: "in_review", action: "journey.submit" });
}

/** Approves what is under review. Throws `journey.wrong_state`, `journey.faulty`. */
export async function approve(deps: JourneyDeps, context: RouteContext, move: Move): Promise<void> {
  await moveVersion(deps, context, move, { from: ["in_review"], to: "approved", action: "journey.approve" });
}

/** Sends what is under review or approved back. Throws `journey.wrong_state`. */
export async function reject(deps: JourneyDeps, context: RouteContext, move: Move): Promise<void> {
  await moveVersion(deps, context, move, { from: ["in_review", "approved"], to: "draft", action: "journey.reject" });
}

type Moving = { readonly from: readonly VersionState[]; readonly to: VersionState; readonly action: Verb };

async function moveVersion(deps: JourneyDeps, context: RouteContext, { id, note }: Move, { from, to, action }: Moving): Promise<void> {
  const { workspaceId, actor } = context;
  await inTransaction(deps.db, async (tx) => {
    const { versions } = await journeyOrThrow(tx, workspaceId, id);
    const { version } = versionIn(versions, from);
    if (to !== "draft") refuseUnseen(await refuseFaulty(deps, tx, workspaceId, { id, version }), context.fields);
    await setVersionState(tx, workspaceId, { journeyId: id, version, state: to, approvedBy: to === "approved" ? actor : null });
    await record(deps, tx, context, { action, id, detail: { version: String(version), note } });
  });
}

/** Sets the approved version live. Throws `journey.wrong_state`, `journey.faulty`. */
export async function start(
  deps: JourneyDeps,
  context: RouteContext,
  { id, note, inFlight }: Move & { readonly inFlight: "finish" | "migrate" },
): Promise<void> {
  const { workspaceId } = context;
  await inTransaction(deps.db, async (tx) => {
    await changeVersions(tx);
    const { journey, versions } = await journeyOrThrow(tx, workspaceId, id);
    const { version, approvedBy } = versionIn(versions, ["approved"]);
    const definition = await refuseFaulty(deps, tx, workspaceId, { id, version });
    const before = versions.find((one) => one.version === journey.liveVersion);
    if (before !== undefined) await setVersionState(tx, workspaceId, { ...before, state: "retired" });
    await setVersionState(tx, workspaceId, { journeyId: id, version, state: "live", approvedBy });
    await saveJourneyRow(tx, { ...journey, state: journey.state === "draft" ? "live" : journey.state, liveVersion: version });
    await noteStart(tx, workspaceId, id, deps.nowMs());
    const entryBefore = before === undefined ? null : await entryOf(deps, tx, workspaceId, before);
    if (JSON.stringify(entryBefore) !== JSON.stringify(definition.entry)) await beginByClock(deps, tx, workspaceId, { id, definition });
    if (inFlight === "migrate") await migrate(deps, tx, { journey, versions, version, definition });
    await record(deps, tx, context, { action: "journey.start", id, detail: { version: String(version), inFlight, note } });
  });
}

async function entryOf(deps: JourneyDeps, tx: Tx, workspaceId: number, { journeyId, version }: JourneyVersion) {
  return (await loadDefinition(tx, deps.privacy, workspaceId, { journeyId, version }))?.entry;
}

type Began = { readonly id: string; readonly definition: JourneyDefinition };

/** From now on people come in by the clock where the entry says so; what was planned before is not. */
async function beginByClock(deps: JourneyDeps, tx: Tx, workspaceId: number, { id, definition: { entry } }: Began): Promise<void> {
  await endByClock(tx, workspaceId, id);
  if (entry.kind === "date") await beginCalendar(tx, workspaceId, id, deps.nowMs());
  if (entry.kind === "schedule") await beginSchedule(tx, workspaceId, id, deps.nowMs());
}

async function endByClock(tx: Tx, workspaceId: number, id: string): Promise<void> {
  await endCalendar(tx, workspaceId, id);
  await endSchedule(tx, workspaceId, id);
}

type Migrating = {
  readonly journey: Journey;
  readonly versions: readonly JourneyVersion[];
  readonly version: number;
  readonly definition: JourneyDefinition;
};

/** Takes people of older versions over to a new one where they wait at a node that is there under the same id and of the same kind. */
async function migrate(deps: JourneyDeps, tx: Tx, { journey, versions, version, definition }: Migrating): Promise<void> {
  const kinds = new Map(definition.nodes.map(({ id, kind }) => [id, kind]));
  for (const older of versions.filter(({ state, version: number }) => number !== version && (state === "live" || state === "retired"))) {
    const was = await loadDefinition(tx, deps.privacy, journey.workspaceId, { journeyId: journey.id, version: older.version });
    const safe = (was?.nodes ?? []).filter(({ id, kind }) => kinds.get(id) === kind).map(({ id }) => id);
    await migrateWaiting(tx, journey.workspaceId, {
      journeyId: journey.id,
      from: older.version,
      to: version,
      nodes: safe,
      goalDays: definition.goal?.withinDays ?? null,
    });
  }
}

/** Holds people where they are, or lets them go on. Throws `journey.wrong_state`. */
export async function setPaused(
  deps: JourneyDeps,
  context: RouteContext,
  { id, note, paused }: Move & { readonly paused: boolean },
): Promise<void> {
  await inTransaction(deps.db, async (tx) => {
    await changeVersions(tx);
    const { journey } = await journeyOrThrow(tx, context.workspaceId, id);
    if (journey.state !== (paused ? "live" : "paused")) throw wrongState(journey.state);
    await saveJourneyRow(tx, { ...journey, state: paused ? "paused" : "live" });
    await record(deps, tx, context, { action: paused ? "journey.pause" : "journey.resume", id, detail: { note } });
  });
}

/** Lets nobody in any more, while those who are in go on. Throws `journey.wrong_state`. */
export async function close(deps: JourneyDeps, context: RouteContext, { id, note }: Move): Promise<void> {
  await inTransaction(deps.db, async (tx) => {
    await changeVersions(tx);
    const { journey, versions } = await journeyOrThrow(tx, context.workspaceId, id);
    const live = versions.find(({ version }) => version === journey.liveVersion);
    if (live === undefined) throw wrongState(journey.state);
    await setVersionState(tx, context.workspaceId, { ...live, state: "retired" });
    await endByClock(tx, context.workspaceId, id);
    await saveJourneyRow(tx, { ...journey, liveVersion: null });
    await record(deps, tx, context, { action: "journey.close", id, detail: { version: String(live.version), note } });
  });
}

/** Lets people in again by the version that was live last. Throws `journey.wrong_state`, `journey.faulty`. */
export async function reopen(deps: JourneyDeps, context: RouteContext, { id, note }: Move): Promise<void> {
  await inTransaction(deps.db, async (tx) => {
    await changeVersions(tx);
    const { journey, versions } = await journeyOrThrow(tx, context.workspaceId, id);
    const last = versions.find(({ state }) => state === "retired");
    if (journey.liveVersion !== null || last === undefined) throw wrongState(journey.state);
    const { version } = last;
    const definition = await refuseFaulty(deps, tx, context.workspaceId, { id, version });
    await setVersionState(tx, context.workspaceId, { ...last, state: "live" });
    await beginByClock(deps, tx, context.workspaceId, { id, definition });
    await saveJourneyRow(tx, { ...journey, liveVersion: version });
    await record(deps, tx, context, { action: "journey.reopen", id, detail: { version: String(version), note } });
  });
}

/** Ends a journey for good: everybody leaves it where they are. Throws `journey.archived`. */
export async function archive(deps: JourneyDeps, context: RouteContext, { id, note }: Move): Promise<void> {
  await inTransaction(deps.db, async (tx) => {
    await changeVersions(tx);
    const { journey } = await journeyOrThrow(tx, context.workspaceId, id);
    await saveJourneyRow(tx, { ...journey, state: "archived" });
    await endByClock(tx, context.workspaceId, id);
    await endEverybody(tx, context.workspaceId, { journeyId: id, atMs: deps.nowMs() });
    await deps.cancelMessages(tx, context.workspaceId, { kind: "journey", id });
    await record(deps, tx, context, { action: "journey.archive", id, detail: { note } });
  });
}

async function journeyOrThrow(
  tx: Tx,
  workspaceId: number,
  id: string,
): Promise<{ readonly journey: Journey; readonly versions: readonly JourneyVersion[] }> {
  const journey = await lockJourney(tx, workspaceId, id);
  if (journey === undefined) throw faultError("journey.not_found", { field: "journey", mend: "Choose a journey of this workspace" });
  if (journey.state === "archived")
    throw faultError("journey.archived", { field: "journey", mend: "Begin another journey: this one is over" });
  return { journey, versions: await loadVersions(tx, workspaceId, [id]) };
}

/** The newest version where it is in one of some states. */
function versionIn(versions: readonly JourneyVersion[], states: readonly VersionState[]): JourneyVersion {
  const newest = versions[0];
  if (newest === undefined || !states.includes(newest.state)) throw wrongState(newest?.state ?? "draft");
  return newest;
}

function wrongState(state: JourneyDetail["state"] | VersionState) {
  return faultError("journey.wrong_state", { field: "journey", mend: `Read the journey again: it is ${state} now`, details: { state } });
}

async function refuseFaulty(
  deps: JourneyDeps,
  tx: Tx,
  workspaceId: number,
  { id, version }: { readonly id: string; readonly version: number },
): Promise<JourneyDefinition> {
  const definition = await loadDefinition(tx, deps.privacy, workspaceId, { journeyId: id, version });
  if (definition === undefined) throw new Error("a journey's version has no definition");
  const faults = await faultsOf(deps, workspaceId, definition);
  const [first] = faults;
  if (first !== undefined)
    throw faultError("journey.faulty", {
      field: first.node === null ? first.field : `nodes.${first.node}.${first.field}`,
      mend: mendText(first),
      details: { faults: faults.length },
    });
  return definition;
}

type Act = { readonly action: Verb; readonly id: string; readonly detail: Readonly<Record<string, string>> };

async function record(deps: JourneyDeps, tx: Tx, { workspaceId, actor, ip }: RouteContext, { action, id, detail }: Act): Promise<void> {
  await deps.audit(tx, { workspaceId, actor, action, target: `journey:${id}`, detail, ip });
}
