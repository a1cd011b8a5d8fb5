import type { listPurposes } from "@terrace/contract/api/consent";
import type { CallAnswer } from "../../app/api/client.ts";

export type PurposeRow = CallAnswer<typeof listPurposes>["items"][number];
