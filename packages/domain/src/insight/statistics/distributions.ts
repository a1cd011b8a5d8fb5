/** Coefficients of Lanczos' approximation, g = 7, n = 9 (Godfrey 2001); good to 15 digits. */
const LANCZOS = [
  0.999_999_999_999_809_93, 676.520_368_121_885_1, -1_259.139_216_722_402_8, 771.323_428_777_653_13, -176.615_029_162_140_59,
  12.507_343_278_686_905, -0.138_571_095_265_720_12, 9.984_369_578_019_571_6e-6, 1.505_632_735_149_311_6e-7,
];
const LANCZOS_G = 7;
const STEPS_MAX = 500;
const TINY = 1e-300;
const CLOSE = 1e-15;

/** The natural logarithm of the gamma function of a number above 0. */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const [first = 1, ...others] = LANCZOS;
  const sum = others.reduce((all, coefficient, index) => all + coefficient / (x + index), first);
  const base = x + LANCZOS_G - 0.5;
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(base) - base + Math.log(sum);
}

/** The regularised incomplete beta function I_x(a, b), by its continued fraction (Lentz). */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  // The fraction converges quickly on one side of the mean only; the other side follows by symmetry.
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x)) / a;
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
  return front * fraction;
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
  return upperGamma(0.5, (z * z) / 2);
}

/** How likely Student's t is as far from 0 as this or farther, to either side. */
export function studentTwoSided(t: number, degrees: number): number {
  return Number.isFinite(t) ? incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5) : 0;
}

/** How likely chi-square is as large as this or larger. */
export function chiSquareUpper(value: number, degrees: number): number {
  return upperGamma(degrees / 2, value / 2);
}

/** The value that a standard normal number keeps below with this probability. */
export function normalQuantile(probability: number): number {
  return signedQuantile(probability, normalTwoSided);
}

/** The value that Student's t keeps below with this probability. */
export function studentQuantile(probability: number, degrees: number): number {
  return signedQuantile(probability, (t) => studentTwoSided(t, degrees));
}

/** The two-sided tail falls from 1 to 0 over the positive numbers: the place where it has a value is halved down upon. */
function signedQuantile(probability: number, twoSided: (value: number) => number): number {
  if (probability <= 0 || probability >= 1) return probability <= 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const tail = 2 * Math.min(probability, 1 - probability);
  let high = 1;
  while (twoSided(high) > tail && high < 1e12) high *= 2;
  let low = 0;
  for (let step = 0; step < 100; step += 1) {
    const middle = (low + high) / 2;
    if (twoSided(middle) > tail) low = middle;
    else high = middle;
  }
  return probability < 0.5 ? -high : high;
}
