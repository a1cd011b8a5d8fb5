import { DEFAULT_FIELD_VIEW } from "@terrace/domain/access/field-view";
import { plantedExperiments, plantedHoldout, type Simulation } from "../modules/simulations/module.ts";
import type { Modules } from "./modules.ts";

/** Has the experiments and the holdout that are planted in a simulated business gone through in its past, with their flags, by the commands that operators use. */
export async function tellExperiments(
  { experiments, flags, holdouts }: Pick<Modules, "experiments" | "flags" | "holdouts">,
  workspaceId: number,
  simulation: Pick<Simulation, "plan" | "tried">,
): Promise<void> {
  const context = {
    workspaceId,
    actor: "terrace",
    ip: "",
    caller: { kind: "nobody" },
    fields: DEFAULT_FIELD_VIEW,
    signal: new AbortController().signal,
  } as const;
  for (const { flag, ...past } of plantedExperiments(simulation)) {
    const made = { ...flag, key: past.written.key, expiresAt: null, note: "" };
    await experiments.runInPast(past, { context, withDraft: (at) => flags.makeInPast(context, made, at) });
  }
  await holdouts.keepInPast(plantedHoldout(simulation), context);
}
