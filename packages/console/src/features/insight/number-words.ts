import type { queryStatistics } from "@terrace/contract/api/insight-statistics";
import { traitName } from "../person/trait-name.ts";
import type { QueryOf } from "./frame/use-analysis.ts";
import { eventWords, type Ground } from "./use-ground.ts";

/** A number of each event, or one of each person. */
export type NumberOf = QueryOf<typeof queryStatistics>["of"];
export const NUMBER_KINDS = ["count", "days", "sum", "property", "trait"] as const;
export type NumberKind = (typeof NUMBER_KINDS)[number];

export function kindOfNumber(of: NumberOf): NumberKind {
  if ("trait" in of) return "trait";
  return "measure" in of ? of.measure.kind : "property";
}

/** What a number is called: `Order Completed · 次数`, `Order Completed · revenue 合计`, a trait's name. */
export function numberName(of: NumberOf, ground: Ground): string {
  if ("trait" in of) return (ground.traitOf ?? traitName)(of.trait);
  const event = eventWords(of.event.event, ground);
  if ("property" in of) return `${event} · ${of.property}`;
  const word = ground.text(`insight.number.short.${of.measure.kind}`);
  return of.measure.kind === "sum" ? `${event} · ${of.measure.property} ${word}` : `${event} · ${word}`;
}
