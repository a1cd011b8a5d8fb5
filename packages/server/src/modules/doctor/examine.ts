import type { Db } from "../../platform/storage/postgres.ts";
import type { StepNumbers } from "../../platform/storage/migrate.ts";
import type { Warehouse } from "../../platform/storage/clickhouse.ts";
import type { checkTerms, refoldPeople } from "../people/module.ts";
import { engineChecks } from "./engine-checks.ts";
import { erasureChecks } from "./erasure-checks.ts";
import { feedChecks } from "./feed-checks.ts";
import { amiss, type Finding } from "./finding.ts";
import { peopleChecks } from "./people-checks.ts";

export type DoctorDeps = {
  readonly db: Db;
  readonly warehouse: Warehouse;
  readonly knownSteps: () => Promise<StepNumbers>;
  /** Folders whose disks must not run full. */
  readonly folders: readonly string[];
  readonly people: { readonly checkTerms: typeof checkTerms; readonly refoldPeople: typeof refoldPeople };
  /** Brings the event engine's map of people up to date; true when something changed. */
  readonly syncPeople: () => Promise<boolean>;
  readonly erasureLists: ErasureLists;
  readonly nowMs: () => number;
};

/** The lists of erasures that outlive the databases: how they stand to the deny-list, and bringing them up to it. */
export type ErasureLists = {
  readonly examine: () => Promise<{
    readonly ids: number;
    readonly places: number;
    readonly behind: readonly string[];
    readonly unknown: number;
  }>;
  readonly bring: () => Promise<void>;
};

/**
 * Goes through what must hold between and inside the engines, one check after the other; with `fix` mends what is safe: what is made from other
 * data that are still there, or written again from the feed. A check that fails tells so and does not keep the others from running.
 */
export async function* examine(deps: DoctorDeps, fix: boolean): AsyncGenerator<Finding> {
  const checks = [...engineChecks(deps), ...feedChecks(deps), ...peopleChecks(deps), ...erasureChecks(deps)];
  for (const check of checks)
    yield await check.run(fix).catch((error: unknown): Finding => {
      const why = error instanceof Error ? error.message : String(error);
      return amiss(check.name, {
        verdict: "bad",
        outcome: "failed",
        figures: { why },
        found: `could not be checked: ${why}`,
        mend: "see whether both engines answer, then look again",
      });
    });
}
