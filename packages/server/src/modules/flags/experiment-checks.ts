import { isUnderWay, ruleMode, type HeldSplit, type Standings, type Starting, type Variant } from "@terrace/domain/experiments/standing";
import {
  armsDiffer,
  changedPart,
  experimentRules,
  isSplitting,
  otherSplit,
  ruleBefore,
  splitOf,
  type ExperimentRuleAt,
  type FixedPart,
} from "@terrace/domain/flags/experiment-rules";
import { clashAmong, freeOf, holdersOf, type Holder } from "@terrace/domain/flags/namespaces";
import { faultError } from "../../platform/http/fault-error.ts";
import type { Db, Tx } from "../../platform/storage/postgres.ts";
import type { FlagDeps } from "./flag-deps.ts";
import { loadStanding } from "./flag.store.ts";
import { openDefinition, type Definition } from "./sealed-definition.ts";

type Reading = Pick<FlagDeps, "privacy">;
type Checking = Reading & Pick<FlagDeps, "standings" | "variantsOf">;

/** Rules of all standing flags that name experiments. */
export async function loadExperimentRules(deps: Reading, sql: Db | Tx, workspaceId: number): Promise<readonly ExperimentRuleAt[]> {
  return (await loadStanding(sql, workspaceId)).flatMap(({ key, definition }) => experimentRules(key, openDefinition(deps, definition)));
}

/** Whether an experiment has its share of a namespace: one that gives arms, or keeps those given, and one that nobody keeps. */
export function holdsShares(standings: Standings): (experiment: string) => boolean {
  return (experiment) => ["assign", "keep"].includes(ruleMode(standings.get(experiment)));
}

/**
 * What experiments ask of a flag that is changed: of one that is under way, who is given which arm stays as it is, and a rule that comes to name it gives the arms
 * it has; and no share of a namespace is held by two. Throws `flag.experiment_running`, `experiment.arms_differ`, `experiment.weights_differ`,
 * `experiment.versions_differ`, `flag.namespace_taken`.
 */
export async function checkExperimentRules(
  deps: Checking,
  tx: Tx,
  workspaceId: number,
  { key, definition, before }: { readonly key: string; readonly definition: Definition; readonly before: Definition | undefined },
): Promise<void> {
  const own = experimentRules(key, definition);
  const splitting = own.filter(({ rule }) => isSplitting(rule));
  if (splitting.length === 0) return;
  const standings = await deps.standings(tx, workspaceId);
  const others = (await loadExperimentRules(deps, tx, workspaceId)).filter(({ flag }) => flag !== key);
  const underWay = splitting.filter(({ rule }) => isUnderWay(standings.get(rule.experiment)));
  const fresh = underWay.filter((at) => !isKept(at, before, standings));
  const variantsOf = await deps.variantsOf(tx, workspaceId, [...new Set(fresh.map(({ rule }) => rule.experiment))]);
  for (const at of fresh) {
    refuseOtherArms(at, variantsOf.get(at.rule.experiment) ?? [], saysWeights(standings, at));
    refuseOtherVersion(at, [...others, ...own]);
  }
  const first = [...(before === undefined ? [] : experimentRules(key, before)), ...others, ...own].filter(({ rule }) => isSplitting(rule));
  for (const at of underWay) {
    const { experiment } = at.rule;
    const said = first.find(({ rule }) => rule.experiment === experiment);
    const held = standings.get(experiment)?.split ?? (said === undefined ? undefined : splitOf(said.rule));
    const part = held === undefined ? undefined : otherSplit(at.rule, held);
    if (part !== undefined) throw runningFault(at, part);
  }
  const isHeld = holdsShares(standings);
  const held = new Set(before === undefined ? [] : holdersOf(experimentRules(key, before), isHeld).map(asText));
  const all = holdersOf([...others, ...own], isHeld);
  refuseClash(
    all.filter((one) => one.flag === key && !held.has(asText(one))),
    all,
    ({ environment, place }) => `definition.environments.${environment}.rules[${place}].namespace`,
  );
}

/**
 * Whether the flags that name an experiment give what it says it has, in each environment, and people that no other experiment has. Throws
 * `experiment.arms_differ`, `experiment.weights_differ`, `experiment.versions_differ`, `experiment.rules_differ`, `flag.namespace_taken`. Answers how all of them split
 * people, if there are any.
 */
export async function checkStart(
  deps: Checking,
  tx: Tx,
  workspaceId: number,
  { key, variants, saysWeights: isSaid }: Starting,
): Promise<HeldSplit | undefined> {
  const standings = await deps.standings(tx, workspaceId);
  const rules = await loadExperimentRules(deps, tx, workspaceId);
  const naming = rules.filter(({ rule }) => rule.experiment === key && isSplitting(rule));
  for (const at of naming) {
    refuseOtherArms(at, variants, isSaid);
    refuseOtherVersion(at, naming);
    refuseOtherSplit(at, naming[0] ?? at);
  }
  const isHeld = holdsShares(standings);
  const all = holdersOf(rules, (experiment) => experiment === key || isHeld(experiment));
  refuseClash(
    all.filter(({ experiment }) => experiment === key),
    all,
    () => "action",
  );
  return naming[0] === undefined ? undefined : { ...splitOf(naming[0].rule), sticky: naming.every(({ rule }) => rule.sticky) };
}

/** Keeps how the first rule splits people of each experiment under way that has no such rule yet: all that come later hold to it. */
export async function keepSplits(deps: Reading & Pick<FlagDeps, "standings" | "holdSplit">, tx: Tx, workspaceId: number): Promise<void> {
  const standings = await deps.standings(tx, workspaceId);
  const open = new Set([...standings].filter(([, one]) => isUnderWay(one) && one.split === undefined).map(([key]) => key));
  if (open.size === 0) return;
  for (const { rule } of await loadExperimentRules(deps, tx, workspaceId))
    if (isSplitting(rule) && open.delete(rule.experiment))
      await deps.holdSplit(tx, workspaceId, rule.experiment, { ...splitOf(rule), sticky: rule.sticky });
}

/** Whether the experiment of a rule says its weights itself. */
function saysWeights(standings: Standings, { rule }: ExperimentRuleAt): boolean {
  return standings.get(rule.experiment)?.weights !== undefined;
}

/** True for a rule that split people of the same experiment before, and does so as before. */
function isKept(at: ExperimentRuleAt, before: Definition | undefined, standings: Standings): boolean {
  const { rule } = at;
  const was = ruleBefore(before, at);
  if (was === undefined) return false;
  const part = changedPart(was, rule, saysWeights(standings, at));
  if (part === undefined) return true;
  throw runningFault(at, part);
}

function runningFault({ environment, place, rule }: ExperimentRuleAt, part: FixedPart): Error {
  return faultError("flag.experiment_running", {
    field: `definition.environments.${environment}.rules[${place}].${part}`,
    mend: `Leave ${part} as it was (and arms in their order) until experiment ${rule.experiment} is stopped, or make another experiment with a key of its own`,
    details: { experiment: rule.experiment, part },
  });
}

function refuseOtherArms({ flag, environment, place, rule }: ExperimentRuleAt, variants: readonly Variant[], isSaid: boolean): void {
  const difference = armsDiffer(rule.arms, variants);
  if (difference === undefined) return;
  // What the experiment says of weights itself wins over the rule's.
  if (difference === "weights" && isSaid) return;
  const [given, wanted] = [rule.arms, variants].map((all) => all.map(({ key, weight }) => `${key} ${weight}`).join(", "));
  throw faultError(difference === "arms" ? "experiment.arms_differ" : "experiment.weights_differ", {
    field: `definition.environments.${environment}.rules[${place}].arms`,
    mend: `Flag ${flag} gives ${given ?? ""} in ${environment}, and experiment ${rule.experiment} has ${wanted ?? ""}: make them the same`,
    details: { flag, environment, experiment: rule.experiment, given: given ?? "", wanted: wanted ?? "" },
  });
}

function refuseOtherVersion({ flag, environment, place, rule }: ExperimentRuleAt, all: readonly ExperimentRuleAt[]): void {
  const other = all.find((one) => one.rule.experiment === rule.experiment && isSplitting(one.rule) && one.rule.version !== rule.version);
  if (other === undefined) return;
  throw faultError("experiment.versions_differ", {
    field: `definition.environments.${environment}.rules[${place}].version`,
    mend: `Give all rules of experiment ${rule.experiment} one version: flag ${flag} has ${rule.version} in ${environment}, flag ${other.flag} ${other.rule.version} in ${other.environment}`,
    details: { flag, environment, version: rule.version, other: other.flag, otherVersion: other.rule.version },
  });
}

function refuseOtherSplit({ flag, environment, place, rule }: ExperimentRuleAt, other: ExperimentRuleAt): void {
  const part = otherSplit(rule, splitOf(other.rule));
  if (part === undefined) return;
  throw faultError("experiment.rules_differ", {
    field: `definition.environments.${environment}.rules[${place}].${part}`,
    mend: `Give ${part} of the rule in ${environment} of flag ${flag} as in ${other.environment} of flag ${other.flag}, arms in the same order`,
    details: { flag, environment, part, other: other.flag, otherEnvironment: other.environment },
  });
}

function refuseClash(own: readonly Holder[], all: readonly Holder[], fieldOf: (holder: Holder) => string): void {
  const clash = clashAmong(own, all);
  if (clash === undefined) return;
  const { namespace, environment, experiment: self } = clash.own;
  const { flag, experiment, range } = clash.other;
  const held = all.filter((one) => one.namespace === namespace && one.environment === environment && one.experiment !== self);
  const free = freeOf(held.map((one) => one.range))
    .map(({ from, to }) => `${from}–${to}`)
    .join(", ");
  throw faultError("flag.namespace_taken", {
    field: fieldOf(clash.own),
    mend: `Flag ${flag} holds ${range.from}–${range.to} of ${namespace} for experiment ${experiment}; ${free === "" ? "nothing of it is free" : `free: ${free}`}`,
    details: { namespace, environment, flag, experiment, from: range.from, to: range.to, free },
  });
}

/** What has to be the same for a share to be the one that was held. */
function asText({ namespace, range, environment, rule, experiment, window }: Holder): string {
  return JSON.stringify([namespace, range.from, range.to, environment, rule, experiment, window.from, window.until]);
}
