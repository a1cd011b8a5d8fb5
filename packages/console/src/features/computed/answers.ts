import type { listComputedTraitTemplates, previewComputedTrait } from "@terrace/contract/api/computed-traits";
import type { CallAnswer } from "../../app/api/client.ts";

export type TraitPreview = CallAnswer<typeof previewComputedTrait>;
export type TraitTemplate = CallAnswer<typeof listComputedTraitTemplates>["items"][number];
