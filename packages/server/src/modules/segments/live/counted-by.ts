import type { Kept } from "@terrace/domain/segments/counter";

/** What a question about what people did counts by: a tracker, and what that keeps. */
export type CountedBy = { readonly id: string; readonly kept: Kept | undefined };
