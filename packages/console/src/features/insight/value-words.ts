import type { Text } from "../../app/i18n.ts";

/** What a value of a breakdown is called; of segments, whose values are ids, the name. */
export function valueWords(
  { by, value, other }: { readonly by: unknown; readonly value: string | null | undefined; readonly other?: boolean },
  { text, segmentOf }: { readonly text: Text; readonly segmentOf?: (id: string) => string },
): string {
  if (other === true) return text("insight.otherValues");
  if (value === null || value === undefined || value === "") return text("insight.noValue");
  return isBySegment(by) && segmentOf !== undefined ? segmentOf(value) : value;
}

/** Whether people are told apart by the segments they are in. */
export function isBySegment(by: unknown): by is { readonly segment: readonly string[] } {
  return typeof by === "object" && by !== null && "segment" in by && Array.isArray(by.segment);
}
