import type { RouteContract } from "@terrace/contract/route";
import { sameQuery } from "./query-text.ts";
import type { Analysis } from "./use-analysis.ts";

/** Whether what is on screen is what was saved. */
export function isSavedState<C extends RouteContract>({ saved, query, display, dirty }: Analysis<C>): boolean {
  return saved !== undefined && !dirty && sameQuery(saved.query, query) && sameQuery(saved.display, display);
}
