import { Input } from "antd";
import { useState } from "react";
import { useText } from "../../../app/i18n.ts";
import { readBrackets, writeBrackets, type Bracket } from "./brackets-text.ts";

/** The brackets of returns as one line of text; it counts once it is right. */
export function BracketsInput({
  brackets,
  onChange,
}: {
  readonly brackets: readonly Bracket[];
  readonly onChange: (brackets: Bracket[]) => void;
}) {
  const text = useText();
  const [typed, setTyped] = useState(writeBrackets(brackets));
  return (
    <Input
      aria-label={text("insight.retention.brackets")}
      placeholder="1, 2-3, 4-7"
      status={readBrackets(typed) === undefined ? "warning" : ""}
      value={typed}
      onChange={({ target }) => {
        setTyped(target.value);
        const read = readBrackets(target.value);
        if (read !== undefined) onChange(read);
      }}
    />
  );
}
