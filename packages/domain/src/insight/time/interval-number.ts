/**
 * How to reckon the number of the interval that an instant lies in, without looking through the bounds:
 * `floor((ms - originMs + add) / widthMs)`, where `add` is that of the last shift begun (0 before the first). Holds within the bounds only.
 */
export type IntervalSteps = {
  readonly originMs: number;
  readonly widthMs: number;
  readonly shifts: readonly { readonly fromMs: number; readonly addMs: number }[];
};

/** More shifts than this cost more than looking the number up. */
const SHIFTS_MAX = 12;

/** The steps for bounds that lie mostly one width apart: days and weeks with the changes of the clock between them, a year of months. Undefined for others. */
export function planIntervalSteps(bounds: readonly number[]): IntervalSteps | undefined {
  const widthMs = usualWidth(bounds);
  const shifts: { fromMs: number; addMs: number }[] = [];
  let addMs = 0;
  for (const { fromMs, toMs } of spansOf(bounds)) {
    const excess = toMs - fromMs - widthMs;
    if (excess === 0) continue;
    if (excess > widthMs || shifts.length === SHIFTS_MAX) return undefined;
    addMs -= excess;
    // What is too long is held back before it runs into the next interval; what is too short jumps ahead with the next one.
    shifts.push({ fromMs: excess > 0 ? fromMs + widthMs : toMs, addMs });
  }
  return { originMs: bounds[0] ?? 0, widthMs, shifts };
}

/** The number of an instant's interval by its steps; what the event engine reckons. */
export function intervalNumber({ originMs, widthMs, shifts }: IntervalSteps, ms: number): number {
  return Math.floor((ms - originMs + (shifts.findLast(({ fromMs }) => fromMs <= ms)?.addMs ?? 0)) / widthMs);
}

function usualWidth(bounds: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const { fromMs, toMs } of spansOf(bounds)) if (toMs > fromMs) counts.set(toMs - fromMs, (counts.get(toMs - fromMs) ?? 0) + 1);
  const [usual] = [...counts].toSorted(([widthA, a], [widthB, b]) => b - a || widthB - widthA);
  return usual?.[0] ?? 1;
}

function spansOf(bounds: readonly number[]): readonly { readonly fromMs: number; readonly toMs: number }[] {
  return bounds.slice(1).map((toMs, index) => ({ fromMs: bounds[index] ?? toMs, toMs }));
}
