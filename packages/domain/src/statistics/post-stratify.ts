import { type Arm, type ArmEstimate, estimateArm, type Matrix, quadratic, ratioOf } from "./arm.ts";
import { type Difference, type Effect, estimateEffect, type Refused } from "./effect.ts";
import { mergeArms, type SummableArm } from "./merge-arms.ts";

/** Both arms among the units of one stratum, e.g. of a channel. */
export type Stratum = { readonly control: SummableArm; readonly treatment: SummableArm };

/**
 * The effect as it would be had each arm the same mix of strata: means of each stratum, weighted by how many units of both arms it has (Miratrix, Sekhon and Yu
 * 2013; the shares as estimated, as in gbstats). Takes away what an uneven mix adds, which is much where strata differ. Strata that lack units of an arm are put
 * together first, least ones before others. Periods of a bandit are told by `stratifiedArm`, which joins neighbours only and takes shares of periods as they were.
 */
export function postStratifiedEffect(strata: readonly Stratum[], difference: Difference = "relative"): Effect | Refused {
  const [first, ...others] = joinedStrata(strata);
  if (first === undefined) return { kind: "refused", reason: "too_few_units" };
  const control = others.reduce<SummableArm>((all, { control: next }) => mergeArms(all, next), first.control);
  const treatment = others.reduce<SummableArm>((all, { treatment: next }) => mergeArms(all, next), first.treatment);
  const whole = estimateEffect(control, treatment, difference);
  if (whole.kind === "refused" || others.length === 0) return whole;
  const parts = [first, ...others].map(partOf);
  const [a, b] = [valueOf(control.kind, weighed(parts, "control")), valueOf(control.kind, weighed(parts, "treatment"))];
  if (difference === "relative" && a.value === 0) return { kind: "refused", reason: "baseline_zero" };
  const scale = difference === "relative" ? 1 / Math.abs(a.value) : 1;
  const toBase = difference === "relative" ? ((b.value - a.value) * Math.sign(a.value)) / a.value ** 2 : 0;
  const slopes = { control: a.gradient.map((slope) => -slope * (scale + toBase)), treatment: b.gradient.map((slope) => slope * scale) };
  const variance = varianceOf(parts, slopes);
  if (!(variance > 0)) return { kind: "refused", reason: "no_variance" };
  return { ...whole, estimate: (b.value - a.value) * scale, standardError: Math.sqrt(variance), control: a.value, treatment: b.value };
}

type Part = { readonly units: number; readonly control: ArmEstimate; readonly treatment: ArmEstimate };
type Slopes = { readonly control: readonly number[]; readonly treatment: readonly number[] };

function partOf({ control, treatment }: Stratum): Part {
  return { units: control.n + treatment.n, control: estimateArm(control), treatment: estimateArm(treatment) };
}

/** Strata in which both arms have two units or more; those that lack them are joined with the next least one. */
function joinedStrata(strata: readonly Stratum[]): readonly Stratum[] {
  const order = strata.toSorted((a, b) => leastOf(a) - leastOf(b));
  for (;;) {
    const [least, next, ...others] = order;
    if (least === undefined || next === undefined || leastOf(least) >= 2) return order;
    const joined = { control: mergeArms(least.control, next.control), treatment: mergeArms(least.treatment, next.treatment) };
    order.splice(0, order.length, ...[joined, ...others].toSorted((a, b) => leastOf(a) - leastOf(b)));
  }
}

function leastOf({ control, treatment }: Stratum): number {
  return Math.min(control.n, treatment.n);
}

function weighed(parts: readonly Part[], arm: "control" | "treatment"): readonly number[] {
  const all = parts.reduce((sum, { units }) => sum + units, 0);
  const [first] = parts;
  return (first?.[arm].means ?? []).map((_, at) => parts.reduce((sum, part) => sum + (part.units / all) * (part[arm].means[at] ?? 0), 0));
}

function valueOf(kind: Arm["kind"], means: readonly number[]): { readonly value: number; readonly gradient: readonly number[] } {
  const [first = 0, second = 0] = means;
  return kind === "ratio" ? ratioOf(first, second) : { value: first, gradient: [1] };
}

/** What means vary by inside strata, and what the shares of strata vary by (they are drawn too: a multinomial's covariance). */
function varianceOf(parts: readonly Part[], slopes: Slopes): number {
  const all = parts.reduce((sum, { units }) => sum + units, 0);
  const inside = parts.reduce((sum, { units, control, treatment }) => {
    const own = quadratic(control.covariance, slopes.control) / control.n + quadratic(treatment.covariance, slopes.treatment) / treatment.n;
    return sum + (units / all) ** 2 * own;
  }, 0);
  const shares = parts.map(({ units }) => units / all);
  const told = parts.map(({ control, treatment }) => dot(slopes.control, control.means) + dot(slopes.treatment, treatment.means));
  const multinomial: Matrix = shares.map((p, row) => shares.map((q, column) => (row === column ? p * (1 - p) : -p * q)));
  return inside + quadratic(multinomial, told) / all;
}

function dot(left: readonly number[], right: readonly number[]): number {
  return left.reduce((sum, value, at) => sum + value * (right[at] ?? 0), 0);
}
