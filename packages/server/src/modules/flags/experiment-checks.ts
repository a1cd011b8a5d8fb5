import { isUnderWay, ruleMode, type HeldSplit, type Standings, type Starting, type Variant } from "@terrace/domain/experiments/standing";
import {
  armsDiffer,
  changedPart,
  coveragesOf,
  experimentRules,
  isSplitting,
  otherSplit,
  remembersArms,
  ruleBefore,
  heldSplit,
  type ExperimentRuleAt,
  type FixedPart,
} from "@terrace/domain/flags/experiment-rules";
import { clashAmong, freeOf, holdersOf, type Holder } from "@terrace/domain/flags/namespaces";
import { faultError } from "../../platform/http/fault-error.ts";
import type { Db, Tx } from "../../platform/storage/postgres.ts";
import type { FlagDeps } from "./flag-deps.ts";
import { loadStanding } from "./flag.store.ts";
import { openDefinition, type Definition } from "./sealed-definition.ts";
import { refuseUneven } from "./uneven-rules.ts";

type Reading = Pick<FlagDeps, "privacy">;
type Checking = Reading & Pick<FlagDeps, "standings" | "variantsOf">;
type Changing = Checking & Pick<FlagDeps, "nowMs">;

/** Rules of all standing flags that name experiments. */
export async function loadExperimentRules(deps: Reading, sql: Db | Tx, workspaceId: number): Promise<readonly ExperimentRuleAt[]> {
  return (await loadStanding(sql, workspaceId)).flatMap(({ key, definition }) => experimentRules(key, openDefinition(deps, definition)));
}

/** Whether an experiment has its share of a namespace: one that gives arms, or keeps those given, and one that nobody keeps. */
export function holdsShares(standings: Standings): (experiment: string) => boolean {
  return (experiment) => ["assign", "keep"].includes(ruleMode(standings.get(experiment)));
}

/** A flag that is changed: its rules that name experiments, as they would be and as they were, and those of all other flags. */
type Checked = {
  readonly own: readonly ExperimentRuleAt[];
  readonly was: readonly ExperimentRuleAt[];
  readonly others: readonly ExperimentRuleAt[];
  readonly before: Definition | undefined;
  readonly standings: Standings;
  /** Own rules that split people of an experiment under way. */
  readonly underWay: readonly ExperimentRuleAt[];
};

/**
 * What experiments ask of a flag that is changed: of one that is under way, who is given which arm stays as it is, and a rule that comes to name it gives the arms
 * it has; and no share of a namespace is held by two. Throws `flag.coverage_uneven`, `flag.experiment_running`, `experiment.arms_differ`, `experiment.weights_differ`,
 * `experiment.versions_differ`, `experiment.forgets`, `flag.namespace_taken`.
 */
export async function checkExperimentRules(
  deps: Changing,
  tx: Tx,
  workspaceId: number,
  { key, definition, before }: { readonly key: string; readonly definition: Definition; readonly before: Definition | undefined },
): Promise<void> {
  const own = experimentRules(key, definition);
  if (!own.some(({ rule }) => isSplitting(rule))) return;
  refuseUneven(own, before);
  const standings = await deps.standings(tx, workspaceId);
  const checked: Checked = {
    own,
    was: before === undefined ? [] : experimentRules(key, before),
    others: (await loadExperimentRules(deps, tx, workspaceId)).filter(({ flag }) => flag !== key),
    before,
    standings,
    underWay: own.filter(({ rule }) => isSplitting(rule) && isUnderWay(standings.get(rule.experiment))),
  };
  await refuseOtherWays(deps, tx, workspaceId, checked);
  refuseMovedSplit(checked);
  refuseTakenShares(checked);
}

/** A rule that comes to split people of an experiment under way gives what that has. */
async function refuseOtherWays(deps: Changing, tx: Tx, workspaceId: number, checked: Checked): Promise<void> {
  const { underWay, before, standings, others, own } = checked;
  const now = new Date(deps.nowMs()).toISOString();
  const fresh = underWay.filter((at) => !isKept(at, { before, standings, now }));
  const variantsOf = await deps.variantsOf(tx, workspaceId, [...new Set(fresh.map(({ rule }) => rule.experiment))]);
  for (const at of fresh) {
    const isSaid = saysWeights(standings, at);
    refuseOtherArms(at, variantsOf.get(at.rule.experiment) ?? [], isSaid);
    refuseOtherVersion(at, [...others, ...own]);
    if (isSaid) refuseForgetting(at);
  }
}

/** How people are split is as it was kept of the experiment, or as the first rule says that splits them. */
function refuseMovedSplit({ underWay, was, others, own, standings }: Checked): void {
  const first = [...was, ...others, ...own].filter(({ rule }) => isSplitting(rule));
  for (const at of underWay) {
    const { experiment } = at.rule;
    const said = first.find(({ rule }) => rule.experiment === experiment);
    const held = standings.get(experiment)?.split ?? (said === undefined ? undefined : heldSplit(said.rule));
    const part = held === undefined ? undefined : otherSplit(at.rule, held);
    if (part !== undefined) throw runningFault(at, part);
  }
}

/** No share that the flag did not hold before is one of another experiment. */
function refuseTakenShares({ own, was, others, standings }: Checked): void {
  const isHeld = holdsShares(standings);
  const before = holdersOf(was, isHeld);
  const all = holdersOf([...others, ...own], isHeld);
  refuseClash(
    holdersOf(own, isHeld).filter((one) => !before.some((held) => isSameShare(one, held))),
    all,
    ({ environment, place }) => `definition.environments.${environment}.rules[${place}].namespace`,
  );
}

/**
 * Whether the flags that name an experiment give what it says it has, in each environment, and people that no other experiment has. Throws
 * `experiment.arms_differ`, `experiment.weights_differ`, `experiment.versions_differ`, `experiment.rules_differ`, `experiment.forgets`, `flag.namespace_taken`.
 * Answers how all of them split people, if there are any.
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
    if (isSaid) refuseForgetting(at);
  }
  const isHeld = holdsShares(standings);
  const all = holdersOf(rules, (experiment) => experiment === key || isHeld(experiment));
  refuseClash(
    all.filter(({ experiment }) => experiment === key),
    all,
    () => "action",
  );
  const [first] = naming;
  if (first === undefined) return undefined;
  return { ...heldSplit(first.rule), sticky: naming.every(({ rule }) => rule.sticky), coverages: coveragesOf(naming) };
}

/**
 * Keeps how the first rule splits people of each experiment under way that has no such rule yet: all that come later hold to it. Of each it also keeps at which coverages
 * rules gave arms, by which the split is judged.
 */
export async function keepSplits(deps: Reading & Pick<FlagDeps, "standings" | "holdSplit">, tx: Tx, workspaceId: number): Promise<void> {
  const standings = await deps.standings(tx, workspaceId);
  const open = [...standings].filter(([, one]) => isUnderWay(one));
  if (open.length === 0) return;
  const rules = (await loadExperimentRules(deps, tx, workspaceId)).filter(({ rule }) => isSplitting(rule));
  for (const [key, { split }] of open) {
    const naming = rules.filter(({ rule }) => rule.experiment === key);
    const [first] = naming;
    const held = split ?? (first === undefined ? undefined : { ...heldSplit(first.rule), sticky: first.rule.sticky });
    if (held === undefined) continue;
    const known = held.coverages ?? [];
    const coverages = [...new Set([...known, ...coveragesOf(naming)])].toSorted((a, b) => a - b);
    if (split === undefined || coverages.length > known.length) await deps.holdSplit(tx, workspaceId, key, { ...held, coverages });
  }
}

/** Whether the experiment of a rule says its weights itself. */
function saysWeights(standings: Standings, { rule }: ExperimentRuleAt): boolean {
  return standings.get(rule.experiment)?.weights !== undefined;
}

/** True for a rule that split people of the same experiment before, and does so as before. */
function isKept(
  at: ExperimentRuleAt,
  { before, standings, now }: Pick<Checked, "before" | "standings"> & { readonly now: string },
): boolean {
  const { rule } = at;
  const was = ruleBefore(before, at);
  if (was === undefined) return false;
  const part = changedPart(was, rule, { areWeightsSaid: saysWeights(standings, at), now });
  if (part === undefined) return true;
  throw runningFault(at, part);
}

function runningFault({ environment, place, rule }: ExperimentRuleAt, part: FixedPart | "coverage"): Error {
  return faultError("flag.experiment_running", {
    field: `definition.environments.${environment}.rules[${place}].${part}`,
    mend: `Leave ${part === "coverage" ? "coverage at least as large" : part} as it was (and arms in their order) until experiment ${rule.experiment} is stopped, or make another experiment with a key of its own`,
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
  const part = otherSplit(rule, heldSplit(other.rule));
  if (part === undefined) return;
  throw faultError("experiment.rules_differ", {
    field: `definition.environments.${environment}.rules[${place}].${part}`,
    mend: `Give ${part} of the rule in ${environment} of flag ${flag} as in ${other.environment} of flag ${other.flag}, arms in the same order`,
    details: { flag, environment, part, other: other.flag, otherEnvironment: other.environment },
  });
}

/** Shares that change move the border between two arms: whoever is remembered by nobody would be given another one each time. */
function refuseForgetting({ flag, environment, place, rule }: ExperimentRuleAt): void {
  if (remembersArms(rule)) return;
  throw faultError("experiment.forgets", {
    field: `definition.environments.${environment}.rules[${place}].${rule.sticky ? "unit" : "sticky"}`,
    mend: `Let the rule in ${environment} of flag ${flag} have the unit person and sticky on: the shares of experiment ${rule.experiment} change, and people keep their arm only where it is remembered`,
    details: { flag, environment, experiment: rule.experiment },
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

/** Whether a share is the one that was held, whatever place its rule has now. */
function isSameShare(a: Holder, b: Holder): boolean {
  return (
    a.namespace === b.namespace &&
    a.environment === b.environment &&
    a.rule === b.rule &&
    a.experiment === b.experiment &&
    a.range.from === b.range.from &&
    a.range.to === b.range.to &&
    a.window.from === b.window.from &&
    a.window.until === b.window.until
  );
}
