import type { FeedEvent } from "@terrace/domain/event/feed-event";
import { personalClassOfIdentity } from "@terrace/domain/identity/normalise-identity";
import type { Tx } from "../../platform/storage/postgres.ts";
import type { PrivacyModule } from "../privacy/module.ts";
import { linksToRead, planBatch, type BatchPlan } from "./batch-plan.ts";
import { gatherWork, type SealWork, type WorkspaceWork } from "./batch-work.ts";
import type { KnownFacts } from "./known-facts.ts";
import { beginChange, loadLinks, lockPeople, restorePlanner } from "./locate.store.ts";
import { LockMore, withLocks } from "./locks.ts";
import {
  countConflicts,
  deletePeople,
  insertChanges,
  insertIdentities,
  movePeople,
  saveLinks,
  savePeople,
  updateSeen,
  type IdentityRow,
} from "./people-facts.store.ts";
import type { FreshIdentity } from "./person-row.ts";
import { recompute } from "./recompute.ts";
import { compareTerms, refold, type TraitNews } from "./refold.ts";
import { termsOfPersonal } from "./search-terms.ts";
import { insertTerms } from "./traits.store.ts";

export type ResolveDeps = {
  readonly privacy: Pick<PrivacyModule, "originId" | "tokenise" | "searchTerm" | "seal">;
  readonly known: KnownFacts;
};

/** What to do once the transaction has committed; skip it when it has not. */
export type Resolved = { readonly committed: () => void };

/**
 * Settles whose the events of a batch are: new ids, links, traits, personal values. Call it once per transaction.
 * Several processes may run it at the same time.
 */
export async function resolveBatch(deps: ResolveDeps, tx: Tx, events: readonly FeedEvent[]): Promise<Resolved> {
  const work = gatherWork(events, deps.privacy.originId, deps.known);
  if (work.length === 0) return { committed: () => undefined };
  const settled: (() => void)[] = [];
  for (const part of work) {
    const plan = await withLocks(tx, async (inner, attempt) => {
      await beginChange(inner, part.workspaceId, attempt.alone);
      const done = await resolveWorkspace(deps, inner, part, attempt.lockAlso);
      await restorePlanner(inner);
      if (done.seals.length > 0) await deps.privacy.seal(inner, part.workspaceId, done.seals);
      return done.plan;
    });
    settled.push(() => {
      learn(deps.known, part, plan);
    });
  }
  return {
    committed: () => {
      for (const done of settled) done();
    },
  };
}

async function resolveWorkspace(
  deps: ResolveDeps,
  tx: Tx,
  work: WorkspaceWork,
  lockAlso: readonly string[],
): Promise<{ readonly plan: BatchPlan; readonly seals: readonly SealWork[] }> {
  const { workspaceId } = work;
  const located = await lockPeople(tx, workspaceId, [...new Set([...work.origins.keys(), ...lockAlso])]);
  if (!located.settled) throw new LockMore([]);
  const links = await loadLinks(tx, workspaceId, linksToRead(work, located.origins));
  const plan = planBatch(work, { located: located.origins, people: located.people, links });
  const identities = plan.fresh.map((fresh) => identityRow(deps, workspaceId, fresh));
  // Another process was first with one of them: now it is there to be found.
  if ((await insertIdentities(tx, workspaceId, identities)) < identities.length) throw new LockMore([]);
  await writePlan(tx, workspaceId, plan);
  const locked = new Set([...located.people.keys(), ...plan.created]);
  const reshaped = (await recompute(tx, workspaceId, plan.recompute, locked)) ?? [];
  await refold(tx, workspaceId, [...plan.refold, ...reshaped], newsOf(deps, work));
  await insertTerms(tx, workspaceId, identities.flatMap((row) => termsOfIdentity(deps, workspaceId, row)).toSorted(compareTerms));
  return { plan, seals: [...work.seals.values(), ...identities.flatMap(sealOfIdentity)] };
}

async function writePlan(tx: Tx, workspaceId: number, plan: BatchPlan): Promise<void> {
  await Promise.all([
    movePeople(tx, workspaceId, plan.moves),
    insertChanges(
      tx,
      workspaceId,
      plan.fresh.filter(({ originId, personId }) => originId !== personId),
    ),
    deletePeople(
      tx,
      workspaceId,
      plan.moves.map(({ from }) => from),
    ),
    savePeople(tx, workspaceId, plan.people),
    updateSeen(tx, workspaceId, plan.seen),
    saveLinks(tx, workspaceId, plan.links),
    countConflicts(tx, workspaceId, plan.conflicts),
  ]);
}

/** Personal ids are stored as their token; the clear value goes to the vault under the id's own key, so that parting people parts these too. */
function identityRow({ privacy }: ResolveDeps, workspaceId: number, fresh: FreshIdentity): IdentityRow {
  const personalClass = personalClassOfIdentity(fresh.ref);
  return personalClass === undefined
    ? { ...fresh, value: fresh.ref.value, class: "" }
    : { ...fresh, value: privacy.tokenise(workspaceId, personalClass, fresh.ref.value), class: personalClass };
}

function sealOfIdentity(row: IdentityRow): readonly SealWork[] {
  const personalClass = personalClassOfIdentity(row.ref);
  return personalClass === undefined ? [] : [{ originId: row.originId, token: row.value, class: personalClass, value: row.ref.value }];
}

function termsOfIdentity(
  { privacy }: ResolveDeps,
  workspaceId: number,
  row: IdentityRow,
): readonly { readonly term: string; readonly originId: string }[] {
  const personalClass = personalClassOfIdentity(row.ref);
  if (personalClass === undefined) return [];
  return termsOfPersonal(personalClass, row.ref.value, (text) => privacy.searchTerm(workspaceId, text)).map((term) => ({
    term,
    originId: row.originId,
  }));
}

function newsOf({ privacy }: ResolveDeps, work: WorkspaceWork): TraitNews {
  const messages = new Map(
    [...work.origins.values()].filter((item) => item.messages.length > 0).map((item) => [item.originId, item.messages]),
  );
  return {
    messages,
    clearOf: (originId, token) => work.clear.get(`${originId} ${token}`),
    blind: (text) => privacy.searchTerm(work.workspaceId, text),
  };
}

/** Keeps what is now stored for good. */
function learn(known: KnownFacts, work: WorkspaceWork, plan: BatchPlan): void {
  for (const item of work.origins.values())
    known.learnOrigin(work.workspaceId, item.originId, { firstSeenMs: item.firstMs, lastSeenMs: item.lastMs });
  const refused = new Set(plan.conflicts.map(({ low, high }) => `${low} ${high}`));
  for (const link of work.links.values()) {
    known.learnLink(work.workspaceId, link.from, {
      other: link.from === link.low ? link.high : link.low,
      firstAtMs: link.firstAtMs,
      assertedAtMs: link.assertedAtMs,
      refused: refused.has(`${link.low} ${link.high}`),
      countedAtMs: link.lastAtMs,
    });
  }
  for (const seal of work.seals.values()) known.learnSealed(seal.originId, seal.token);
}
