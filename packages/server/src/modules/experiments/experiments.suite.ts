import type { RouteContract } from "@terrace/contract/route";
import type { TestEngines } from "@terrace/testkit/both-engines";
import { callRoute, type CallInput } from "@terrace/testkit/call-route";
import pino from "pino";
import { flagsFor } from "../../composition/flags-and-experiments.ts";
import { createInsight } from "../insight/module.ts";
import { createPrivacyModule } from "../privacy/module.ts";
import type { ExperimentDeps } from "./experiment-deps.ts";
import { createExperiments } from "./module.ts";

type Asked = {
  readonly engines: TestEngines;
  /** The workspace of the test that runs, and its time. */
  readonly workspaceId: () => number;
  readonly nowMs: () => number;
  /** Told each action that goes on record. */
  readonly audited?: (action: string) => void;
};

/** Experiments on both engines with the analyses they ask, for suites that set the workspace and the time. */
export function experimentsOn({ engines: { db, warehouse }, workspaceId, nowMs, audited }: Asked) {
  const ground = {
    db,
    warehouse,
    privacy: { ...createPrivacyModule({ masterKey: new Uint8Array(32).fill(7) }), tokenise: () => "" },
    workspace: () =>
      Promise.resolve({ workspaceId: workspaceId(), name: "Shop", timeZone: "Asia/Shanghai", currency: "CNY", label: "" as const }),
    audit: (_: unknown, { action }: { readonly action: string }) => {
      audited?.(action);
      return Promise.resolve();
    },
    nowMs,
    log: pino({ enabled: false }),
  };
  const insight = createInsight({
    ...ground,
    people: { displayNames: () => Promise.resolve(new Map()) },
    collect: {
      definitions: { eventSpan: () => Promise.resolve(undefined) },
      quarantine: { openCount: () => Promise.resolve(0) },
      virtualEvents: { list: () => Promise.resolve([]) },
    },
    feedStatus: () => Promise.resolve([]),
    denies: () => false,
    usesOfMetric: () => Promise.resolve([]),
  });
  const deps: ExperimentDeps = { ...ground, insight, flags: flagsFor(ground) };
  return {
    deps,
    insight,
    call: <C extends RouteContract>(contract: C, input: CallInput<C> = {}) =>
      callRoute(createExperiments(deps).routes, workspaceId(), contract, input),
  };
}
