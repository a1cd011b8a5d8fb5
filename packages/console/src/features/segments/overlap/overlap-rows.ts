import type { overlapSegments } from "@terrace/contract/api/segment-figures";
import type { CallAnswer } from "../../../app/api/client.ts";

export type Overlap = CallAnswer<typeof overlapSegments>;
export type OverlapCounts = Pick<Overlap, "union" | "intersections">;
/** One intersection: exactly which of the segments, how many people, and their share of everyone in any of them. */
export type OverlapRow = {
  readonly key: string;
  readonly in: readonly string[];
  readonly people: number;
  readonly share: number;
};

/** The intersections as they are drawn, the largest first; those that nobody is in only where they are wanted. */
export function overlapRows({ intersections, union }: OverlapCounts, empty: boolean): readonly OverlapRow[] {
  return intersections
    .filter(({ people }) => empty || people > 0)
    .map(({ in: ids, people }) => ({ key: ids.join(","), in: ids, people, share: union === 0 ? 0 : people / union }));
}

/** A segment is called by a letter where its name has no room. */
export function letterOf(index: number): string {
  return String.fromCodePoint("A".charCodeAt(0) + index);
}

/** The segments an address names, each once. */
export function idsIn(text: string | null, max: number): readonly string[] {
  return [...new Set((text ?? "").split(",").filter((id) => /^[1-9]\d{0,17}$/.test(id)))].slice(0, max);
}
