/** Fractions in [0, 1), one after the other: whoever asks for them knows nothing else of where they come from. */
export type Draw = () => number;

/** Fractions that a seed alone decides (mulberry32 of Tommy Ettinger): the same seed gives the same ones everywhere. */
export function seededDraw(seed: number): Draw {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let word = Math.imul(state ^ (state >>> 15), 1 | state);
    word = (word + Math.imul(word ^ (word >>> 7), 61 | word)) ^ word;
    return ((word ^ (word >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A standard normal number (Box and Muller 1958). */
export function drawNormal(draw: Draw): number {
  return Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());
}

/** A number of the gamma distribution with this shape and scale 1 (Marsaglia and Tsang 2000). */
export function drawGamma(draw: Draw, shape: number): number {
  if (shape < 1) return drawGamma(draw, shape + 1) * (1 - draw()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const normal = drawNormal(draw);
    const cube = (1 + c * normal) ** 3;
    if (cube > 0 && Math.log(1 - draw()) < normal ** 2 / 2 + d * (1 - cube + Math.log(cube))) return d * cube;
  }
}

/** A number of the beta distribution: one gamma number as a share of two. */
export function drawBeta(draw: Draw, a: number, b: number): number {
  const own = drawGamma(draw, a);
  return own / (own + drawGamma(draw, b));
}
