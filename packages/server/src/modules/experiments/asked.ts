import type { ExperimentDefinition } from "@terrace/contract/api/experiments";
import type { BanditPeriodRow } from "./bandit/period.store.ts";

/** An experiment, as it is asked and read. */
export type Asked = {
  readonly key: string;
  readonly definition: ExperimentDefinition;
  readonly startedAt: Date | null;
  readonly stoppedAt: Date | null;
  /** Shares over time, of an experiment whose shares change; oldest first. */
  readonly periods: readonly BanditPeriodRow[];
  /** At which rules of flags gave arms; none where no flag did. */
  readonly coverages: readonly number[];
};

/** One that has been started. */
export type Started = Asked & { readonly startedAt: Date };

const DAY_MS = 86_400_000;

/** The planned end of what is read once; what may be looked at on any day has none. */
export function readUntilMs({ definition: { method, plannedDays }, startedAt }: Pick<Asked, "definition" | "startedAt">): number {
  return method !== "frequentist" || startedAt === null || plannedDays === null ? Infinity : startedAt.getTime() + plannedDays * DAY_MS;
}
