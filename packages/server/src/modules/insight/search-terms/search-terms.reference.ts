import type { PeopleEvent } from "../portrait/people-analyses.reference.ts";

const MINUTE = 60_000;

/** A search of a test, and what came of it. */
export type ReferenceSearch = {
  readonly person: number;
  readonly term: string;
  readonly isNow: boolean;
  readonly isNone: boolean;
  readonly isClicked: boolean;
  readonly isOrdered: boolean;
};

/** Slow and obvious: every search from the beginning of the period before on; what follows counts for the last search before it. */
export function referenceSearches(
  events: readonly PeopleEvent[],
  { beforeMs, fromMs, toMs }: { readonly beforeMs: number; readonly fromMs: number; readonly toMs: number },
): readonly ReferenceSearch[] {
  const inOrder = events.toSorted((a, b) => a.timeMs - b.timeMs);
  const isSearch = ({ name, properties }: PeopleEvent): boolean => name === "Products Searched" && termOf(properties["query"]) !== "";
  const searches = inOrder.filter((event) => isSearch(event) && event.timeMs >= beforeMs && event.timeMs < toMs);
  return searches.map((search) => {
    const { person, timeMs, properties } = search;
    const next =
      inOrder.find((event) => event.person === person && isSearch(event) && event.timeMs > timeMs)?.timeMs ?? Number.POSITIVE_INFINITY;
    const isFollowed = (name: string, minutes: number): boolean =>
      inOrder.some(
        (event) =>
          event.person === person &&
          event.name === name &&
          event.timeMs > timeMs &&
          event.timeMs < next &&
          event.timeMs <= timeMs + minutes * MINUTE,
      );
    return {
      person,
      term: termOf(properties["query"]),
      isNow: timeMs >= fromMs,
      isNone: Number(properties["results"] ?? 1) === 0,
      isClicked: isFollowed("Product Viewed", 30),
      isOrdered: isFollowed("Order Completed", 1_440),
    };
  });
}

function termOf(value: unknown): string {
  if (typeof value !== "string" && typeof value !== "number") return "";
  return String(value).normalize("NFKC").toLowerCase().replaceAll(/\s+/g, " ").trim();
}
