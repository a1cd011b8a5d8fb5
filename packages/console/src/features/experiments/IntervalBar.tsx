import type { ToldEffect } from "./effect-words.ts";
import "./experiments.css";

type Props = { readonly effect: Pick<ToldEffect, "estimate" | "low" | "high" | "call">; readonly reach: number };

/** Where an effect lies, with 0 in the middle; `reach` is what either end stands for. */
export function IntervalBar({ effect: { estimate, low, high, call }, reach }: Props) {
  const place = (value: number): number => (reach === 0 ? 50 : 50 + (value / reach) * 50);
  const [from, to] = [low === null ? 0 : place(low), high === null ? 100 : place(high)];
  return (
    <span className={`experiment-bar experiment-${call}`} aria-hidden="true">
      <i className="experiment-zero" />
      <i className="experiment-range" style={{ left: `${from}%`, width: `${to - from}%` }} />
      <i className="experiment-point" style={{ left: `${place(estimate)}%` }} />
    </span>
  );
}
