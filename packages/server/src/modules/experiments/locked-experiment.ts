import type { AuditActionOf } from "@terrace/contract/audit-actions";
import type { Tx } from "../../platform/storage/postgres.ts";
import type { Acting, ExperimentDeps } from "./experiment-deps.ts";
import { lockExperiment, type ExperimentRow } from "./experiment.store.ts";
import { idOf, unknownExperiment } from "./stored-experiment.ts";

/** First what flags hold, then the experiment, in every command: two of them never wait for each other. What flags are meanwhile stays. Throws `experiment.not_found`. */
export async function lockedExperiment(
  { flags }: Pick<ExperimentDeps, "flags">,
  tx: Tx,
  { workspaceId }: Pick<Acting, "workspaceId">,
  id: string,
): Promise<ExperimentRow> {
  await flags.lock(tx, workspaceId);
  const row = await lockExperiment(tx, workspaceId, idOf(id));
  if (row === undefined) throw unknownExperiment();
  return row;
}

type Act = { readonly action: AuditActionOf<"experiment">; readonly id: string; readonly detail: Readonly<Record<string, string>> };

export async function recordAct(
  { audit }: Pick<ExperimentDeps, "audit">,
  tx: Tx,
  { workspaceId, actor, ip }: Pick<Acting, "workspaceId" | "actor" | "ip">,
  { action, id, detail }: Act,
): Promise<void> {
  await audit(tx, { workspaceId, actor, action, target: `experiment:${id}`, detail, ip });
}
