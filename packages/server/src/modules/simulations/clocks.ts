/** The two clocks of a business that lives: both stood at the anchor at once, and its own runs `speed` times as fast. Unix ms. */
export type Clock = { readonly anchorWallMs: number; readonly anchorModelMs: number; readonly speed: number };

/** When something of the business happens for the rest of the world. Before the anchor both clocks run alike. */
export function wallTimeOf(clock: Clock, modelMs: number): number {
  if (modelMs <= clock.anchorModelMs) return Math.floor(modelMs - clock.anchorModelMs + clock.anchorWallMs);
  return Math.floor(clock.anchorWallMs + (modelMs - clock.anchorModelMs) / clock.speed);
}

/** What time it is in the business. */
export function modelTimeOf(clock: Clock, wallMs: number): number {
  return Math.floor(clock.anchorModelMs + (wallMs - clock.anchorWallMs) * clock.speed);
}
