import type { PyramidBody } from "@terrace/contract/api/pyramids";
import type { Period } from "@terrace/domain/insight/time/calendar";
import type { ConditionTools } from "../../../platform/storage/condition-sql.ts";
import type { Db, Tx } from "../../../platform/storage/postgres.ts";
import type { LiveDeps } from "../live/live-deps.ts";
import { readContributions } from "./contribution.views.ts";
import { loadOwnersOf } from "./keep.store.ts";

/** What ids contributed in several times, by a key of each. */
export type Contributed = ReadonlyMap<number, ReadonlyMap<string, bigint>>;

/** What is needed to ask the event engine about a workspace at an instant, with nobody asking. */
export async function toolsOf(deps: LiveDeps, workspaceId: number, nowMs: number): Promise<ConditionTools> {
  return {
    workspaceId,
    virtuals: await deps.virtualEvents(workspaceId),
    tokenise: (personalClass, value) => deps.privacy.tokenise(workspaceId, personalClass, value),
    nowMs,
    zone: await deps.timeZone(workspaceId),
  };
}

export type TimesAsked = {
  readonly contribution: PyramidBody["contribution"];
  readonly times: ReadonlyMap<number, Period>;
  readonly signal: AbortSignal;
};

/** Reads what ids contributed in some times: nobody anything where there is no contribution. */
export async function readTimes(deps: LiveDeps, tools: ConditionTools, { contribution, times, signal }: TimesAsked): Promise<Contributed> {
  const read = new Map<number, ReadonlyMap<string, bigint>>();
  for (const [key, period] of times)
    read.set(
      key,
      contribution === null ? new Map() : await readContributions({ warehouse: deps.warehouse, tools }, contribution, period, signal),
    );
  return read;
}

/** The same by person, as ids belong together now. */
export async function contributedByPerson(db: Db | Tx, workspaceId: number, contributed: Contributed): Promise<Contributed> {
  const ids = [...new Set([...contributed.values()].flatMap((amounts) => [...amounts.keys()]))];
  const owners = await loadOwnersOf(db, workspaceId, ids);
  return new Map([...contributed].map(([key, amounts]) => [key, sumByOwner(amounts, owners)]));
}

function sumByOwner(amounts: ReadonlyMap<string, bigint>, owners: ReadonlyMap<string, string>): ReadonlyMap<string, bigint> {
  const sums = new Map<string, bigint>();
  for (const [id, amount] of amounts) {
    const owner = owners.get(id);
    if (owner !== undefined) sums.set(owner, (sums.get(owner) ?? 0n) + amount);
  }
  return sums;
}
