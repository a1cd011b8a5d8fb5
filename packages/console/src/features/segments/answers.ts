import type { listSegmentHistory, getSegmentSizes } from "@terrace/contract/api/segment-history";
import type { getSegment } from "@terrace/contract/api/segments";
import type { CallAnswer } from "../../app/api/client.ts";

export type WholeSegment = CallAnswer<typeof getSegment>;
export type NamedSegment = Pick<WholeSegment, "id" | "name">;
export type Stay = CallAnswer<typeof listSegmentHistory>["items"][number];
export type Sizes = CallAnswer<typeof getSegmentSizes>;
export type SizeInterval = Sizes["intervals"][number];
