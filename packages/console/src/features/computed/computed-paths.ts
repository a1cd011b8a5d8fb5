/** How often it is asked how traits stand. */
export const LIVE_MS = 5_000;

/** Where computed traits are in the console. */
export function computedPath(key: string): string {
  return `computed-traits/${key}`;
}

/** The list of the people who have a value of a trait. */
export function peopleHavingPath(trait: string, value?: string): string {
  return `people?trait=${encodeURIComponent(value === undefined ? trait : `${trait}:${value}`)}`;
}
