import type { PersonCondition, PersonLeaf, Within } from "../conditions/condition.ts";
import { isDayTest } from "../conditions/day-test.ts";
import { leavesOf, withinOf } from "./tracker.ts";

/**
 * Whether a condition may come to hold for somebody, or cease to, though nothing happens: it looks back from now, at a day that comes nearer, or at a tag,
 * which may have an end. `ofSegment` says it of the segments that it asks about.
 */
export function changesWithTime(condition: PersonCondition, ofSegment: (segmentId: string) => boolean): boolean {
  return leavesOf(condition).some((leaf) => leafChanges(leaf, ofSegment));
}

function leafChanges(leaf: PersonLeaf, ofSegment: (segmentId: string) => boolean): boolean {
  if ("segment" in leaf) return ofSegment(leaf.segment);
  // Others who come, go and do something change who stands where.
  if ("tag" in leaf || "population" in leaf) return true;
  if ("did" in leaf || "sequence" in leaf) return moves(withinOf(leaf));
  return "trait" in leaf && isDayTest(leaf) && ("dateWithin" in leaf || "anniversary" in leaf);
}

function moves(within: Within | undefined): boolean {
  return within !== undefined && !("from" in within);
}
