import type { Range } from "../assignment/allocation.ts";
import { BUCKETS } from "../assignment/bucket.ts";
import { isSplitting, type ExperimentRuleAt } from "./experiment-rules.ts";
import type { Window } from "./flag.ts";

/** A rule that holds a share of a namespace. */
export type Holder = {
  readonly namespace: string;
  readonly range: Range;
  readonly flag: string;
  readonly environment: string;
  readonly place: number;
  readonly rule: string;
  readonly experiment: string;
  readonly window: Window;
};

/** Who holds which share, by where a share begins; `isHeld` says whether an experiment gives arms or may again. */
export function holdersOf(rules: readonly ExperimentRuleAt[], isHeld: (experiment: string) => boolean): readonly Holder[] {
  return rules
    .flatMap(({ flag, environment, place, isOn, rule }) => {
      if (rule.namespace === null || !isOn || !isSplitting(rule) || !isHeld(rule.experiment)) return [];
      const { key: namespace, range } = rule.namespace;
      return [{ namespace, range, flag, environment, place, rule: rule.id, experiment: rule.experiment, window: rule.window }];
    })
    .toSorted((a, b) => a.range.from - b.range.from || a.range.to - b.range.to);
}

/**
 * The first of some holders that has people in common with another experiment of its namespace, and that one. They exclude each other within an environment, and
 * while both are in force.
 */
export function clashAmong(own: readonly Holder[], all: readonly Holder[]): { readonly own: Holder; readonly other: Holder } | undefined {
  for (const one of own) {
    const other = all.find((candidate) => isClash(one, candidate));
    if (other !== undefined) return { own: one, other };
  }
  return undefined;
}

function isClash(a: Holder, b: Holder): boolean {
  if (a.namespace !== b.namespace || a.environment !== b.environment || a.experiment === b.experiment) return false;
  return a.range.from < b.range.to && b.range.from < a.range.to && areTogether(a.window, b.window);
}

function areTogether(a: Window, b: Window): boolean {
  const begins = (one: Window, other: Window): boolean => one.from === null || other.until === null || one.from < other.until;
  return begins(a, b) && begins(b, a);
}

/** What nobody holds of a namespace, from the left. */
export function freeOf(held: readonly Range[]): readonly Range[] {
  const free: Range[] = [];
  let at = 0;
  for (const { from, to } of held.toSorted((a, b) => a.from - b.from)) {
    if (from > at) free.push({ from: at, to: from });
    at = Math.max(at, to);
  }
  return at < BUCKETS ? [...free, { from: at, to: BUCKETS }] : free;
}
