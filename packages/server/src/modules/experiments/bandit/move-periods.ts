import type { ExperimentDefinition } from "@terrace/contract/api/experiments";
import { evenParts } from "@terrace/domain/experiments/bandit";
import type { ExperimentAction } from "@terrace/domain/experiments/experiment";
import type { Tx } from "../../../platform/storage/postgres.ts";
import { beginPeriods, endPeriods, insertPeriod, type BanditPeriodRow, type ExperimentId } from "./period.store.ts";
import { sharesDue } from "./turn-shares.ts";

type Moving = {
  readonly action: ExperimentAction;
  readonly at: Date;
  readonly definition: ExperimentDefinition;
  readonly periods: readonly BanditPeriodRow[] | undefined;
};

/** Begins the periods of a bandit with even shares at its start, and lets none follow its stop, nor those it went through elsewhere. */
export async function movePeriods(tx: Tx, experiment: ExperimentId, { action, at, definition, periods }: Moving): Promise<void> {
  const { allocation, variants } = definition;
  if (allocation.kind === "bandit" && action === "start") {
    const keys = variants.map(({ key }) => key);
    const dueAt = periods === undefined ? sharesDue(at, allocation, at) : null;
    await beginPeriods(tx, experiment, { at, variants: keys, parts: evenParts(variants.length), dueAt });
    for (const row of periods ?? []) await insertPeriod(tx, experiment, { ...row, variants: keys });
  }
  if (action === "stop") await endPeriods(tx, experiment);
}
