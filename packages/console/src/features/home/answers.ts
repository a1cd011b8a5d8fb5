import type { getOverview } from "@terrace/contract/api/live";
import type { CallAnswer } from "../../app/api/client.ts";

export type Overview = CallAnswer<typeof getOverview>;
