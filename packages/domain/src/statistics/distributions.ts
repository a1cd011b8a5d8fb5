/** Coefficients of Lanczos' approximation, g = 7, n = 9 (Godfrey 2001); good to 15 digits. */
const LANCZOS = [
  0.999_999_999_999_809_93, 676.520_368_121_885_1, -1_259.139_216_722_402_8, 771.323_428_777_653_13, -176.615_029_162_140_59,
  12.507_343_278_686_905, -0.138_571_095_265_720_12, 9.984_369_578_019_571_6e-6, 1.505_632_735_149_311_6e-7,
];
const LANCZOS_G = 7;
/** Fractions take about as many steps as the root of their larger parameter. */
const STEPS_MAX = 20_000;
const TINY = 1e-300;
const CLOSE = 2e-15;
/** From here on Stirling's series gives what is wanted of it to the last digit. */
const STIRLING_MIN = 20;
/** From so many degrees of freedom on, rounding in the many steps of a fraction costs more than an asymptotic series does. */
const HILL_MIN = 1_000;
const STIRLING = [1 / 12, -1 / 360, 1 / 1_260, -1 / 1_680, 1 / 1_188, -691 / 360_360, 1 / 156];

/** The natural logarithm of the gamma function of a number above 0. */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const [first = 1, ...others] = LANCZOS;
  const sum = others.reduce((all, coefficient, index) => all + coefficient / (x + index), first);
  const base = x + LANCZOS_G - 0.5;
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(base) - base + Math.log(sum);
}

/** The natural logarithm of the beta function. What large logarithms of gamma would lose when they are taken from each other never appears (as in Didonato and Morris 1992). */
export function logBeta(a: number, b: number): number {
  const [small, large] = a < b ? [a, b] : [b, a];
  if (large < STIRLING_MIN) return logGamma(small) + logGamma(large) - logGamma(small + large);
  const share = Math.log1p(small / large);
  const rest = stirlingRest(large) - stirlingRest(small + large);
  if (small < STIRLING_MIN) return logGamma(small) + rest + small - (large - 0.5) * share - small * Math.log(small + large);
  const half = 0.5 * Math.log((2 * Math.PI) / small);
  return half + stirlingRest(small) + rest + small * Math.log(small / (small + large)) - (large - 0.5) * share;
}

/** What is left of the logarithm of gamma after (x − ½) ln x − x + ½ ln 2π. */
function stirlingRest(x: number): number {
  const square = 1 / (x * x);
  return STIRLING.reduceRight((sum, coefficient) => sum * square + coefficient, 0) / x;
}

/**
 * The regularised incomplete beta function I_x(a, b), by its continued fraction (Lentz). `rest` is 1 − x: given where it is known better than the
 * subtraction can tell.
 */
export function incompleteBeta(x: number, a: number, b: number, rest = 1 - x): number {
  if (x <= 0) return 0;
  if (rest <= 0) return 1;
  // The fraction converges quickly on one side of the mean only; the other side follows by symmetry.
  return x > (a + 1) / (a + b + 2) ? 1 - betaFraction(rest, x, b, a) : betaFraction(x, rest, a, b);
}

function betaFraction(x: number, rest: number, a: number, b: number): number {
  const logX = x > 0.5 ? Math.log1p(-rest) : Math.log(x);
  const logRest = rest > 0.5 ? Math.log1p(-x) : Math.log(rest);
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m <= STEPS_MAX; m += 1) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    fraction *= d * c;
    if (Math.abs(d * c - 1) < CLOSE) break;
  }
  return (Math.exp(a * logX + b * logRest - logBeta(a, b)) / a) * fraction;
}

/** The regularised upper incomplete gamma function Q(a, x). */
export function upperGamma(a: number, x: number): number {
  if (x <= 0) return 1;
  const front = Math.exp(a * Math.log(x) - x - logGamma(a));
  return x < a + 1 ? 1 - front * lowerSeries(a, x) : front * upperFraction(a, x);
}

function lowerSeries(a: number, x: number): number {
  let term = 1 / a;
  let sum = term;
  for (let n = 1; n <= STEPS_MAX && term > sum * CLOSE; n += 1) {
    term *= x / (a + n);
    sum += term;
  }
  return sum;
}

function upperFraction(a: number, x: number): number {
  let b = x + 1 - a;
  let c = 1 / TINY;
  let d = 1 / b;
  let fraction = d;
  for (let n = 1; n <= STEPS_MAX; n += 1) {
    const step = -n * (n - a);
    b += 2;
    d = 1 / away(step * d + b);
    c = away(b + step / c);
    fraction *= d * c;
    if (Math.abs(d * c - 1) < CLOSE) break;
  }
  return fraction;
}

function away(value: number): number {
  return Math.abs(value) < TINY ? TINY : value;
}

/** How likely a standard normal number is as far from 0 as this one or farther, to either side. */
export function normalTwoSided(z: number): number {
  return Number.isFinite(z) ? upperGamma(0.5, (z * z) / 2) : 0;
}

/** How likely a standard normal number is above this one. */
export function normalUpper(z: number): number {
  return z < 0 ? 1 - normalTwoSided(z) / 2 : normalTwoSided(z) / 2;
}

/** The density of the standard normal distribution. */
export function normalDensity(z: number): number {
  return Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
}

/** How likely Student's t is as far from 0 as this or farther, to either side. */
export function studentTwoSided(t: number, degrees: number): number {
  if (!Number.isFinite(t)) return 0;
  if (!Number.isFinite(degrees)) return normalTwoSided(t);
  if (degrees >= HILL_MIN) return normalTwoSided(asNormal(t, degrees));
  const square = t * t;
  return incompleteBeta(degrees / (degrees + square), degrees / 2, 0.5, square / (degrees + square));
}

/** The standard normal number that is as unlikely as this t (Hill 1970, Algorithm 395 of the ACM): exact to the last digits where there are many degrees of freedom. */
function asNormal(t: number, degrees: number): number {
  const a = degrees - 0.5;
  const b = 48 * a * a;
  const y = a * Math.log1p((t * t) / degrees);
  return (((((-0.4 * y - 3.3) * y - 24) * y - 85.5) / (0.8 * y * y + 100 + b) + y + 3) / b + 1) * Math.sqrt(y);
}

/** How likely Student's t is above this. */
export function studentUpper(t: number, degrees: number): number {
  return t < 0 ? 1 - studentTwoSided(t, degrees) / 2 : studentTwoSided(t, degrees) / 2;
}

/** How likely chi-square is as large as this or larger. */
export function chiSquareUpper(value: number, degrees: number): number {
  return upperGamma(degrees / 2, value / 2);
}

/** The value that chi-square is as large as or larger with this probability, above 0 and below 1. */
export function chiSquareTail(tail: number, degrees: number): number {
  const scale = -(degrees / 2) * Math.LN2 - logGamma(degrees / 2);
  return tailQuantile(
    tail,
    (value) => chiSquareUpper(value, degrees),
    (value) => Math.exp(scale + (degrees / 2 - 1) * Math.log(value) - value / 2),
  );
}

/** From so many degrees below the line on, F is chi-square over its degrees to all digits that are told. */
const CHI_SQUARE_MIN = 1e7;

/** How likely Fisher's F is as large as this or larger. */
export function fisherUpper(value: number, above: number, below: number): number {
  if (!(value > 0)) return 1;
  if (below >= CHI_SQUARE_MIN) return chiSquareUpper(value * above, above);
  const all = below + above * value;
  return incompleteBeta(below / all, below / 2, above / 2, (above * value) / all);
}

/** The value that a standard normal number keeps below with this probability. */
export function normalQuantile(probability: number): number {
  return signedQuantile(probability, normalUpper, normalDensity);
}

/** The value that Student's t keeps below with this probability. */
export function studentQuantile(probability: number, degrees: number): number {
  if (!Number.isFinite(degrees)) return normalQuantile(probability);
  const scale = -logBeta(degrees / 2, 0.5) - 0.5 * Math.log(degrees);
  return signedQuantile(
    probability,
    (t) => studentUpper(t, degrees),
    (t) => Math.exp(scale - ((degrees + 1) / 2) * Math.log1p((t * t) / degrees)),
  );
}

/** The place where the upper tail of a symmetric distribution has a value: Newton's steps on its logarithm, halving where they would leave the bracket. */
function signedQuantile(probability: number, upper: (value: number) => number, density: (value: number) => number): number {
  if (probability <= 0 || probability >= 1) return probability <= 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  if (probability === 0.5) return 0;
  const found = tailQuantile(Math.min(probability, 1 - probability), upper, density);
  return probability < 0.5 ? -found : found;
}

function tailQuantile(tail: number, upper: (value: number) => number, density: (value: number) => number): number {
  let low = 0;
  let high = 1;
  while (upper(high) > tail && high < 1e300) [low, high] = [high, high * 2];
  let found = (low + high) / 2;
  for (let step = 0; step < 200; step += 1) {
    const above = upper(found);
    if (above > tail) low = found;
    else high = found;
    const next = found + (above / density(found)) * Math.log(above / tail);
    const moved = next > low && next < high ? next : (low + high) / 2;
    const close = Math.abs(moved - found) <= 1e-15 * found;
    found = moved;
    if (close) break;
  }
  return found;
}
