import type { Finding } from "@terrace/contract/api/doctor";
import type { Logger } from "pino";
import type { Job } from "../../platform/jobs.ts";
import { inTransaction } from "../../platform/storage/postgres.ts";
import { claimExamination, endExamination, failSilent, forgetExaminations, noteFindings } from "./examination.store.ts";
import { examine } from "./examine.ts";
import { type DoctorDeps } from "./doctor-deps.ts";

const LOOK_EVERY_MS = 1_000;
const SIGN_OF_LIFE_MS = 5_000;
const SILENT_AFTER_MS = 60_000;
const KEPT = 50;

export type ExaminationJob = { readonly job: Job; readonly stop: () => Promise<void> };

/** Makes the examinations that were asked for. The engines do the work; other jobs do not wait for it. */
export function examinationJob(deps: DoctorDeps & { readonly log: Logger }): ExaminationJob {
  const stopping = new AbortController();
  let running = false;
  const run = async (): Promise<void> => {
    const now = new Date(deps.nowMs());
    await failSilent(deps.db, new Date(deps.nowMs() - SILENT_AFTER_MS), now);
    if (running || stopping.signal.aborted) return;
    const taken = await inTransaction(deps.db, (tx) => claimExamination(tx, now));
    if (taken === undefined) return;
    await forgetExaminations(deps.db, KEPT);
    running = true;
    makeExamination(deps, taken, stopping.signal)
      // A process that ends takes its connections along; the row is swept up as silent.
      .catch((error: unknown) => {
        if (!stopping.signal.aborted) deps.log.error({ err: error }, "an examination could not be made");
      })
      .finally(() => {
        running = false;
      });
  };
  return {
    job: { name: "doctor.examine", everyMs: LOOK_EVERY_MS, run },
    stop: () => {
      stopping.abort();
      return Promise.resolve();
    },
  };
}

async function makeExamination(
  deps: DoctorDeps,
  { id, mend }: { readonly id: string; readonly mend: boolean },
  signal: AbortSignal,
): Promise<void> {
  const findings: Finding[] = [];
  const note = (): Promise<void> => noteFindings(deps.db, id, findings, new Date(deps.nowMs()));
  // A failed sign of life is made good by the next one.
  const alive = setInterval(() => void note().catch(() => undefined), SIGN_OF_LIFE_MS);
  let state: "done" | "failed" = "failed";
  try {
    for await (const finding of examine(deps, mend)) {
      if (signal.aborted) break;
      findings.push(finding);
      await note();
    }
    state = signal.aborted ? "failed" : "done";
  } finally {
    clearInterval(alive);
    await endExamination(deps.db, id, { state, findings, at: new Date(deps.nowMs()) });
  }
}
