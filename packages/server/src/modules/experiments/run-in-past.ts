import type { ExperimentAction } from "@terrace/domain/experiments/experiment";
import { inTransaction } from "../../platform/storage/postgres.ts";
import type { Acting, ExperimentDeps } from "./experiment-deps.ts";
import { makeExperiment, type Written } from "./experiment.commands.ts";
import { findByKey, type Decided, type ExperimentRow } from "./experiment.store.ts";
import type { BanditPeriodRow } from "./bandit/period.store.ts";
import { moveExperiment, type Move } from "./move.commands.ts";

/** An experiment that was run before Terrace knew of it. */
export type PastExperiment = {
  readonly written: Written;
  readonly startedAt: Date;
  readonly stoppedAt: Date;
  readonly decided: Decided;
  /** Shares of a bandit that were in force after the first ones. */
  readonly periods?: readonly BanditPeriodRow[];
};

/**
 * Goes through an experiment of the past by its own commands, each at its instant; `withDraft` makes the flags that name it once there is a draft. Done again, it
 * goes on where it broke off. Throws what the commands throw.
 */
export async function runInPast(
  deps: ExperimentDeps,
  past: PastExperiment,
  { context, withDraft }: { readonly context: Acting; readonly withDraft: (at: Date) => Promise<void> },
): Promise<void> {
  const { written, startedAt, stoppedAt, decided, periods } = past;
  const find = (): Promise<ExperimentRow | undefined> => inTransaction(deps.db, (tx) => findByKey(tx, context.workspaceId, written.key));
  const at = (time: Date): ExperimentDeps => ({ ...deps, nowMs: () => time.getTime() });
  const move = (id: string, time: Date, action: ExperimentAction, more: Pick<Move, "decided" | "periods"> = {}): Promise<void> =>
    moveExperiment(at(time), id, { action, note: "", ...more }, context);
  if ((await find()) === undefined) await makeExperiment(at(startedAt), written, context);
  const draft = await find();
  if (draft?.state === "draft") {
    await withDraft(startedAt);
    await move(draft.id, startedAt, "start", periods === undefined ? {} : { periods });
  }
  const running = await find();
  if (running?.state === "running") await move(running.id, stoppedAt, "stop", { decided });
}
