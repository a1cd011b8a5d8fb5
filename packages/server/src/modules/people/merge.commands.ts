import type { AuditActionOf } from "@terrace/contract/audit-actions";
import type { FaultCode } from "@terrace/contract/faults";
import { compareOrigins, compareStrength } from "@terrace/domain/identity/person-order";
import { refusalOf, IDS_PER_PERSON_MAX, type RefusalReason } from "@terrace/domain/identity/plan-link";
import { fail, ok, type Result } from "@terrace/domain/result";
import { mask } from "@terrace/domain/personal/mask";
import { redactText } from "@terrace/domain/personal/redact-text";
import { faultError } from "../../platform/http/fault-error.ts";
import { inTransaction, type Db, type Tx } from "../../platform/storage/postgres.ts";
import type { AccessModule } from "../access/module.ts";
import { beginChange, lockPeople, restorePlanner, type Located } from "./locate.store.ts";
import { LockMore, withLocks } from "./locks.ts";
import { decide, findConflict, findMerge, insertMerge, keepApart, markTakenBack, type ConflictRow, type MergeRow } from "./merge.store.ts";
import type { PersonRow } from "./person-row.ts";
import { isStoredId } from "./person.views.ts";
import { recompute } from "./recompute.ts";
import { NO_NEWS, refold } from "./refold.ts";

export type MergeCommandDeps = { readonly db: Db; readonly audit: AccessModule["audit"]; readonly nowMs: () => number };

/** Who asks, and where. */
export type Asker = { readonly workspaceId: number; readonly actor: string; readonly ip: string };

export type MergeRequest = { readonly people: readonly [string, string]; readonly reason: string; readonly confirmConflicts: boolean };

/**
 * Joins the people who own two ids. Faults: `person.not_found`, `person.merge_same`, `person.too_many_ids`, and `person.merge_conflict`
 * when they have ids of which a person has only one and that was not confirmed.
 */
export async function createMerge(deps: MergeCommandDeps, asker: Asker, request: MergeRequest): Promise<Result<MergeRow>> {
  return reshape(deps, asker, request.people, async (tx, located) => {
    const merged = await mergeLocated(deps, asker, tx, { ...request, located });
    if (merged.ok)
      await note(deps, asker, tx, {
        action: "person.merge",
        target: `person:${merged.value.survivor}`,
        detail: { merge: merged.value.mergeId, people: request.people, confirmed: request.confirmConflicts },
      });
    return merged;
  });
}

/** Takes a merge back: everyone is as if it had never been. Faults: `merge.not_found`, `merge.already_taken_back`. */
export async function takeBackMerge(deps: MergeCommandDeps, asker: Asker, mergeId: string): Promise<Result<MergeRow>> {
  const merge = await findMerge(deps.db, asker.workspaceId, mergeId);
  if (merge === undefined) return fail("merge.not_found", { field: "merge" });
  return reshape(deps, asker, [merge.low, merge.high], async (tx) => {
    const taken = await markTakenBack(tx, asker.workspaceId, mergeId, { actor: asker.actor, at: new Date(deps.nowMs()) });
    if (taken === undefined) return fail("merge.already_taken_back", { field: "merge" });
    await note(deps, asker, tx, { action: "person.unmerge", target: `person:${taken.survivor}`, detail: { merge: mergeId } });
    return ok(taken);
  });
}

/** Settles a refused join. Faults: `conflict.not_found`, `request.conflict` when the two are joined already, those of a merge. */
export async function decideConflict(
  deps: MergeCommandDeps,
  asker: Asker,
  conflictId: string,
  decision: "merge" | "keep_apart",
): Promise<Result<ConflictRow>> {
  const { workspaceId } = asker;
  const conflict = await findConflict(deps.db, workspaceId, conflictId);
  if (conflict === undefined) return fail("conflict.not_found", { field: "conflict" });
  return reshape(deps, asker, [conflict.low, conflict.high], async (tx, located) => {
    const at = new Date(deps.nowMs());
    const state = decision === "merge" ? "merged" : "kept_apart";
    if (decision === "merge") {
      const merged = await mergeLocated(deps, asker, tx, {
        people: [conflict.low, conflict.high],
        reason: "",
        confirmConflicts: true,
        located,
      });
      if (!merged.ok) return merged;
    } else if (located.origins.get(conflict.low)?.personId === located.origins.get(conflict.high)?.personId) {
      return fail("request.conflict", { field: "decision", mend: "The two are one person now; take the merge back instead" });
    } else {
      await keepApart(tx, workspaceId, conflict);
    }
    await decide(tx, workspaceId, conflictId, { state, actor: asker.actor, at });
    await note(deps, asker, tx, { action: "person.decide_conflict", target: `conflict:${conflictId}`, detail: { decision } });
    return ok({ ...conflict, state, decidedBy: asker.actor });
  });
}

/** Runs a change of the facts about some ids with their people locked, then plans those people anew. A fault leaves everything as it was. */
async function reshape<T>(
  deps: MergeCommandDeps,
  asker: Asker,
  originIds: readonly string[],
  change: (tx: Tx, located: Located) => Promise<Result<T>>,
): Promise<Result<T>> {
  const { workspaceId } = asker;
  return inTransaction(deps.db, (outer) =>
    withLocks(outer, async (tx, { lockAlso, alone }) => {
      await beginChange(tx, workspaceId, alone);
      const located = await lockPeople(tx, workspaceId, [...new Set([...originIds.filter(isStoredId), ...lockAlso])]);
      if (!located.settled) throw new LockMore([]);
      const changed = await change(tx, located);
      if (!changed.ok) return changed;
      const reshaped = await recompute(tx, workspaceId, originIds, new Set(located.people.keys()));
      if (reshaped === undefined)
        throw faultError("person.too_many_ids", {
          field: "people",
          mend: "One of the ids is shared by too many people; sever it from them first",
        });
      await refold(tx, workspaceId, reshaped, NO_NEWS);
      await restorePlanner(tx);
      return changed;
    }),
  );
}

async function mergeLocated(
  deps: MergeCommandDeps,
  asker: Asker,
  tx: Tx,
  request: MergeRequest & { readonly located: Located },
): Promise<Result<MergeRow>> {
  const [left, right] = request.people.map((id) => ownerOf(request.located, id));
  if (left === undefined || right === undefined)
    return fail("person.not_found", { field: "people", mend: "Search for the person by one of its ids" });
  if (left.personId === right.personId) return fail("person.merge_same", { field: "people" });
  const refusal = objectionTo(left, right);
  if (refusal === "too_many_ids") return fail("person.too_many_ids", { field: "people" });
  if (refusal === "two_identified" && !request.confirmConflicts)
    return fail("person.merge_conflict", {
      field: "confirmConflicts",
      mend: "Look at the preview and confirm that both are the same person",
    });
  const [low, high] = request.people.toSorted(compareOrigins);
  return ok(
    await insertMerge(tx, asker.workspaceId, {
      low: low ?? "",
      high: high ?? "",
      survivor: compareStrength(left, right) <= 0 ? left.personId : right.personId,
      // A confirmed merge stands whatever the two turn out to have; an unconfirmed one had nothing to confirm.
      waived: request.confirmConflicts,
      madeBy: asker.actor,
      at: new Date(deps.nowMs()),
      reason: redactText(request.reason, mask),
    }),
  );
}

/** Why two people may not simply be joined; too many ids is the graver reason, because it cannot be confirmed. */
export function objectionTo(
  left: Pick<PersonRow, "kinds" | "idsCount">,
  right: Pick<PersonRow, "kinds" | "idsCount">,
): RefusalReason | undefined {
  return left.idsCount + right.idsCount > IDS_PER_PERSON_MAX ? "too_many_ids" : refusalOf(left, right);
}

function ownerOf(located: Located, originId: string): PersonRow | undefined {
  const personId = located.origins.get(originId)?.personId;
  return personId === undefined ? undefined : located.people.get(personId);
}

function note(
  deps: MergeCommandDeps,
  { workspaceId, actor, ip }: Asker,
  tx: Tx,
  entry: {
    readonly action: AuditActionOf<"person">;
    readonly target: string;
    readonly detail: Parameters<AccessModule["audit"]>[1]["detail"];
  },
): Promise<void> {
  return deps.audit(tx, { workspaceId, actor, ip, ...entry });
}

/** The value of a result, or its fault thrown for the HTTP edge. */
export function valueOrThrow<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  const { code, ...rest } = result.fault;
  // Every code passed to `fail` is listed in the registry; a test holds that.
  throw faultError(code as FaultCode, rest);
}
