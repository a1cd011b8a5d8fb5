/** Names of the events that a query asks for, each once. */
export function eventsOfQuery(query: unknown): readonly string[] {
  if (Array.isArray(query)) return [...new Set(query.flatMap((part: unknown) => eventsOfQuery(part)))];
  if (typeof query !== "object" || query === null) return [];
  return [
    ...new Set(
      Object.entries(query).flatMap(([key, value]: readonly [string, unknown]) =>
        key === "event" && typeof value === "string" ? [value] : eventsOfQuery(value),
      ),
    ),
  ];
}
