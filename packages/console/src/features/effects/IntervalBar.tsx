import type { Bounds, Call } from "./effect-words.ts";
import "./effects.css";

type Props = { readonly effect: Bounds; readonly call: Call; readonly reach: number };

/** Where an effect lies, with 0 in the middle; `reach` is what either end stands for. */
export function IntervalBar({ effect: { estimate, low, high }, call, reach }: Props) {
  const place = (value: number): number => (reach === 0 ? 50 : 50 + (value / reach) * 50);
  const [from, to] = [low === null ? 0 : place(low), high === null ? 100 : place(high)];
  return (
    <span className={`effect-bar effect-${call}`} aria-hidden="true">
      <i className="effect-zero" />
      <i className="effect-range" style={{ left: `${from}%`, width: `${to - from}%` }} />
      <i className="effect-point" style={{ left: `${place(estimate)}%` }} />
    </span>
  );
}
