/** Things of an event, e.g. the products of an order. */
export type Items = readonly Readonly<Record<string, unknown>>[];

/** Whether a property is a list of objects, which reads best as a small table. */
export function isItems(value: unknown): value is Items {
  return (
    Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === "object" && item !== null && !Array.isArray(item))
  );
}

/** The names found on the items, in order of first sight. */
export function itemColumns(items: Items): readonly string[] {
  return [...new Set(items.flatMap((item) => Object.keys(item)))];
}
