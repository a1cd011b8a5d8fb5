import { textOr, type Text } from "../../app/i18n.ts";

/** What a value of a breakdown is called; of segments, whose values are ids, the name. */
export function valueWords(
  { by, value, other }: { readonly by: unknown; readonly value: string | null | undefined; readonly other?: boolean },
  { text, segmentOf }: { readonly text: Text; readonly segmentOf?: (id: string) => string },
): string {
  if (other === true) return text("insight.otherValues");
  if (value === null || value === undefined || value === "") return text("insight.noValue");
  if (isByChannel(by)) return channelWords(value);
  return isBySegment(by) && segmentOf !== undefined ? segmentOf(value) : value;
}

/** The name of one of Terrace's own channels, such as `paid_search`. */
export function channelWords(value: string): string {
  // A key that ends with `_other` would be a plural.
  return textOr(`channelValue.${value.replaceAll("_", "-")}`, value);
}

/** Whether the values are Terrace's own channels, and not what somebody sent. */
export function isByChannel(by: unknown): boolean {
  return typeof by === "object" && by !== null && "column" in by && by.column === "channel";
}

/** Whether people are told apart by the segments they are in. */
export function isBySegment(by: unknown): by is { readonly segment: readonly string[] } {
  return typeof by === "object" && by !== null && "segment" in by && Array.isArray(by.segment);
}
