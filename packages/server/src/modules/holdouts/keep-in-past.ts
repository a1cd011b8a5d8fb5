import type { HoldoutGroup, Program } from "@terrace/domain/holdouts/holdout";
import type { IdentityRef } from "@terrace/domain/identity/identity-kinds";
import { inTransaction } from "../../platform/storage/postgres.ts";
import { bookCosts } from "./cost.routes.ts";
import { rememberGroups } from "./group.store.ts";
import type { HoldoutDeps } from "./holdout-deps.ts";
import { beginHoldout, endHoldoutNow, type Acting } from "./holdout.commands.ts";
import { findHoldout } from "./holdout.store.ts";

/** A holdout that was kept before Terrace knew of it, in one turn; its exposures are events that came already. */
export type PastHoldout = {
  readonly key: string;
  readonly name: string;
  readonly program: Program;
  /** Of 10,000. */
  readonly share: number;
  readonly beganAt: Date;
  readonly endedAt: Date;
  readonly askedAt: Date;
  readonly asked: readonly { readonly ref: IdentityRef; readonly group: HoldoutGroup }[];
  readonly cost: { readonly id: string; readonly at: Date; readonly amountMinor: number };
};

const FIRST_TURN = 1;
const GROUPS_AT_ONCE = 10_000;

/** Goes through a holdout of the past by its own commands, each at its instant. Done again, it goes on where it broke off. Throws what the commands throw. */
export async function keepInPast(deps: HoldoutDeps, past: PastHoldout, context: Acting): Promise<void> {
  const { workspaceId } = context;
  const { key, name, program, share, asked, askedAt, cost } = past;
  const at = (time: Date): HoldoutDeps => ({ ...deps, nowMs: () => time.getTime() });
  if ((await findHoldout(deps.db, workspaceId, key)) === undefined)
    await beginHoldout(at(past.beganAt), context, { key, name, share, scope: [program], rotation: null });
  const begun = await findHoldout(deps.db, workspaceId, key);
  if (begun?.endedAt !== null) return;
  for (let from = 0; from < asked.length; from += GROUPS_AT_ONCE) {
    const groups = asked.slice(from, from + GROUPS_AT_ONCE).map(({ ref, group }) => ({
      holdoutId: begun.id,
      number: FIRST_TURN,
      originId: deps.privacy.originId(workspaceId, ref.kind, ref.value),
      group,
    }));
    await inTransaction(deps.db, (tx) => rememberGroups(tx, workspaceId, groups, askedAt));
  }
  await bookCosts(at(cost.at), context, [
    { id: cost.id, program: { ...program }, at: cost.at.toISOString(), amountMinor: cost.amountMinor },
  ]);
  await endHoldoutNow(at(past.endedAt), context, key);
}
