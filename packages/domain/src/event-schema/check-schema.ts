import type { Json, JsonObject } from "../json.ts";
import { TYPE_BIT, typeBits, type PropertyType } from "./property-types.ts";

/** What an operator demands of one property. */
export type PropertyRule = { readonly type: PropertyType; readonly required: boolean; readonly oneOf?: readonly string[] | undefined };

/** The schema of an event definition. */
export type EventSchema = { readonly properties: Readonly<Record<string, PropertyRule>>; readonly allowOthers: boolean };

/** The first way in which an event does not match. */
export type SchemaMismatch = { readonly field: string; readonly detail: string };

/** Answers undefined when the properties match. */
export type SchemaCheck = (properties: JsonObject) => SchemaMismatch | undefined;

/**
 * Prepares a schema for fast checking. A null value counts as absent, unless the rule's type is null. A datetime also passes as a string,
 * because every datetime is written as one; the detail never repeats the value, which may be personal.
 */
export function compileSchema(schema: EventSchema): SchemaCheck {
  const rules = Object.entries(schema.properties).map(([name, rule]) => ({
    name,
    required: rule.required,
    check: compileRule(name, rule),
  }));
  const known = new Set(Object.keys(schema.properties));
  return (properties) => {
    for (const { name, required, check } of rules) {
      const value = Object.hasOwn(properties, name) ? properties[name] : undefined;
      if (value === undefined) {
        if (required) return { field: `properties.${name}`, detail: `${name} is required` };
        continue;
      }
      const mismatch = check(value, required);
      if (mismatch !== undefined) return mismatch;
    }
    if (schema.allowOthers) return undefined;
    for (const name of Object.keys(properties))
      if (!known.has(name)) return { field: `properties.${name}`, detail: `${name} is not in the schema` };
    return undefined;
  };
}

function compileRule(name: string, rule: PropertyRule): (value: Json, required: boolean) => SchemaMismatch | undefined {
  const field = `properties.${name}`;
  const allowed = rule.type === "string" ? TYPE_BIT.string | TYPE_BIT.datetime : TYPE_BIT[rule.type];
  const choices = rule.oneOf === undefined || rule.oneOf.length === 0 ? undefined : new Set(rule.oneOf);
  return (value, required) => {
    if (value === null && rule.type !== "null") return required ? { field, detail: `${name} is required` } : undefined;
    const bits = typeBits(value);
    if ((bits & allowed) === 0) return { field, detail: `${name} must be ${rule.type}` };
    if (choices !== undefined && !choices.has(typeof value === "string" ? value : JSON.stringify(value)))
      return { field, detail: `${name} is not one of the ${choices.size} allowed values` };
    return undefined;
  };
}
