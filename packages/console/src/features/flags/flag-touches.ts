import { listFlagChanges } from "@terrace/contract/api/flag-changes";
import { listExperimentRules, listStaleFlags } from "@terrace/contract/api/flag-reports";
import { getFlag, listFlags, listFlagVersions } from "@terrace/contract/api/flags";

/** What is read again after flags were changed. */
export const FLAG_TOUCHES = [listFlags, getFlag, listFlagVersions, listFlagChanges, listStaleFlags, listExperimentRules];
