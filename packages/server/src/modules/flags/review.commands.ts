import { faultError } from "../../platform/http/fault-error.ts";
import type { RouteContext } from "../../platform/http/handler.ts";
import type { Tx } from "../../platform/storage/postgres.ts";
import { checkDefinition } from "./check-definition.ts";
import { decideChange, loadChanges, type ChangeRow } from "./flag-change.store.ts";
import { changing, flagOrThrow, record } from "./flag.commands.ts";
import type { FlagDeps } from "./flag-deps.ts";
import { saveDefinition } from "./flag.store.ts";
import { openDefinition } from "./sealed-definition.ts";
import { whoIs } from "./who-is.ts";

export type Decision = { readonly act: "approve" | "reject" | "withdraw"; readonly reason: string };
const STATES = { approve: "approved", reject: "rejected", withdraw: "withdrawn" } as const;

/**
 * Decides a change: nobody approves their own, and nobody takes back somebody else's. What is approved is in force at once, provided that the flag or the experiment
 * is still what it was made of. Throws `flag_change.not_found`, `flag_change.decided`, `flag_change.own`, `flag_change.not_own`, `flag_change.person_needed`, `flag.version_changed`, and what
 * `checkDefinition` and the move of an experiment throw.
 */
export async function decide(deps: FlagDeps, context: RouteContext, id: string, { act, reason }: Decision): Promise<void> {
  const { workspaceId, actor, ip } = context;
  const move = await deps.moves(workspaceId);
  await changing(deps, workspaceId, async (tx, at) => {
    const change = await openChangeOrThrow(tx, workspaceId, id);
    const { of: one, askedBy, baseVersion } = change;
    refuseWrongHands(change, context, act);
    if (act === "approve" && "flag" in one) await putInForce(deps, tx, context, { change, flag: one.flag, at });
    if (act === "approve" && "move" in one) await move(tx, context, { ...one.move, steps: baseVersion });
    await decideChange(tx, workspaceId, { id, state: STATES[act], at, by: actor, reason });
    const detail = { change: id, askedBy };
    if ("flag" in one) await record(deps, tx, context, { action: `flag.${act}`, key: one.flag.key, detail });
    else await deps.audit(tx, { workspaceId, actor, action: `experiment.${act}`, target: `experiment:${one.move.id}`, detail, ip });
  });
}

async function openChangeOrThrow(tx: Tx, workspaceId: number, id: string): Promise<ChangeRow> {
  const [change] = /^[1-9]\d{0,17}$/.test(id) ? await loadChanges(tx, workspaceId, { id, limit: 1 }) : [];
  if (change === undefined)
    throw faultError("flag_change.not_found", { field: "change", mend: "Name a change by the number that the list gives" });
  if (change.state !== "open")
    throw faultError("flag_change.decided", { field: "change", mend: "Look at it again: it is decided", details: { state: change.state } });
  return change;
}

function refuseWrongHands({ asker }: ChangeRow, { caller }: RouteContext, act: Decision["act"]): void {
  const isOwn = asker === whoIs(caller);
  // Whoever makes a change could make themselves a key as well.
  if (act === "approve" && caller.kind !== "operator")
    throw faultError("flag_change.person_needed", { field: "change", mend: "Have a person approve it in the console" });
  if (act === "approve" && isOwn)
    throw faultError("flag_change.own", { field: "change", mend: "Ask somebody else who may change flags to approve it" });
  if (act === "withdraw" && !isOwn) throw faultError("flag_change.not_own", { field: "change", mend: "Reject it with a reason instead" });
}

type Approved = {
  readonly change: ChangeRow;
  readonly flag: Extract<ChangeRow["of"], { readonly flag: unknown }>["flag"];
  readonly at: Date;
};

async function putInForce(
  deps: FlagDeps,
  tx: Tx,
  { workspaceId, actor }: RouteContext,
  { change, flag: { key, definition: sealed }, at }: Approved,
): Promise<void> {
  const flag = await flagOrThrow(tx, workspaceId, key);
  if (flag.version !== change.baseVersion)
    throw faultError("flag.version_changed", {
      field: "change",
      mend: "Reject it, and have it made anew on what is in force now",
      details: { version: flag.version },
    });
  const [definition, before] = [openDefinition(deps, sealed), openDefinition(deps, flag.definition)];
  await checkDefinition(deps, tx, workspaceId, { key, definition, before });
  const note = change.note === "" ? change.askedBy : `${change.askedBy}: ${change.note}`;
  await saveDefinition(tx, workspaceId, { flagId: flag.id, definition: sealed, note, at, by: actor });
}
