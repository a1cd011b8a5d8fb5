import { experimentResults, getExperiment, listExperiments } from "@terrace/contract/api/experiments";
import { listFlagChanges } from "@terrace/contract/api/flag-changes";
import { listExperimentRules, listStaleFlags } from "@terrace/contract/api/flag-reports";
import { getFlag, listFlags, listFlagVersions } from "@terrace/contract/api/flags";

const OF_EXPERIMENTS = [getExperiment, listExperiments, experimentResults];

/** What is read again after flags were changed, or a change was decided: it may be one of an experiment. */
export const FLAG_TOUCHES = [listFlags, getFlag, listFlagVersions, listFlagChanges, listStaleFlags, listExperimentRules, ...OF_EXPERIMENTS];
