import { isSplitting, type ExperimentRuleAt } from "@terrace/domain/flags/experiment-rules";
import { ruleMode } from "@terrace/domain/experiments/standing";
import type { MoveAsked } from "@terrace/contract/api/flag-changes";
import { faultError } from "../../platform/http/fault-error.ts";
import type { RouteContext } from "../../platform/http/handler.ts";
import type { Tx } from "../../platform/storage/postgres.ts";
import { loadEnvironments } from "./environment.store.ts";
import { loadExperimentRules } from "./experiment-checks.ts";
import { insertMove } from "./flag-change.store.ts";
import type { FlagDeps } from "./flag-deps.ts";
import { raiseRevision } from "./flag.store.ts";
import { whoIs } from "./who-is.ts";

type Reading = Pick<FlagDeps, "privacy">;

/** A draft that goes, or takes another key, leaves no rule behind that would split people by itself from then on. Throws `experiment.in_flags`. */
export async function refuseNamed(deps: Reading, tx: Tx, workspaceId: number, key: string): Promise<void> {
  const flags = [
    ...new Set((await splittingNow(deps, tx, workspaceId)).filter(({ rule }) => rule.experiment === key).map(({ flag }) => flag)),
  ];
  if (flags.length === 0) return;
  throw faultError("experiment.in_flags", {
    field: "key",
    mend: `Switch the rules off first that name it in ${flags.join(", ")}: without the experiment they would give its variants at once`,
    details: { flags: flags.join(", ") },
  });
}

/** Has every process read the flags of a workspace again, if one of them names an experiment. */
export async function raiseIfNamed(deps: Reading, tx: Tx, workspaceId: number, keys: readonly string[]): Promise<void> {
  const rules = await loadExperimentRules(deps, tx, workspaceId);
  if (rules.some(({ rule }) => keys.includes(rule.experiment))) await raiseRevision(tx, workspaceId);
}

/**
 * A variant that is taken goes to whoever meets its rule; experiments behind it in the same environment, which give arms or may again, would be reached by nobody.
 * Throws `experiment.take_hides`.
 */
export async function refuseHidden(
  deps: Reading & Pick<FlagDeps, "standings">,
  tx: Tx,
  workspaceId: number,
  { key, variant }: { readonly key: string; readonly variant: string },
): Promise<void> {
  const standings = await deps.standings(tx, workspaceId);
  const rules = await splittingNow(deps, tx, workspaceId);
  for (const taken of rules.filter(({ rule }) => rule.experiment === key && rule.arms.some((arm) => arm.key === variant))) {
    const hidden = rules.find(
      ({ flag, environment, place, rule }) =>
        flag === taken.flag &&
        environment === taken.environment &&
        place > taken.place &&
        rule.experiment !== key &&
        ["assign", "keep"].includes(ruleMode(standings.get(rule.experiment))),
    );
    if (hidden === undefined) continue;
    const { flag, environment } = taken;
    const other = hidden.rule.experiment;
    throw faultError("experiment.take_hides", {
      field: "decision",
      mend: `Stop it without taking a variant, move its rule behind that of ${other} in ${environment} of flag ${flag}, and take the variant then`,
      details: { flag, environment, other },
    });
  }
}

/** Where flags name an experiment, put people into its arms and have their changes reviewed: moves that change what they give wait there for somebody else. */
export async function reviewedAt(deps: Reading, tx: Tx, workspaceId: number, key: string): Promise<readonly ReviewedAt[]> {
  const reviewed = new Set((await loadEnvironments(tx, workspaceId)).filter(({ review }) => review).map((row) => row.key));
  if (reviewed.size === 0) return [];
  const rules = (await splittingNow(deps, tx, workspaceId)).filter(
    ({ environment, rule }) => rule.experiment === key && reviewed.has(environment),
  );
  return rules.map(({ flag, environment }) => ({ flag, environment }));
}
export type ReviewedAt = { readonly flag: string; readonly environment: string };

/** A move of an experiment that somebody asks for, and where it would change what flags give. */
export type NewMove = MoveAsked & {
  readonly steps: number;
  readonly note: string;
  readonly at: Date;
  readonly where: readonly ReviewedAt[];
};

/** Has a move wait for somebody else. Throws `flag_change.person_needed`, `experiment.change_open`. */
export async function askForMove(
  tx: Tx,
  { workspaceId, caller, actor }: Pick<RouteContext, "workspaceId" | "caller" | "actor">,
  { steps, note, at, where, ...move }: NewMove,
): Promise<void> {
  const [first] = where;
  // Whoever made the key could approve what they asked for by it.
  if (caller.kind === "key" && first !== undefined)
    throw faultError("flag_change.person_needed", {
      field: "action",
      mend: `Have a person do it in the console: flag ${first.flag} names the experiment in ${first.environment}, where changes are reviewed`,
      details: { ...first },
    });
  const id = await insertMove(tx, workspaceId, {
    move,
    baseVersion: steps,
    environments: [...new Set(where.map(({ environment }) => environment))].toSorted(),
    note,
    askedAt: at,
    askedBy: actor,
    asker: whoIs(caller),
  });
  if (id === undefined)
    throw faultError("experiment.change_open", { field: "action", mend: "Have the open change decided first, or take it back" });
}

async function splittingNow(deps: Reading, tx: Tx, workspaceId: number): Promise<readonly ExperimentRuleAt[]> {
  return (await loadExperimentRules(deps, tx, workspaceId)).filter(({ isOn, rule }) => isOn && isSplitting(rule));
}
