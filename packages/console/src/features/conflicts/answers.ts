import type { listConflicts } from "@terrace/contract/api/merges";
import type { CallAnswer } from "../../app/api/client.ts";

export type Conflict = CallAnswer<typeof listConflicts>["items"][number];
