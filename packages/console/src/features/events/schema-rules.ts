import type { EventDetail } from "./answers.ts";

type Schema = NonNullable<EventDetail["schema"]>;
type Rule = Schema["properties"][string];

/** One line of the schema editor. `oneOf` empty means any value. */
export type SchemaRule = {
  readonly name: string;
  readonly type: Rule["type"];
  readonly required: boolean;
  readonly oneOf: readonly string[];
};

/** The lines of the editor for a stored schema. */
export function rulesOf(schema: EventDetail["schema"]): readonly SchemaRule[] {
  return Object.entries(schema?.properties ?? {}).map(([name, rule]) => ({
    name,
    type: rule.type,
    required: rule.required,
    oneOf: rule.oneOf ?? [],
  }));
}

/** The schema the editor's lines stand for; null (no schema) when nothing is asked of the event. Nameless lines are left out. */
export function schemaOf(rules: readonly SchemaRule[], allowOthers: boolean): Schema | null {
  const named = rules.filter(({ name }) => name.trim() !== "");
  if (named.length === 0 && allowOthers) return null;
  const properties = Object.fromEntries(
    named.map(({ name, type, required, oneOf }): [string, Rule] => [
      name.trim(),
      { type, required, ...(oneOf.length === 0 ? {} : { oneOf: [...oneOf] }) },
    ]),
  );
  return { properties, allowOthers };
}
