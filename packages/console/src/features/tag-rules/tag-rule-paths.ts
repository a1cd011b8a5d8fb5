/** How often it is asked whom rules hold. */
export const LIVE_MS = 5_000;

/** Where tag rules are in the console. */
export function tagRulePath(id: string): string {
  return `tag-rules/${id}`;
}

/** The list of the people who have a tag. */
export function peopleOfTagPath(tag: string): string {
  return `people?tag=${encodeURIComponent(tag)}`;
}
