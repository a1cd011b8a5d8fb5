import type { FeedEvent } from "@terrace/domain/event/feed-event";
import { REFERRAL_BOUND, REFERRAL_BROUGHT, REFERRAL_CONVERTED, REFERRAL_CREDITED } from "@terrace/domain/event/referral-events";
import { toldEvent } from "@terrace/domain/event/told-event";
import type { IdentityRef } from "@terrace/domain/identity/identity-kinds";
import { appendWithin } from "../../platform/feed/append-within.ts";
import type { Tx } from "../../platform/storage/postgres.ts";
import type { Program } from "./program.store.ts";
import type { ReferralDeps } from "./referral-deps.ts";
import { loadCredited, takeUntoldBound, takeUntoldConverted, type Untold } from "./tell.store.ts";

/** Ids whose values are asked of the vault at once. */
const CLEAR_AT_ONCE = 500;

type Programs = ReadonlyMap<string, Program>;

/** Puts `$referral_bound` on the spine for each person who was bound, and `$referral_brought` for their inviter, once for each claim that ever bound, in the transaction that says so. */
export async function tellBound(deps: ReferralDeps, tx: Tx, workspaceId: number, programs: Programs): Promise<void> {
  const untold = await takeUntoldBound(tx, workspaceId);
  const ids = await clearIdsOf(
    deps,
    workspaceId,
    untold.flatMap(({ inviteeOrigin, inviterOrigin }) => [inviteeOrigin, inviterOrigin]),
  );
  const events = untold.flatMap((claim): readonly FeedEvent[] => {
    const { claimId, code, generation, inviteeOrigin, inviterOrigin } = claim;
    const told = { ...programOf(programs, claim), ...(code === null ? {} : { code }) };
    // Nobody can be told of who was forgotten meanwhile, or was never seen.
    const of = (originId: string, event: Pick<FeedEvent, "messageId" | "name" | "properties">): readonly FeedEvent[] => {
      const id = ids.get(originId);
      return id === undefined ? [] : [toldEvent({ workspaceId, id, atMs: deps.nowMs(), ...event })];
    };
    return [
      ...of(inviteeOrigin, { messageId: `referral-bound-${claimId}`, name: REFERRAL_BOUND, properties: { ...told, generation } }),
      ...of(inviterOrigin, { messageId: `referral-brought-${claimId}`, name: REFERRAL_BROUGHT, properties: told }),
    ];
  });
  await appendWithin(tx, deps.privacy, events);
}

/** Puts `$referral_converted` on the spine for each bound person who converted, and `$referral_credited` for those above them, once each. */
export async function tellConverted(deps: ReferralDeps, tx: Tx, workspaceId: number, programs: Programs): Promise<void> {
  const untold = await takeUntoldConverted(tx, workspaceId);
  if (untold.length === 0) return;
  const levels = Math.max(...untold.map(({ programId }) => programs.get(programId)?.settings.creditDepth ?? 1));
  const credited = (await loadCredited(tx, workspaceId, { claimIds: untold.map(({ claimId }) => claimId), levels })).filter(
    ({ programId, level }) => level <= (programs.get(programId)?.settings.creditDepth ?? 1),
  );
  const ids = await clearIdsOf(deps, workspaceId, [
    ...untold.map(({ inviteeOrigin }) => inviteeOrigin),
    ...credited.map(({ inviterOrigin }) => inviterOrigin),
  ]);
  const converted = untold.flatMap((claim): readonly FeedEvent[] => {
    const id = ids.get(claim.inviteeOrigin);
    if (id === undefined) return [];
    const properties = { ...programOf(programs, claim), generation: claim.generation };
    const messageId = `referral-converted-${claim.claimId}`;
    return [toldEvent({ workspaceId, id, atMs: deps.nowMs(), messageId, name: REFERRAL_CONVERTED, properties })];
  });
  const credits = credited.flatMap((claim): readonly FeedEvent[] => {
    const id = ids.get(claim.inviterOrigin);
    if (id === undefined) return [];
    const messageId = `referral-credited-${claim.claimId}-${claim.level}`;
    const properties = { ...programOf(programs, claim), level: claim.level };
    return [toldEvent({ workspaceId, id, atMs: deps.nowMs(), messageId, name: REFERRAL_CREDITED, properties })];
  });
  await appendWithin(tx, deps.privacy, [...converted, ...credits]);
}

function programOf(programs: Programs, { programId }: Pick<Untold, "programId">) {
  return { program: programId, name: programs.get(programId)?.name ?? "" };
}

async function clearIdsOf(
  { people }: ReferralDeps,
  workspaceId: number,
  originIds: readonly string[],
): Promise<ReadonlyMap<string, IdentityRef>> {
  const distinct = [...new Set(originIds)];
  const clear = new Map<string, IdentityRef>();
  for (let from = 0; from < distinct.length; from += CLEAR_AT_ONCE)
    for (const [origin, ref] of await people.clearIds(workspaceId, distinct.slice(from, from + CLEAR_AT_ONCE))) clear.set(origin, ref);
  return clear;
}
