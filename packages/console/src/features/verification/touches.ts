import { getPerson, listPeople } from "@terrace/contract/api/people";
import { listTags } from "@terrace/contract/api/person-remarks";
import { getVerification, listVerificationKinds, listVerifications } from "@terrace/contract/api/verifications";

/** What shows something else once an application was made or decided. */
export const TOUCHES = [getVerification, listVerifications, listVerificationKinds, getPerson, listPeople, listTags] as const;
