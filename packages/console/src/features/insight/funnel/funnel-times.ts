import type { FunnelQuery } from "./funnel-words.ts";

export type FunnelHistogram = NonNullable<FunnelQuery["histogram"]>;
type Timed = { readonly fromStep: number; readonly toStep: number };

/** From which step to which times are drawn: the first to the last unless chosen otherwise. */
export function timedSteps(histogram: FunnelHistogram | undefined, steps: number): Timed {
  return { fromStep: histogram?.fromStep ?? 1, toStep: histogram?.toStep ?? steps };
}

/** Choices of a histogram for a funnel of so many steps: steps that are gone are no longer its ends, and what is usual is not written down. */
export function histogramWithin(histogram: FunnelHistogram | undefined, steps: number): FunnelHistogram | undefined {
  const asked = timedSteps(histogram, steps);
  const toStep = Math.min(asked.toStep, steps);
  const ends = asked.fromStep < toStep ? { fromStep: asked.fromStep, toStep } : { fromStep: 1, toStep: steps };
  const chosen: FunnelHistogram = {
    ...(ends.fromStep === 1 ? {} : { fromStep: ends.fromStep }),
    ...(ends.toStep === steps ? {} : { toStep: ends.toStep }),
    ...(histogram?.bracketsSeconds === undefined ? {} : { bracketsSeconds: histogram.bracketsSeconds }),
  };
  return Object.keys(chosen).length === 0 ? undefined : chosen;
}
