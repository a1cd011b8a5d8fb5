import type { TraitDefinition, TraitMeasure, TraitSource, TraitValue, TraitWindow } from "@terrace/domain/computed/definition";
import { useText } from "../../app/i18n.ts";
import { useEventNames } from "../events/use-event-names.ts";
import { useConditionLines } from "../conditions/ConditionText.tsx";

/** How a trait is reckoned, in a sentence. */
export function DefinitionText({ definition }: { readonly definition: TraitDefinition }) {
  return <>{useDefinitionWords()(definition)}</>;
}

/** Puts definitions into words. */
export function useDefinitionWords(): (definition: TraitDefinition) => string {
  const text = useText();
  const { nameOf } = useEventNames();
  const linesOf = useConditionLines();
  const source = ({ event, where }: TraitSource): string => {
    const name = event === null ? text("insight.anyEvent") : text("computed.say.event", { event: nameOf(event) });
    if (where === undefined) return name;
    const words = linesOf(where).map((line) => line.words);
    return text("computed.say.where", { event: name, where: words.join(" ") });
  };
  const value = (taken: TraitValue): string => ("property" in taken ? taken.property : text(`condition.column.${taken.column}`));
  const measure = (one: TraitMeasure): string => {
    const what = one.kind === "count" ? "" : one.kind === "distinct" ? value(one.value) : one.property;
    return text(`computed.say.${one.kind}`, { event: source(one.of), what });
  };
  const when = (within: TraitWindow | undefined): string => {
    if (within === undefined) return text("computed.window.ever");
    return "days" in within ? text("computed.say.days", { days: within.days }) : text(`computed.window.${within.calendar}`);
  };
  const reckoned = (definition: TraitDefinition): string => {
    switch (definition.kind) {
      case "ratio":
        return text("computed.say.ratio", { part: measure(definition.part), whole: measure(definition.whole) });
      case "count":
      case "sum":
      case "avg":
      case "min":
      case "max":
      case "distinct":
        return measure(definition);
      default: {
        const what = "value" in definition ? value(definition.value) : "";
        const limit = "limit" in definition ? definition.limit : 0;
        return text(`computed.say.${definition.kind}`, { event: source(definition.of), what, limit });
      }
    }
  };
  return (definition) => text("computed.say", { reckoned: reckoned(definition), when: when(definition.within) });
}
