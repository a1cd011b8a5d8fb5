import { explainCondition } from "@terrace/domain/conditions/explain-condition";
import type { Condition } from "@terrace/domain/conditions/condition";
import { useLanguage, useText } from "../../app/i18n.ts";
import { conditionText } from "../../ui/condition-text.ts";
import { useEventNames } from "../events/use-event-names.ts";
import { traitName } from "../person/trait-name.ts";
import { useSegments } from "./use-segments.ts";
import "./conditions.css";

/** A condition in words, line by line, as it stands in the builder. */
export function ConditionText({ condition }: { readonly condition: Condition }) {
  const text = useText();
  const language = useLanguage();
  const { nameOf } = useEventNames();
  const segmentName = useSegments().nameOf;
  const lines = explainCondition(condition);
  return (
    <>
      {lines.map((line, i) => (
        <span key={i} className="condition-line" style={{ paddingInlineStart: line.depth * 10 }}>
          {conditionText(line, {
            text,
            language,
            nameOf: ({ kind, name }) =>
              kind === "event" ? nameOf(name) : kind === "trait" ? traitName(name) : kind === "segment" ? segmentName(name) : name,
          })}
        </span>
      ))}
    </>
  );
}
