/** People that reached at least each step, and the times of those that did: sums and medians in ms, of step 2, 3 … since the step before, then of all. */
export type FunnelCounts = {
  readonly reached: readonly number[];
  readonly sums: readonly number[];
  readonly medians: readonly (number | null)[];
};

/** A step as it is shown; rates are parts of 1, `null` where nobody could get there; times in seconds. */
export type FunnelStepShown = {
  readonly step: number;
  readonly people: number;
  /** People that reached the step before and not this one. */
  readonly dropped: number;
  readonly fromPrevious: number | null;
  readonly fromFirst: number | null;
  readonly averageSeconds: number | null;
  readonly medianSeconds: number | null;
};
export type FunnelShown = {
  readonly steps: FunnelStepShown[];
  readonly conversion: number | null;
  readonly averageSeconds: number | null;
  readonly medianSeconds: number | null;
};

/** The steps of a funnel with their rates and times. */
export function shapeFunnel({ reached, sums, medians }: FunnelCounts): FunnelShown {
  const first = reached[0] ?? 0;
  const steps = reached.map((people, index): FunnelStepShown => {
    const before = index === 0 ? undefined : reached[index - 1];
    return {
      step: index + 1,
      people,
      dropped: before === undefined ? 0 : before - people,
      fromPrevious: before === undefined ? null : ratio(people, before),
      fromFirst: ratio(people, first),
      averageSeconds: index === 0 ? null : average(sums[index - 1], people),
      medianSeconds: index === 0 ? null : seconds(medians[index - 1]),
    };
  });
  const converted = reached.at(-1) ?? 0;
  const single = reached.length < 2;
  return {
    steps,
    conversion: ratio(converted, first),
    averageSeconds: single ? null : average(sums.at(-1), converted),
    medianSeconds: single ? null : seconds(medians.at(-1)),
  };
}

function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

function average(sumMs: number | undefined, people: number): number | null {
  return people === 0 || sumMs === undefined ? null : sumMs / people / 1_000;
}

function seconds(ms: number | null | undefined): number | null {
  return ms === undefined || ms === null ? null : ms / 1_000;
}
