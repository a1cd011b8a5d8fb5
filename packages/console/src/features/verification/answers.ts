import type { listVerifications } from "@terrace/contract/api/verifications";
import type { CallAnswer } from "../../app/api/client.ts";

export type { VerificationDetail, VerificationKindView, VerificationView } from "@terrace/contract/api/verifications";
export type VerificationState = CallAnswer<typeof listVerifications>["items"][number]["state"];
