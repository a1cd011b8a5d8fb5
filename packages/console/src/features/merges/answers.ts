import type { previewMerge } from "@terrace/contract/api/merges";
import type { CallAnswer } from "../../app/api/client.ts";

export type MergePreview = CallAnswer<typeof previewMerge>;
