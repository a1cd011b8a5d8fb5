import type { Db } from "../../platform/storage/postgres.ts";
import type { StepNumbers } from "../../platform/storage/migrate.ts";
import type { Warehouse } from "../../platform/storage/clickhouse.ts";
import type { checkTerms, refoldPeople } from "../people/module.ts";
import { engineChecks } from "./engine-checks.ts";
import { feedChecks } from "./feed-checks.ts";
import type { Finding } from "./finding.ts";
import { peopleChecks } from "./people-checks.ts";

export type { Finding, Verdict } from "./finding.ts";

export type DoctorDeps = {
  readonly db: Db;
  readonly warehouse: Warehouse;
  readonly knownSteps: StepNumbers;
  /** Folders whose disks must not run full. */
  readonly folders: readonly string[];
  readonly people: { readonly checkTerms: typeof checkTerms; readonly refoldPeople: typeof refoldPeople };
  /** Brings the event engine's map of people up to date; true when something changed. */
  readonly syncPeople: () => Promise<boolean>;
  readonly nowMs: () => number;
};

/**
 * Goes through what must hold between and inside the engines, one check after the other; with `fix` mends what is safe: what is made from other
 * data that are still there, or written again from the feed. A check that fails tells so and does not keep the others from running.
 */
export async function examine(
  deps: DoctorDeps,
  fix: boolean,
  onFinding: (finding: Finding) => void = () => undefined,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const check of [...engineChecks(deps), ...feedChecks(deps), ...peopleChecks(deps)]) {
    const finding = await check.run(fix).catch((error: unknown): Finding => {
      const why = error instanceof Error ? error.message : String(error);
      return {
        check: check.name,
        verdict: "bad",
        found: `could not be checked: ${why}`,
        mend: "see whether both engines answer, then look again",
        mendable: false,
      };
    });
    findings.push(finding);
    onFinding(finding);
  }
  return findings;
}
