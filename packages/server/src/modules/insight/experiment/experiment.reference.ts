/** An event as the slow reference sees it. */
export type WorldEvent = {
  readonly person: string;
  readonly name: string;
  readonly atMs: number;
  readonly properties: Readonly<Record<string, string | number>>;
};
export type ReferenceMetric = {
  /** What one person's events in a time come to. */
  readonly values: readonly ((events: readonly WorldEvent[]) => number)[];
  readonly windowMs: number | null;
  readonly winsorise: number | null;
  readonly quantile: number | undefined;
};
export type ReferencePlan = {
  readonly variants: readonly string[];
  readonly fromMs: number;
  readonly toMs: number;
  readonly beforeMs: number | null;
  readonly leavesConflictsOut: boolean;
  readonly waits: boolean;
  /** When periods begin behind the first one. */
  readonly periodsMs: readonly number[] | null;
  /** The variant that an event names; undefined for an event that is no exposure. */
  readonly variantOf: (event: WorldEvent) => string | undefined;
  /** By which shares the variant of an exposure was drawn, as it says; undefined where it does not. */
  readonly drawnOf: (event: WorldEvent) => number | undefined;
  /** Whether an exposure was one of a group or a session. */
  readonly isOtherUnit: (event: WorldEvent) => boolean;
  readonly metrics: readonly ReferenceMetric[];
};
type Exposed = {
  readonly person: string;
  readonly variant: string;
  readonly atMs: number;
  readonly drawn?: number | undefined;
  readonly conflict: boolean;
  readonly beganMs?: number;
};

/** The variant of whoever was exposed with a group or a session only. */
const OTHER_UNIT = "(other unit)";

/** Slow and obvious: everything an experiment tells, one person after the other. */
export function referenceExperiment(plan: ReferencePlan, events: readonly WorldEvent[]) {
  const everyone = [...new Set(events.map(({ person }) => person))].flatMap((person) => exposedOf(plan, person, events));
  const exposed = everyone.filter(({ conflict }) => !(plan.leavesConflictsOut && conflict));
  const known = exposed.filter(({ variant }) => plan.variants.includes(variant));
  return {
    variants: plan.variants.map((variant) => {
      const those = known.filter((each) => each.variant === variant);
      return { variant, people: those.length, conflicts: those.filter(({ conflict }) => conflict).length };
    }),
    unknownVariants: exposed.filter(({ variant }) => variant === "").length,
    otherUnits: exposed.filter(({ variant }) => variant === OTHER_UNIT).length,
    metrics: plan.metrics.map((metric) => ofMetric(plan, metric, { known, inside: () => true }, events)),
    periods: plan.periodsMs === null ? undefined : periodsOf(plan, known, events),
  };
}

function periodsOf(plan: ReferencePlan, known: readonly Exposed[], events: readonly WorldEvent[]) {
  const begins = [plan.fromMs, ...(plan.periodsMs ?? [])];
  return begins.map((begin, period) => {
    const inside = ({ atMs, drawn }: Exposed): boolean =>
      drawn !== undefined && drawn < begins.length ? drawn === period : atMs >= begin && atMs < (begins[period + 1] ?? Infinity);
    return {
      variants: plan.variants.map((variant) => ({ people: known.filter((each) => each.variant === variant && inside(each)).length })),
      metrics: plan.metrics.map((metric) => ({ variants: ofMetric(plan, metric, { known, inside }, events).variants })),
    };
  });
}

/** The same for whoever is in two experiments: of both variants together, from the later exposure on, with what was before the earlier one. */
export function referencePair(plan: ReferencePlan, other: ReferencePlan, events: readonly WorldEvent[]) {
  const isIn = (of: ReferencePlan, { variant, conflict }: Exposed): boolean =>
    of.variants.includes(variant) && !(plan.leavesConflictsOut && conflict);
  const both = [...new Set(events.map(({ person }) => person))].flatMap((person) => {
    const [a] = exposedOf(plan, person, events);
    const [b] = exposedOf(other, person, events);
    if (a === undefined || b === undefined || !isIn(plan, a) || !isIn(other, b)) return [];
    const [beganMs, atMs] = [Math.min(a.atMs, b.atMs), Math.max(a.atMs, b.atMs)];
    return [{ person, variant: `${a.variant} ${b.variant}`, atMs, beganMs, conflict: false }];
  });
  const cells = plan.variants.flatMap((variant) => other.variants.map((within) => `${variant} ${within}`));
  return {
    people: cells.map((cell) => both.filter(({ variant }) => variant === cell).length),
    metrics: plan.metrics.map((metric) => ofMetric({ ...plan, variants: cells }, metric, { known: both, inside: () => true }, events)),
  };
}

/** The same for the days since exposure: of each metric, of each variant, of each day; and the slopes and means of those who had all days. */
export function referenceNovelty(plan: ReferencePlan, days: number, events: readonly WorldEvent[]) {
  const dayMs = 86_400_000;
  const everyone = [...new Set(events.map(({ person }) => person))].flatMap((person) => exposedOf(plan, person, events));
  const known = everyone.filter(({ variant, conflict }) => plan.variants.includes(variant) && !(plan.leavesConflictsOut && conflict));
  const had = ({ atMs }: Exposed): number => Math.min(days, Math.floor((plan.toMs - atMs) / dayMs));
  return plan.metrics.map(({ values, winsorise }) => {
    const idle = values.map((value) => value([]));
    const rows = known.map((each) => {
      const own = events.filter(({ person }) => person === each.person);
      return Array.from({ length: had(each) }, (_, day) => {
        const ofDay = own.filter(({ atMs }) => atMs >= each.atMs + day * dayMs && atMs < each.atMs + (day + 1) * dayMs);
        return values.map((value) => value(ofDay));
      });
    });
    const caps = values.map((_, at) =>
      winsorise === null
        ? null
        : quantileOf(
            rows.flat().flatMap((row) => (row[at] === 0 || row[at] === idle[at] ? [] : [row[at] ?? 0])),
            winsorise,
          ),
    );
    const capped = rows.map((own) => own.map((row) => row.map((value, at) => Math.min(value, caps[at] ?? Infinity))));
    return {
      caps,
      variants: plan.variants.map((variant) => {
        const own = capped.filter((_, at) => known[at]?.variant === variant);
        const all = own.filter((each) => each.length === days).map((each) => slopeAndMean(each.map(([value = 0]) => value)));
        return {
          days: Array.from({ length: days }, (_, day) =>
            summed(
              own.flatMap((each) => (each[day] === undefined ? [] : [each[day]])),
              values.length,
            ),
          ),
          trend: values.length > 1 ? null : summed(all, 2),
        };
      }),
    };
  });
}

/** The least-squares slope of some values by their number, and their mean. */
function slopeAndMean(values: readonly number[]): readonly number[] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const middle = (values.length - 1) / 2;
  const squares = values.reduce((sum, _, day) => sum + (day - middle) ** 2, 0);
  return [values.reduce((sum, value, day) => sum + (day - middle) * (value - mean), 0) / squares, mean];
}

function summed(rows: readonly (readonly number[])[], width: number) {
  const at = Array.from({ length: width }, (_, index) => index);
  const sum = (of: (values: readonly number[]) => number): number => rows.reduce((all, values) => all + of(values), 0);
  return {
    n: rows.length,
    sums: at.map((a) => sum((values) => values[a] ?? 0)),
    products: at.map((a) => at.slice(a).map((b) => sum((values) => (values[a] ?? 0) * (values[b] ?? 0)))),
  };
}

function exposedOf(plan: ReferencePlan, person: string, events: readonly WorldEvent[]): readonly Exposed[] {
  const exposures = events
    .filter((event) => event.person === person && event.atMs >= plan.fromMs && event.atMs < plan.toMs)
    .flatMap((event) => {
      const variant = plan.variantOf(event);
      return variant === undefined
        ? []
        : [{ variant: plan.isOtherUnit(event) ? OTHER_UNIT : variant, atMs: event.atMs, drawn: plan.drawnOf(event) }];
    });
  if (exposures.length === 0) return [];
  const known = exposures.filter(({ variant }) => plan.variants.includes(variant));
  const place = ({ variant }: { readonly variant: string }): number => plan.variants.indexOf(variant);
  const drawn = (of: { readonly drawn: number | undefined }): number => of.drawn ?? Number.MAX_SAFE_INTEGER;
  const [first] = known.toSorted((a, b) => a.atMs - b.atMs || place(a) - place(b) || drawn(a) - drawn(b));
  const hasOtherUnit = exposures.some(({ variant }) => variant === OTHER_UNIT);
  if (first === undefined) return [{ person, variant: hasOtherUnit ? OTHER_UNIT : "", atMs: 0, conflict: false }];
  return [{ person, ...first, conflict: new Set(known.map(({ variant }) => variant)).size > 1 }];
}

/** Caps are of everyone, the rest of those inside. */
function ofMetric(
  plan: ReferencePlan,
  metric: ReferenceMetric,
  { known, inside }: { readonly known: readonly Exposed[]; readonly inside: (exposed: Exposed) => boolean },
  events: readonly WorldEvent[],
) {
  const counts = ({ atMs }: Exposed): boolean => !plan.waits || metric.windowMs === null || atMs + metric.windowMs <= plan.toMs;
  const valuesOf = ({ person, atMs, beganMs = atMs }: Exposed): readonly number[] => {
    const own = events.filter((event) => event.person === person);
    const until = Math.min(metric.windowMs === null ? Infinity : atMs + metric.windowMs, plan.toMs);
    const after = own.filter((event) => event.atMs >= atMs && event.atMs < until);
    const before = own.filter((event) => event.atMs < beganMs && event.atMs >= beganMs - (plan.beforeMs ?? 0));
    return [...metric.values.map((value) => value(after)), ...(plan.beforeMs === null ? [] : metric.values.map((value) => value(before)))];
  };
  const counting = known.filter(counts).map((each) => ({ variant: each.variant, isInside: inside(each), values: valuesOf(each) }));
  const width = metric.values.length * (plan.beforeMs === null ? 1 : 2);
  const caps = Array.from({ length: width }, (_, at) =>
    metric.winsorise === null
      ? null
      : quantileOf(
          counting.flatMap(({ values }) => (values[at] === 0 ? [] : [values[at] ?? 0])),
          metric.winsorise,
        ),
  );
  const capped = counting
    .filter(({ isInside }) => isInside)
    .map(({ variant, values }) => ({
      variant,
      values: values.map((value, at) => Math.min(value, caps[at] ?? Infinity)),
    }));
  return {
    caps,
    variants: plan.variants.map((variant) => {
      const rows = capped.filter((each) => each.variant === variant).map(({ values }) => values);
      return {
        ...summed(rows, width),
        waiting: known.filter((each) => each.variant === variant && inside(each)).length - rows.length,
        ...(metric.quantile === undefined
          ? {}
          : {
              quantile: quantilesOf(
                rows.map(([value = 0]) => value),
                metric.quantile,
              ),
            }),
      };
    }),
  };
}

function quantilesOf(values: readonly number[], level: number) {
  const sorted = values.toSorted((a, b) => a - b);
  const n = sorted.length;
  if (n === 0) return { value: null, lower: null, upper: null };
  const spread = 1.959963984540054 * Math.sqrt((level * (1 - level)) / n);
  return {
    value: quantileOf(sorted, level),
    lower: quantileOf(sorted, Math.max(0, level - spread)),
    upper: quantileOf(sorted, Math.min(1, level + spread)),
  };
}

/** Between the two nearest values, as in a spreadsheet (PERCENTILE.INC). */
function quantileOf(values: readonly number[], level: number): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const place = level * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  return low === undefined || high === undefined ? null : low + (place - Math.floor(place)) * (high - low);
}
