import type { ChanceLeaf, Condition } from "@terrace/domain/conditions/condition";
import { Input, InputNumber } from "antd";
import { useText } from "../../app/i18n.ts";

/** Which part of everyone, dealt by chance; another word deals anew. */
export function ChanceEditor({ leaf, onChange }: { readonly leaf: ChanceLeaf; readonly onChange: (leaf: Condition) => void }) {
  const text = useText();
  const { percent, seed } = leaf.chance;
  const [from, to] = percent;
  const set = (next: readonly [number, number]): void => onChange({ chance: { percent: next, seed } });
  return (
    <div className="leaf">
      <span className="leaf-word">{text("insight.chance")}</span>
      <span className="between-input">
        <InputNumber<number>
          aria-label={text("insight.fromPercent")}
          min={0}
          max={to - STEP}
          precision={2}
          value={from}
          suffix="%"
          onChange={(next) => next === null || next >= to || set([next, to])}
        />
        <InputNumber<number>
          aria-label={text("insight.toPercent")}
          min={from + STEP}
          max={100}
          precision={2}
          value={to}
          suffix="%"
          onChange={(next) => next === null || next <= from || set([from, next])}
        />
      </span>
      <Input
        aria-label={text("insight.seed")}
        maxLength={64}
        value={seed}
        status={seed === "" ? "warning" : ""}
        onChange={({ target }) => onChange({ chance: { percent, seed: target.value } })}
      />
    </div>
  );
}

const STEP = 0.01;
