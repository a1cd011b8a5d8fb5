import { eventsOfQuery } from "./events-of-query.ts";
import { useEventNames } from "./use-event-names.ts";

/** Names of the events a question asks for that never arrived: why there may be nothing to show. */
export function useMissingEvents(query: unknown): readonly string[] {
  const { nameOf, definitions, ready } = useEventNames();
  if (!ready) return [];
  return eventsOfQuery(query)
    .filter((name) => definitions.every((known) => known.name !== name))
    .map(nameOf);
}
