import type { JsonSchema } from "@terrace/contract/openapi-schemas";
import { html, type Html } from "./docs-html.ts";
import type { DocsWords } from "./docs-words.ts";

const DEPTH_MAX = 6;
const CHOICES_SHOWN = 16;

/** A schema as a list of named fields; nested objects fold open. */
export function fieldList(schema: JsonSchema, words: DocsWords, depth = 0): Html {
  if (depth > DEPTH_MAX) return html``;
  const objects = objectsIn(schema);
  if (objects.length === 0) return html`<p class="type">${typeOf(schema)}${constraints(schema, words)}</p>`;
  const lists = objects.map((object) => {
    const required = new Set(object.required ?? []);
    const fields = Object.entries(object.properties ?? {}).map(([name, field]) =>
      fieldRow({ name, field, required: required.has(name) }, words, depth),
    );
    return html`<ul class="fields">${fields}</ul>`;
  });
  return objects.length === 1 ? html`${lists}` : html`<p class="type">${words.oneOf}</p>${lists}`;
}

type Field = { readonly name: string; readonly field: JsonSchema; readonly required: boolean };

/** One field: name, type, bounds, meaning, and what is inside. */
export function fieldRow({ name, field, required }: Field, words: DocsWords, depth: number): Html {
  const head = html`<code class="name">${name}</code> <span class="type">${typeOf(field)}</span>${required ? html` <span class="required">${words.required}</span>` : undefined}${constraints(field, words)}${field.description === undefined ? undefined : html`<span class="about">${field.description}</span>`}`;
  const inside = objectsIn(field);
  const hasFields = inside.some((object) => Object.keys(object.properties ?? {}).length > 0);
  if (!hasFields) return html`<li>${head}</li>`;
  return html`<li><details><summary>${head}</summary>${fieldList(field, words, depth + 1)}</details></li>`;
}

/** The objects a value may be: itself, its items, or its alternatives. */
function objectsIn(schema: JsonSchema): readonly JsonSchema[] {
  if (schema.properties !== undefined) return [schema];
  if (schema.items !== undefined) return objectsIn(schema.items);
  if (typeof schema.additionalProperties === "object") return objectsIn(schema.additionalProperties);
  return schema.anyOf?.flatMap(objectsIn) ?? [];
}

/** A short name of a type: `string`, `integer | null`, `object[]`. */
export function typeOf(schema: JsonSchema): string {
  if (schema.$ref !== undefined) return schema.$ref.split("/").at(-1)?.toLowerCase() ?? "any";
  if (schema.anyOf !== undefined) return [...new Set(schema.anyOf.map(typeOf))].join(" | ");
  if (schema.items !== undefined) return `${typeOf(schema.items)}[]`;
  if (schema.properties !== undefined) return "object";
  if (typeof schema.additionalProperties === "object") return `{ …: ${typeOf(schema.additionalProperties)} }`;
  return schema.const === undefined ? scalarType(schema) : JSON.stringify(schema.const);
}

function scalarType({ type, format }: JsonSchema): string {
  const names = [type ?? (format === undefined ? "any" : "string")].flat().join(" | ");
  return format === undefined ? names : `${names} (${format})`;
}

function constraints(schema: JsonSchema, words: DocsWords): Html {
  const inner = schema.items ?? schema;
  const choices = inner.enum?.map(String) ?? [];
  const shown = choices.length > CHOICES_SHOWN ? [...choices.slice(0, CHOICES_SHOWN), "…"] : choices;
  const notes = [
    ...bounds("", schema.minimum, schema.maximum),
    ...bounds("chars ", schema.minLength, schema.maxLength),
    ...bounds("items ", schema.minItems, schema.maxItems),
    ...(schema.default === undefined ? [] : [`${words.default} ${JSON.stringify(schema.default)}`]),
  ];
  return html`${notes.map((note) => html` <span class="note">${note}</span>`)}${shown.length === 0 ? undefined : html`<span class="choices">${shown.map((choice) => html`<code>${choice}</code> `)}</span>`}`;
}

function bounds(what: string, least: number | undefined, most: number | undefined): readonly string[] {
  if (least === undefined && most === undefined) return [];
  if (least !== undefined && most !== undefined) return [least === most ? `${what}= ${least}` : `${what}${least} – ${most}`];
  return [least === undefined ? `${what}≤ ${most ?? ""}` : `${what}≥ ${least}`];
}
