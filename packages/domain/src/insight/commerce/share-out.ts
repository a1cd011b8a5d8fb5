/**
 * Divides a whole number by whole weights into whole parts that add up to it exactly: everyone gets the part rounded down, and what is left goes one by one
 * to the largest remainders, of equal ones to the earlier. Below zero the same, mirrored. Without any weight the first gets all.
 */
export function shareOut(amount: number, weights: readonly number[]): readonly number[] {
  const whole = BigInt(Math.abs(amount));
  const sum = weights.reduce((all, weight) => all + BigInt(weight), 0n);
  if (sum === 0n) return weights.map((_, index) => (index === 0 ? amount : 0));
  const parts = weights.map((weight, index) => ({
    index,
    part: (whole * BigInt(weight)) / sum,
    remainder: (whole * BigInt(weight)) % sum,
  }));
  const left = Number(whole - parts.reduce((all, { part }) => all + part, 0n));
  const luckiest = parts.toSorted((a, b) => (a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1));
  const lucky = new Set(luckiest.slice(0, left).map(({ index }) => index));
  return parts.map(({ index, part }) => Math.sign(amount) * (Number(part) + (lucky.has(index) ? 1 : 0)) + 0);
}
