import { auditText } from "@terrace/domain/access/audit-detail";
import { normaliseIdentity } from "@terrace/domain/identity/normalise-identity";
import { ERASABLE_PEOPLE_MAX, type ErasureSelection } from "@terrace/contract/api/rights";
import { fail, ok, type Result } from "@terrace/domain/result";
import { inTransaction, type Db, type Tx } from "../../platform/storage/postgres.ts";
import type { AccessModule } from "../access/module.ts";
import type { PeopleModule } from "../people/module.ts";
import type { PrivacyModule } from "../privacy/module.ts";
import { admitErasedIds, insertErasedIds, lockDenyList } from "./deny.store.ts";
import { insertErasure, saveBeginning, type Repeats } from "./erasure.store.ts";

export type ErasureDeps = {
  readonly db: Db;
  readonly privacy: PrivacyModule;
  readonly people: Pick<PeopleModule, "idsOfPeople" | "lockIdsOfPeople" | "forgetTerms">;
  readonly audit: AccessModule["audit"];
  readonly nowMs: () => number;
  readonly randomBytes: (count: number) => Uint8Array;
};

export type Asker = { readonly workspaceId: number; readonly actor: string; readonly ip: string };

const SECRET_BYTES = 32;
/** Ids are looked up at most so many at a time, and none may be missed. */
const ERASABLE_IDS_MAX = 100_000;

/** Whom a selection means: their ids by person, the ids that nobody has, and how many of the selected were not found. */
export type Selected = {
  readonly people: ReadonlyMap<string, readonly string[]>;
  readonly unknown: readonly string[];
  readonly notFound: number;
};

/** Looks a selection up, changing nothing. */
export async function previewErasure(deps: ErasureDeps, workspaceId: number, selection: ErasureSelection): Promise<Selected> {
  const { originIds, unusable } = originsOf(deps, workspaceId, selection);
  return selected(await deps.people.idsOfPeople(deps.db, workspaceId, originIds), originIds, unusable);
}

/**
 * Erases people for good: in one transaction their ids go on the deny-list and their keys are destroyed; the rest is removed piece by piece
 * afterwards. Answers the erasure's id. Faults: `person.not_found` when the selection means nobody, `erasure.too_many`.
 */
export async function requestErasure(
  deps: ErasureDeps,
  asker: Asker,
  request: { readonly selection: ErasureSelection; readonly reason: string; readonly refuseUnknown: boolean },
): Promise<Result<string>> {
  const { workspaceId } = asker;
  const { originIds, unusable } = originsOf(deps, workspaceId, request.selection);
  return inTransaction(deps.db, async (tx) => {
    // Before people are locked, as those do who settle events.
    await lockDenyList(tx);
    const { people, unknown } = selected(await deps.people.lockIdsOfPeople(tx, workspaceId, originIds), originIds, unusable);
    const strangers = request.refuseUnknown ? unknown : [];
    if (people.size === 0 && strangers.length === 0)
      return fail("person.not_found", { field: "people", mend: "Name at least one person of this workspace" });
    const ids = [...people.values()].reduce((sum, own) => sum + own.length, 0);
    if (people.size > ERASABLE_PEOPLE_MAX || ids >= ERASABLE_IDS_MAX)
      return fail("erasure.too_many", {
        field: "people",
        mend: `Erase at most ${ERASABLE_PEOPLE_MAX} people with ${ERASABLE_IDS_MAX} ids at a time`,
      });
    return ok(await beginErasure(deps, tx, asker, { people, strangers, reason: auditText(request.reason) }));
  });
}

/** Whom an erasure is about, and what it does again, if it does. */
export type Erasable = {
  readonly people: Selected["people"];
  /** Ids that nobody has, refused all the same. */
  readonly strangers: readonly string[];
  readonly reason: string;
  readonly repeats?: Repeats;
};

/** What is done at once: the ids are refused, the keys destroyed, and the rest is queued. Call it with the deny-list and people locked. */
export async function beginErasure(
  deps: Omit<ErasureDeps, "people"> & { readonly people: Pick<PeopleModule, "forgetTerms"> },
  tx: Tx,
  asker: Asker,
  { people, strangers, reason, repeats }: Erasable,
): Promise<string> {
  const { workspaceId, actor, ip } = asker;
  const at = new Date(deps.nowMs());
  const owned = [...people].flatMap(([personId, own]) => own.map((originId) => ({ originId, personId })));
  const ids = [...owned, ...strangers.map((originId) => ({ originId, personId: originId }))];
  const origins = ids.map(({ originId }) => originId);
  const erasureId = await insertErasure(tx, {
    workspaceId,
    reason,
    requestedBy: actor,
    at,
    people: people.size,
    ids: ids.length,
    secret: deps.privacy.encryptPayload(deps.randomBytes(SECRET_BYTES)),
    repeats,
  });
  await insertErasedIds(tx, workspaceId, { erasureId, at }, ids);
  const tokens = await deps.privacy.tellingTokens(tx, workspaceId, origins);
  const searchTerms = await deps.people.forgetTerms(tx, workspaceId, origins);
  const vault = await deps.privacy.eraseKeys(tx, workspaceId, origins);
  await saveBeginning(tx, workspaceId, erasureId, { tokens, removed: { vault, people: { search_terms: searchTerms } } });
  await deps.audit(tx, {
    workspaceId,
    actor,
    action: repeats === undefined ? "erasure.request" : "erasure.repeat",
    target: `erasure:${erasureId}`,
    detail: {
      reason,
      people: people.size,
      ids: ids.length,
      ...(people.size === 1 ? { person: [...people.keys()][0] ?? "" } : {}),
      ...(repeats === undefined ? {} : { repeats }),
    },
    ip,
  });
  return erasureId;
}

/** How many of the named ids are let in again, and how many were not refused. */
export type Readmitted = { readonly admitted: number; readonly notRefused: number };

/**
 * Lets erased ids in again because their person came back and agreed: from now on their events are taken, and the person is a stranger.
 * Fault: `erasure.id_not_refused` when none of them is refused, or the erasure still runs.
 */
export async function readmit(
  deps: ErasureDeps,
  asker: Asker,
  request: { readonly identities: NonNullable<ErasureSelection["identities"]>; readonly reason: string },
): Promise<Result<Readmitted>> {
  const { workspaceId, actor, ip } = asker;
  const { originIds } = originsOf(deps, workspaceId, { identities: request.identities });
  return inTransaction(deps.db, async (tx) => {
    await lockDenyList(tx);
    const admitted = await admitErasedIds(tx, workspaceId, originIds, deps.nowMs());
    if (admitted === 0)
      return fail("erasure.id_not_refused", { field: "identities", mend: "Name ids whose erasure is finished and which are refused now" });
    await deps.audit(tx, {
      workspaceId,
      actor,
      action: "erasure.readmit",
      target: `workspace:${workspaceId}`,
      detail: { ids: admitted, reason: auditText(request.reason) },
      ip,
    });
    return ok({ admitted, notRefused: request.identities.length - admitted });
  });
}

function originsOf(
  { privacy }: ErasureDeps,
  workspaceId: number,
  selection: ErasureSelection,
): { readonly originIds: readonly string[]; readonly unusable: number } {
  const refs = (selection.identities ?? []).map(({ kind, value }) => normaliseIdentity(kind, value));
  const named = refs.flatMap((ref) => (ref.ok ? [privacy.originId(workspaceId, ref.value.kind, ref.value.value)] : []));
  return { originIds: [...new Set([...(selection.people ?? []), ...named])], unusable: refs.length - named.length };
}

function selected(
  rows: readonly { readonly originId: string; readonly personId: string }[],
  asked: readonly string[],
  unusable: number,
): Selected {
  const found = new Set(rows.map(({ originId }) => originId));
  const people = new Map<string, string[]>();
  for (const { originId, personId } of rows) {
    const own = people.get(personId);
    if (own === undefined) people.set(personId, [originId]);
    else own.push(originId);
  }
  const unknown = asked.filter((originId) => !found.has(originId));
  return { people, unknown, notFound: unusable + unknown.length };
}
