import { getFlag, listFlagChanges, listFlags, listFlagVersions, listStaleFlags } from "@terrace/contract/api/flags";

/** What is read again after flags were changed. */
export const FLAG_TOUCHES = [listFlags, getFlag, listFlagVersions, listFlagChanges, listStaleFlags];
