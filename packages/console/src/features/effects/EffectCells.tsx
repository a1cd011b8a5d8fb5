import { rangeWords, type Bounds, type Call } from "./effect-words.ts";
import { IntervalBar } from "./IntervalBar.tsx";

type Props = {
  readonly effect: Bounds;
  /** Which way it went; none where that may not be said yet. */
  readonly call: Call | undefined;
  readonly said: string;
  readonly write: (value: number) => string;
  /** What either end of the interval's bar stands for. */
  readonly reach: number;
};

/** Two cells: an effect with what is said of it, and where it lies. */
export function EffectCells({ effect, call, said, write, reach }: Props) {
  const tone = call === "better" ? "change-good" : call === "worse" ? "change-bad" : "muted";
  return (
    <>
      <td className={`figure ${tone}`}>
        <span className="strong">{write(effect.estimate)}</span> <span className="small">{said}</span>
      </td>
      <td>
        <IntervalBar effect={effect} call={call ?? "unclear"} reach={reach} />
        <span className="small muted">{rangeWords(effect, write)}</span>
      </td>
    </>
  );
}
