import { quantile, rising, standardDeviation } from "./describe.ts";
import { seededDraw } from "./random.ts";

export type BootstrapSettings = { readonly seed: number; readonly draws?: number; readonly alpha?: number };
/** What drawing units again says of an estimate: its standard error, and the interval between its quantiles. */
export type Bootstrapped = { readonly estimate: number; readonly standardError: number; readonly low: number; readonly high: number };

/**
 * An estimate from two arms, reckoned anew from as many units of each drawn with replacement, again and again (Efron 1979; the percentile interval). It assumes
 * nothing but independent units: slow, and the judge of every formula here. Undefined where the draws do not differ or give no number.
 */
export function bootstrap<Unit>(
  { control, treatment }: { readonly control: readonly Unit[]; readonly treatment: readonly Unit[] },
  estimate: (control: readonly Unit[], treatment: readonly Unit[]) => number,
  { seed, draws = 2_000, alpha = 0.05 }: BootstrapSettings,
): Bootstrapped | undefined {
  const draw = seededDraw(seed);
  const again = (units: readonly Unit[]): readonly Unit[] => {
    const drawn: Unit[] = [];
    for (const unit of units) drawn.push(units[Math.floor(draw() * units.length)] ?? unit);
    return drawn;
  };
  const found = rising(
    Array.from({ length: draws }, () => estimate(again(control), again(treatment))).filter((value) => Number.isFinite(value)),
  );
  const standardError = standardDeviation(found);
  const [low, high] = [quantile(found, alpha / 2), quantile(found, 1 - alpha / 2)];
  if (standardError === null || standardError === 0 || low === null || high === null) return undefined;
  return { estimate: estimate(control, treatment), standardError, low, high };
}
