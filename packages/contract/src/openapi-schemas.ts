import { z } from "zod";

/** A JSON Schema (2020-12), as far as it is generated and shown here. */
export type JsonSchema = {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly additionalProperties?: JsonSchema | boolean;
  readonly format?: string;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly contentMediaType?: string;
};

/** Turns zod schemas into JSON Schemas whose references all point into one document. */
export type SchemaRegistry = {
  /** `input` = what may be sent, `output` = what is answered. */
  readonly schema: (schema: z.ZodType, side: "input" | "output") => JsonSchema;
  readonly components: () => Readonly<Record<string, JsonSchema>>;
};

type Generated = JsonSchema & { readonly $schema?: string; readonly $defs?: Readonly<Record<string, JsonSchema>> };

const LOCAL = "#/$defs/";

/** Recursive parts come out of zod as local `$defs`; they are moved into the document's components, equal ones to one place. */
export function createSchemaRegistry(): SchemaRegistry {
  const named = new Map<string, { readonly name: string; readonly schema: JsonSchema }>();

  const moveOut = (local: string, definition: JsonSchema): string => {
    const ownRef = JSON.stringify(LOCAL + local);
    const shape = JSON.stringify(definition).replaceAll(ownRef, '"#self"');
    let entry = named.get(shape);
    if (entry === undefined) {
      const name = isAnyJson(definition) ? "Json" : isGenerated(local) ? `Shared${named.size}` : local;
      // Written and read as text, because a reference can stand at any depth.
      entry = { name, schema: JSON.parse(shape.replaceAll('"#self"', JSON.stringify(`#/components/schemas/${name}`))) as JsonSchema };
      named.set(shape, entry);
    }
    return entry.name;
  };

  return {
    schema: (schema, side) => {
      const {
        $schema: _dialect,
        $defs,
        ...rest
      } = z.toJSONSchema(schema, {
        target: "draft-2020-12",
        io: side,
        unrepresentable: "any",
        override: ({ jsonSchema }) => tidy(jsonSchema),
      }) as Generated;
      let text = JSON.stringify(rest);
      for (const [local, definition] of Object.entries($defs ?? {}))
        text = text.replaceAll(JSON.stringify(LOCAL + local), JSON.stringify(`#/components/schemas/${moveOut(local, definition)}`));
      return JSON.parse(text) as JsonSchema;
    },
    components: () => Object.fromEntries([...named.values()].map(({ name, schema }) => [name, schema])),
  };
}

/** Takes out what says nothing to a reader: bounds that every integer has, and the pattern beside a format that means the same. */
function tidy(schema: Record<string, unknown>): void {
  if (schema["maximum"] === Number.MAX_SAFE_INTEGER) delete schema["maximum"];
  if (schema["minimum"] === Number.MIN_SAFE_INTEGER) delete schema["minimum"];
  if (schema["format"] !== undefined) delete schema["pattern"];
  delete schema["propertyNames"];
  // An answer may gain properties; clients must not break then.
  if (schema["additionalProperties"] === false) delete schema["additionalProperties"];
}

/** Names that zod gives to what has none of its own. */
function isGenerated(local: string): boolean {
  return local.startsWith("__");
}

function isAnyJson(definition: JsonSchema): boolean {
  const types = new Set(definition.anyOf?.map(({ type }) => type));
  return ["string", "number", "boolean", "null", "array", "object"].every((type) => types.has(type));
}
