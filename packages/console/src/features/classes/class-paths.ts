/** How often it is asked how people are sorted. */
export const LIVE_MS = 5_000;

/** Where classes are in the console. */
export function classPath(key: string): string {
  return `lifecycle/${key}`;
}

/** Where a class is made, of a template or from nothing. */
export function newClassPath(from?: { readonly template: string; readonly kind: string }): string {
  return from === undefined ? "lifecycle/new" : `lifecycle/new?template=${from.template}&kind=${from.kind}`;
}

/** The list of the people who have a value of a class: they are found by the trait that holds it. */
export function peopleOfValuePath(trait: string, value: string): string {
  return `people?trait=${encodeURIComponent(`${trait}:${value}`)}`;
}
