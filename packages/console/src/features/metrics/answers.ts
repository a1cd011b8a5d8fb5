import type { getMetric } from "@terrace/contract/api/metrics";
import type { CallAnswer } from "../../app/api/client.ts";

export type WholeMetric = CallAnswer<typeof getMetric>;
