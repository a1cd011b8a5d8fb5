import type { PersonCondition } from "@terrace/domain/conditions/condition";
import { Button } from "antd";
import type { ReactNode } from "react";
import { useText } from "../../../app/i18n.ts";
import { ConditionText } from "../../conditions/ConditionText.tsx";

/** A rule to begin with, and what it is called. */
export type Begin = { readonly name: string; readonly rule: PersonCondition };
type Props = Begin & {
  readonly onPick: (begin: Begin) => void;
  /** What is said below the rule. */
  readonly note?: ReactNode;
  /** Further buttons. */
  readonly children?: ReactNode;
};

/** A rule to begin with in a list of such. */
export function TemplateRow({ name, rule, onPick, note, children }: Props) {
  const text = useText();
  return (
    <li>
      <div className="grow">
        <b>{name}</b>
        <div className="small muted">
          <ConditionText condition={rule} />
        </div>
        {note}
      </div>
      {children}
      <Button size="small" aria-label={`${text("segments.useTemplate")} ${name}`} onClick={() => onPick({ name, rule })}>
        {text("segments.useTemplate")}
      </Button>
    </li>
  );
}
