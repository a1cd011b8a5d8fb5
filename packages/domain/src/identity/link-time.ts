/** What is known of a link between two ids: when it was first seen and last asked for by name, and when either end was last severed. Unix ms. */
export type LinkFacts = { readonly firstAtMs: number; readonly assertedAtMs: number | null; readonly severedMs: number | null };

/**
 * When a link happened as far as it counts, or undefined when it does not. After an id was severed, what was seen up to then no longer
 * counts, and mere repetition does not bring it back: only a link that is new since, or one asked for by name.
 */
export function linkTime({ firstAtMs, assertedAtMs, severedMs }: LinkFacts): number | undefined {
  if (severedMs === null || firstAtMs > severedMs) return firstAtMs;
  return assertedAtMs !== null && assertedAtMs > severedMs ? assertedAtMs : undefined;
}
