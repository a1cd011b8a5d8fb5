import { fileURLToPath } from "node:url";
import type { StartConfig } from "../config.ts";
import { createProgressBar } from "../cli/progress-bar.ts";
import { FIRST_SIMULATION } from "../modules/simulations/module.ts";
import { loadFeedLag } from "../platform/feed/feed.views.ts";
import type { Core } from "./core.ts";
import type { Modules } from "./modules.ts";

const SAMPLE_FILE = fileURLToPath(new URL("../../../../examples/sample/online_retail.csv.gz", import.meta.url));
const SAMPLE_MAPPING = fileURLToPath(new URL("../../../../examples/sample/online_retail.mapping.json", import.meta.url));

export type FirstStartDeps = {
  readonly config: StartConfig;
  readonly core: Core;
  readonly modules: Modules;
  readonly output: { readonly write: (text: string) => unknown; readonly isTTY?: boolean };
  readonly signal: AbortSignal;
  /** Whether this process runs the pipeline too, so that waiting for the sample to be stored makes sense. */
  readonly processesEvents: boolean;
};

/**
 * Makes the first workspace, its owner and keys, and loads the sample into it. Idempotent: a broken-off load goes on where it stopped.
 * Resolves with the path of a one-time sign-in, unless the owner has a password of their own already.
 */
export async function prepareWorkspaces(deps: FirstStartDeps): Promise<string | undefined> {
  const { config, modules } = deps;
  const first = await modules.access.bootstrapAccess({
    ...(config.empty
      ? { workspaceName: "Terrace", timeZone: "Asia/Shanghai", currency: "CNY" }
      : { workspaceName: "Online Retail", timeZone: "Europe/London", currency: "GBP", label: "sample" as const }),
    ...(config.initWriteKey === undefined ? {} : { initWriteKey: config.initWriteKey }),
    ...(config.initSecretKey === undefined ? {} : { initSecretKey: config.initSecretKey }),
    ...(config.initOwner === undefined ? {} : { initOwner: config.initOwner }),
  });
  const workspace = await modules.access.workspace(first.workspaceId);
  // Asked for before the sample is loaded, so that a start that breaks off there makes up for it; played once Terrace serves.
  if (first.created && !config.empty && config.simulated !== "off") await orderFirstSimulation(deps, first.workspaceId);
  if (workspace?.label === "sample") await loadSample(deps, first.workspaceId);
  return first.ownerHasPassword ? undefined : modules.access.createOneTimeSignIn(first.ownerId);
}

async function orderFirstSimulation({ config, modules }: FirstStartDeps, workspaceId: number): Promise<void> {
  const who = { workspaceId, actor: "terrace", ip: "" };
  const ordered = await modules.simulations.order(who, { ...FIRST_SIMULATION, live: config.simulated === "live" });
  if (!ordered.ok) throw new Error(`the first simulation was refused: ${ordered.fault.code}`);
}

async function loadSample({ core, modules, output, signal, processesEvents }: FirstStartDeps, workspaceId: number): Promise<void> {
  const bar = createProgressBar(output, "Loading the sample (UCI Online Retail)");
  const outcome = await modules.imports.importFile({
    path: SAMPLE_FILE,
    mappingPath: SAMPLE_MAPPING,
    workspaceId,
    signal,
    onResumed: bar.resume,
    onProgress: ({ rowsRead, rowsTotal }) => bar.update(rowsRead, rowsTotal ?? 0),
  });
  if (outcome.alreadyDone) return;
  bar.finish(outcome.rowsRead);
  if (processesEvents) await waitUntilStored(core, signal);
}

/** Waits until the pipeline has caught up, so that the first page shows the whole sample. */
async function waitUntilStored(core: Core, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const lag = await loadFeedLag(core.db);
    if (lag.every(({ lagEvents }) => lagEvents === 0)) return;
    await new Promise((resolve) => {
      setTimeout(resolve, 100);
    });
  }
}
