import type { previewUpload } from "@terrace/contract/api/import-uploads";
import type { CallAnswer } from "../../app/api/client.ts";
import type { useCall } from "../../app/api/use-call.ts";

export type Preview = CallAnswer<typeof previewUpload>;
export type Ask = Partial<NonNullable<Parameters<typeof useCall<typeof previewUpload>>[1]["body"]>>;
