import { experimentInteraction, experimentNovelty } from "@terrace/contract/api/experiment-readings";
import { experimentResults, getExperiment, listExperiments } from "@terrace/contract/api/experiments";
import { listFlagChanges } from "@terrace/contract/api/flag-changes";
import { listExperimentRules } from "@terrace/contract/api/flag-reports";

/** What is read again after something was done with an experiment, or asked for. */
export const EXPERIMENT_TOUCHES = [
  getExperiment,
  listExperiments,
  listExperimentRules,
  experimentResults,
  experimentNovelty,
  experimentInteraction,
  listFlagChanges,
];
