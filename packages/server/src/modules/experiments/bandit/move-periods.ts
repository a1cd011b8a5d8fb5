import type { ExperimentDefinition } from "@terrace/contract/api/experiments";
import { evenParts } from "@terrace/domain/experiments/bandit";
import type { ExperimentAction } from "@terrace/domain/experiments/experiment";
import type { Tx } from "../../../platform/storage/postgres.ts";
import { beginPeriods, endPeriods, type ExperimentId } from "./period.store.ts";
import { sharesDue } from "./turn-shares.ts";

/** Begins the periods of a bandit with even shares at its start, and lets none follow its stop. */
export async function movePeriods(
  tx: Tx,
  experiment: ExperimentId,
  { action, at, definition }: { readonly action: ExperimentAction; readonly at: Date; readonly definition: ExperimentDefinition },
): Promise<void> {
  const { allocation, variants } = definition;
  if (allocation.kind === "bandit" && action === "start")
    await beginPeriods(tx, experiment, {
      at,
      variants: variants.map(({ key }) => key),
      parts: evenParts(variants.length),
      dueAt: sharesDue(at, allocation, at),
    });
  if (action === "stop") await endPeriods(tx, experiment);
}
