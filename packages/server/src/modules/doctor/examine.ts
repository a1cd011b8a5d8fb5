import { engineChecks } from "./engine-checks.ts";
import { erasureChecks } from "./erasure-checks.ts";
import { feedChecks } from "./feed-checks.ts";
import { amiss, type Finding } from "./finding.ts";
import { peopleChecks } from "./people-checks.ts";
import { streamChecks } from "./stream-checks.ts";
import type { DoctorDeps } from "./doctor-deps.ts";

/**
 * Goes through what must hold between and inside the engines, one check after the other; with `fix` mends what is safe: what is made from other
 * data that are still there, or written again from the feed. A check that fails tells so and does not keep the others from running.
 */
export async function* examine(deps: DoctorDeps, fix: boolean): AsyncGenerator<Finding> {
  const checks = [...engineChecks(deps), ...feedChecks(deps), ...peopleChecks(deps), ...erasureChecks(deps), ...streamChecks(deps)];
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
