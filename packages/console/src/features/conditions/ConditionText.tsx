import { explainCondition } from "@terrace/domain/conditions/explain-condition";
import type { Condition } from "@terrace/domain/conditions/condition";
import { useLanguage, useText } from "../../app/i18n.ts";
import { conditionText } from "../../ui/condition-text.ts";
import { useClassTraits } from "../classes/use-class-traits.ts";
import { useEventNames } from "../events/use-event-names.ts";
import { useTraitNames } from "../computed/use-trait-names.ts";
import { useSegmentNameOf } from "./use-segments.ts";
import "./conditions.css";

type Line = { readonly depth: number; readonly words: string };

/** Puts conditions into words, line by line, with the names people know things by. */
export function useConditionLines(): (condition: Condition) => readonly Line[] {
  const text = useText();
  const language = useLanguage();
  const { nameOf } = useEventNames();
  const segmentName = useSegmentNameOf();
  const traitName = useTraitNames();
  const classes = useClassTraits();
  return (condition) =>
    explainCondition(condition).map((line) => ({
      depth: line.depth,
      words: conditionText(line, {
        text,
        language,
        nameOf: ({ kind, name }) =>
          kind === "event" ? nameOf(name) : kind === "trait" ? traitName(name) : kind === "segment" ? segmentName(name) : name,
        valueNameOf: (asked, value) =>
          classes.find(({ trait }) => asked.kind === "trait" && trait === asked.name)?.values.get(String(value)) ?? String(value),
      }),
    }));
}

/** A condition in words, line by line, as it stands in the builder. */
export function ConditionText({ condition }: { readonly condition: Condition }) {
  const lines = useConditionLines()(condition);
  return (
    <>
      {lines.map(({ depth, words }, i) => (
        <span key={i} className="condition-line" style={{ paddingInlineStart: depth * 10 }}>
          {words}
        </span>
      ))}
    </>
  );
}

/** A condition in one line, to be cut where there is no more room. */
export function ConditionInLine({ condition }: { readonly condition: Condition }) {
  const words = useConditionLines()(condition)
    .map((line) => line.words)
    .join(" · ");
  return <span title={words}>{words}</span>;
}
