import { canonicalJson } from "../canonical-json.ts";
import type { Json } from "../json.ts";
import { fail, ok, type Result } from "../result.ts";

/** Where an experiment stands: what flags that name it give (`ruleMode`), and from when to when exposures count. Whoever is exposed while it is paused counts. */
export const EXPERIMENT_STATES = ["draft", "running", "paused", "stopped", "archived"] as const;
export type ExperimentState = (typeof EXPERIMENT_STATES)[number];

export const EXPERIMENT_ACTIONS = ["start", "pause", "resume", "stop", "archive"] as const;
export type ExperimentAction = (typeof EXPERIMENT_ACTIONS)[number];

const STEPS: Readonly<Record<ExperimentAction, { readonly from: readonly ExperimentState[]; readonly to: ExperimentState }>> = {
  start: { from: ["draft"], to: "running" },
  pause: { from: ["running"], to: "paused" },
  resume: { from: ["paused"], to: "running" },
  stop: { from: ["running", "paused"], to: "stopped" },
  archive: { from: ["draft", "stopped"], to: "archived" },
};

/** The state after an action. Faults: `experiment.state_changed`. */
export function stateAfter(state: ExperimentState, action: ExperimentAction): Result<ExperimentState> {
  const { from, to } = STEPS[action];
  return from.includes(state)
    ? ok(to)
    : fail("experiment.state_changed", { field: "action", mend: `It is ${state}; only one that is ${from.join(" or ")} can do this` });
}

/** What an experiment is compared by when it is changed. */
export type ChangedExperiment = {
  readonly key: string;
  readonly name: string;
  readonly hypothesis: string;
  /** As it is stored: nothing but JSON. */
  readonly definition: { readonly metrics: readonly { readonly role: MetricRole }[] };
};

export const METRIC_ROLES = ["primary", "secondary", "guardrail"] as const;
export type MetricRole = (typeof METRIC_ROLES)[number];

/**
 * Whether an experiment may be changed so. Before the start anything; then its name, and guardrails may be added behind the metrics there are: what it was to show, on
 * whom and how it is read was said before the first figure was seen. Fewer metrics would be a smaller correction, and a guardrail less to stop a winner. Once it was
 * stopped nothing. Faults: `experiment.state_changed`, `experiment.locked`.
 */
export function checkChange(state: ExperimentState, before: ChangedExperiment, after: ChangedExperiment): Result<true> {
  if (state === "draft") return ok(true);
  if (state === "stopped" || state === "archived")
    return fail("experiment.state_changed", {
      field: "name",
      mend: "What is over is not changed any more; its decision and learning may be",
    });
  const kept = before.definition.metrics.length;
  if (after.definition.metrics.slice(kept).some(({ role }) => role !== "guardrail"))
    return fail("experiment.locked", { field: "definition.metrics", mend: "After the start only guardrails can be added" });
  const [was, is] = [lockedParts(before, kept), lockedParts(after, kept)];
  const changed = [...new Set([...was.keys(), ...is.keys()])].find((field) => was.get(field) !== is.get(field));
  return changed === undefined
    ? ok(true)
    : fail("experiment.locked", { field: changed, mend: "Leave it as it was when the experiment was started, or make another experiment" });
}

/** What stays as it was; of the metrics the first ones, as many as there were. */
function lockedParts({ key, hypothesis, definition }: ChangedExperiment, metricsKept: number): ReadonlyMap<string, string> {
  const { metrics, ...rest } = definition;
  const parts = { ...rest, metrics: metrics.slice(0, metricsKept) };
  const locked = Object.entries(parts).map(
    ([name, value]) => [`definition.${name}`, canonicalJson(JSON.parse(JSON.stringify(value)) as Json)] as const,
  );
  return new Map([["key", key], ["hypothesis", hypothesis], ...locked]);
}
