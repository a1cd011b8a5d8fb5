import type { Scalar } from "@terrace/domain/conditions/condition";
import type { ConditionLine, ExplainedField } from "@terrace/domain/conditions/explain-condition";
import type { Text } from "../app/i18n.ts";
import type { Language } from "./format/language.ts";

/** Under what name people know a property, a trait or an event. */
export type NameOf = (field: Exclude<ExplainedField, { readonly kind: "column" }>) => string;

/** What people call a value of a field; itself where it has no name. */
export type ValueNameOf = (field: ExplainedField, value: Scalar) => string;

/** A line of a condition in words. */
export function conditionText(
  { key, field, values, params, compared }: ConditionLine,
  {
    text,
    language,
    nameOf,
    valueNameOf = (_field, value) => String(value),
  }: { readonly text: Text; readonly language: Language; readonly nameOf: NameOf; readonly valueNameOf?: ValueNameOf },
): string {
  const list = new Intl.ListFormat(language, { type: key === "between" ? "conjunction" : "disjunction" });
  return text(`condition.${key}`, {
    ...params,
    field: field === undefined ? "" : fieldName(field, text, nameOf),
    event: field === undefined ? text("condition.anyEvent") : fieldName(field, text, nameOf),
    values: list.format(values.map((value) => (field === undefined ? String(value) : valueNameOf(field, value)))),
    compared: compared === undefined ? "" : text(`condition.compared.${compared.op}`, { value: compared.value }),
  });
}

function fieldName(field: ExplainedField, text: Text, nameOf: NameOf): string {
  return field.kind === "column" ? text(`condition.column.${field.name}`) : nameOf(field);
}
