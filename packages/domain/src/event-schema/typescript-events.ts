import type { PropertyType } from "./property-types.ts";

/** What is known of an event: what its schema asks for, and what was seen. */
export type EventShape = {
  readonly name: string;
  /** One line about it, may be empty. */
  readonly title: string;
  readonly schema: {
    readonly properties: Readonly<
      Record<string, { readonly type: PropertyType; readonly required: boolean; readonly oneOf?: readonly string[] | undefined }>
    >;
    readonly allowOthers: boolean;
  } | null;
  readonly seen: readonly { readonly name: string; readonly types: readonly PropertyType[] }[];
};

const TYPES: Readonly<Record<PropertyType, string>> = {
  string: "string",
  number: "number",
  boolean: "boolean",
  datetime: "string",
  array: "readonly unknown[]",
  object: "{ readonly [name: string]: unknown }",
  null: "null",
};

/**
 * A TypeScript file that types `track` of the SDK. A schema decides what it names; what was only seen is optional. Events of Terrace itself
 * (`$…`) are not tracked by hand and left out.
 */
export function writeEventTypes(events: readonly EventShape[]): string {
  const types = events.filter(({ name }) => !name.startsWith("$")).map(writeEvent);
  return [
    "// Written by `terrace types` from the event definitions of a workspace; write it again rather than edit it.",
    "",
    "/** The properties of each event by its name: `createTerrace<TerraceEvents>({ … })`. */",
    "export type TerraceEvents = {",
    ...types,
    "};",
    "",
  ].join("\n");
}

function writeEvent({ name, title, schema, seen }: EventShape): string {
  const asked = Object.entries(schema?.properties ?? {}).map(([property, { type, required, oneOf }]) =>
    line(property, { optional: !required, type: oneOf === undefined || oneOf.length === 0 ? TYPES[type] : oneOf.map(quote).join(" | ") }),
  );
  const isOpen = schema === null || schema.allowOthers;
  const rest = isOpen
    ? seen
        .filter((property) => !Object.hasOwn(schema?.properties ?? {}, property.name) && !property.name.startsWith("$"))
        .map((property) => line(property.name, { optional: true, type: unionOf(property.types) }))
    : [];
  return [
    ...(title === "" ? [] : [`  /** ${comment(title)} */`]),
    `  readonly ${quote(name)}: {`,
    ...[...asked, ...rest].toSorted(byText),
    ...(isOpen ? ["    readonly [property: string]: unknown;"] : []),
    "  };",
  ].join("\n");
}

function line(name: string, { optional, type }: { readonly optional: boolean; readonly type: string }): string {
  return `    readonly ${quote(name)}${optional ? "?" : ""}: ${type}${optional ? " | undefined" : ""};`;
}

function unionOf(types: readonly PropertyType[]): string {
  const names = [...new Set(types.map((type) => TYPES[type]))];
  return names.length === 0 ? "unknown" : names.join(" | ");
}

/** JSON quotes like TypeScript, save for two line ends that only old engines mind. */
function quote(text: string): string {
  return JSON.stringify(text);
}

function comment(text: string): string {
  return text.replaceAll("*/", "*∕").replaceAll(/\s+/g, " ").trim();
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
