import type { previewMerge } from "@terrace/contract/api/people";
import type { CallAnswer } from "../../app/api/client.ts";

export type MergePreview = CallAnswer<typeof previewMerge>;
