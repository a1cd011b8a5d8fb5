import type { STALE_REASONS } from "@terrace/contract/api/flag-reports";
import { experimentRules } from "@terrace/domain/flags/experiment-rules";
import { onlyValue } from "@terrace/domain/flags/only-value";
import type { Json } from "@terrace/domain/json";
import type { FlagDeps } from "./flag-deps.ts";
import { loadUseSums } from "./flag-use.store.ts";
import { loadStanding } from "./flag.store.ts";
import { openDefinition } from "./sealed-definition.ts";

const DAY_MS = 86_400_000;

export type StaleFlag = {
  readonly key: string;
  readonly name: string;
  readonly reasons: (typeof STALE_REASONS)[number][];
  readonly value: Json;
  readonly changedAt: string;
  readonly evaluations: number;
  readonly lastEvaluatedOn: string | null;
};

/** Flags that may go, by their keys. A flag that is younger than the days, or was changed within them (by an experiment that it names, too), is only asked whether its date is past. */
export async function loadStale(deps: FlagDeps, workspaceId: number, days: number): Promise<readonly StaleFlag[]> {
  const nowMs = deps.nowMs();
  const since = new Date(nowMs - days * DAY_MS);
  const [flags, standings, sums] = await Promise.all([
    loadStanding(deps.db, workspaceId),
    deps.standings(deps.db, workspaceId),
    loadUseSums(deps.db, workspaceId, since.toISOString().slice(0, 10)),
  ]);
  const sumOf = new Map(sums.map((sum) => [sum.flagId, sum]));
  const now = new Date(nowMs);
  return flags.flatMap((flag): readonly StaleFlag[] => {
    const use = sumOf.get(flag.id);
    const definition = openDefinition(deps, flag.definition);
    const only = onlyValue({ ...flag, definition }, now.toISOString(), standings);
    const changes = [flag.changedAt, ...experimentRules(flag.key, definition).map(({ rule }) => standings.get(rule.experiment)?.movedAt)];
    const reasons = reasonsOf(flag, {
      now,
      isSettled: changes.every((at) => at === undefined || at <= since),
      hasOneValue: only !== undefined,
      isUsed: use !== undefined,
    });
    if (reasons.length === 0) return [];
    const { key, name, changedAt } = flag;
    const seen = { evaluations: use?.evaluations ?? 0, lastEvaluatedOn: use?.lastOn ?? null };
    return [{ key, name, reasons, value: only?.value ?? null, changedAt: changedAt.toISOString(), ...seen }];
  });
}

type Known = { readonly now: Date; readonly isSettled: boolean; readonly hasOneValue: boolean; readonly isUsed: boolean };

function reasonsOf(
  { expiresAt }: { readonly expiresAt: Date | null },
  { now, isSettled, hasOneValue, isUsed }: Known,
): StaleFlag["reasons"] {
  const reasons: StaleFlag["reasons"] = [];
  if (expiresAt !== null && expiresAt <= now) reasons.push("expired");
  if (isSettled && hasOneValue) reasons.push("one_value");
  if (isSettled && !isUsed) reasons.push("use_not_known");
  return reasons;
}
