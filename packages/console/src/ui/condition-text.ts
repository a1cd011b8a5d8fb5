import type { ConditionLine, ExplainedField } from "@terrace/domain/conditions/explain-condition";
import type { Text } from "../app/i18n.ts";
import type { Language } from "./format/language.ts";

/** Under what name people know a property, a trait or an event. */
export type NameOf = (field: Exclude<ExplainedField, { readonly kind: "column" }>) => string;

/** A line of a condition in words. */
export function conditionText(
  { key, field, values, params, compared }: ConditionLine,
  { text, language, nameOf }: { readonly text: Text; readonly language: Language; readonly nameOf: NameOf },
): string {
  const list = new Intl.ListFormat(language, { type: key === "between" ? "conjunction" : "disjunction" });
  return text(`condition.${key}`, {
    ...params,
    field: field === undefined ? "" : fieldName(field, text, nameOf),
    event: field === undefined ? text("condition.anyEvent") : fieldName(field, text, nameOf),
    values: list.format(values.map(String)),
    compared: compared === undefined ? "" : text(`condition.compared.${compared.op}`, { value: compared.value }),
  });
}

function fieldName(field: ExplainedField, text: Text, nameOf: NameOf): string {
  return field.kind === "column" ? text(`condition.column.${field.name}`) : nameOf(field);
}
