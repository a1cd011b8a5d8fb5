import type { listQuarantine } from "@terrace/contract/api/quarantine";
import type { CallAnswer } from "../../app/api/client.ts";

export type Quarantined = CallAnswer<typeof listQuarantine>["items"][number];
