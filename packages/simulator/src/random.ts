const GOLDEN = 0x9e3779b9;
const UNITS = 4_294_967_296;

/** Mixes whole numbers into one of 32 bits (MurmurHash3's mixing): the same numbers always give the same result, near ones unrelated results. */
export function mixed(...numbers: readonly number[]): number {
  let hash = GOLDEN;
  for (const number of numbers) hash = mixInto(hash, number);
  return finished(hash);
}

function mixInto(hash: number, number: number): number {
  let word = Math.imul(number | 0, 0xcc9e2d51);
  word = Math.imul((word << 15) | (word >>> 17), 0x1b873593);
  const turned = hash ^ word;
  return (Math.imul((turned << 13) | (turned >>> 19), 5) + 0xe6546b64) | 0;
}

function finished(hash: number): number {
  let end = hash ^ (hash >>> 16);
  end = Math.imul(end, 0x85ebca6b);
  end ^= end >>> 13;
  end = Math.imul(end, 0xc2b2ae35);
  return (end ^ (end >>> 16)) >>> 0;
}

/** A fraction in [0, 1) that belongs to these three numbers alone: a coin that needs no memory, whoever tosses first. */
export function unit(a: number, b: number, c: number): number {
  return finished(mixInto(mixInto(mixInto(GOLDEN, a), b), c)) / UNITS;
}

/** A stream of random numbers that its seed alone decides (mulberry32). */
export class Random {
  private state: number;

  constructor(...seed: readonly number[]) {
    this.state = mixed(...seed);
  }

  /** A fraction in [0, 1). */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let word = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    word = (word + Math.imul(word ^ (word >>> 7), 61 | word)) ^ word;
    return ((word ^ (word >>> 14)) >>> 0) / UNITS;
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** A whole number in [0, below). */
  below(below: number): number {
    return Math.floor(this.next() * below);
  }

  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }

  pick<T>(items: readonly [T, ...T[]]): T {
    return items[this.below(items.length)] ?? items[0];
  }

  /** A place in a list of weights, each as likely as its weight is heavy. */
  weighted(weights: readonly number[]): number {
    let left = this.next() * weights.reduce((sum, weight) => sum + weight, 0);
    for (let place = 0; place < weights.length; place += 1) {
      left -= weights[place] ?? 0;
      if (left < 0) return place;
    }
    return weights.length - 1;
  }

  /** A waiting time whose mean is given: the chance to end is the same at every moment. */
  exponential(mean: number): number {
    return -Math.log(1 - this.next()) * mean;
  }
}
