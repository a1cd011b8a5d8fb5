import { Input } from "antd";
import { useEffect, useState } from "react";
import { useText } from "../../app/i18n.ts";
import { readBrackets, type BracketLimits } from "./read-brackets.ts";
import { BuilderSection } from "../conditions/BuilderSection.tsx";

type Props = {
  readonly title: string;
  readonly values: readonly number[] | undefined;
  readonly onChange: (values: number[] | undefined) => void;
  readonly limits: BracketLimits;
  /** What one is in the route's unit, where people type a larger one. */
  readonly factor?: number;
};

/** Where brackets begin; empty lets the server choose what suits. */
export function BracketsField({ title, values, limits, onChange, factor = 1 }: Props) {
  const text = useText();
  const written = (values ?? []).map((value) => value / factor).join(", ");
  const [typed, setTyped] = useState(written);
  useEffect(() => setTyped(written), [written]);
  const bad = typed.trim() !== "" && readBrackets(typed, limits) === undefined;
  const leave = () => {
    if (typed.trim() === "") onChange(undefined);
    else if (!bad) onChange(readBrackets(typed, limits)?.map((value) => value * factor));
  };
  return (
    <BuilderSection title={title}>
      <Input
        aria-label={title}
        placeholder={text("insight.brackets.own")}
        status={bad ? "error" : ""}
        value={typed}
        onChange={({ target }) => setTyped(target.value)}
        onBlur={leave}
        onPressEnter={leave}
      />
      {bad ? (
        <p className="small muted">
          {text(limits.least === 0 ? "insight.brackets.fromZero" : "insight.brackets.rising", { most: limits.most, max: limits.count })}
        </p>
      ) : null}
    </BuilderSection>
  );
}
