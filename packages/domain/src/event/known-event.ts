/** The type of a property, in the words of event definitions. */
export type KnownPropertyType = "string" | "number" | "boolean" | "datetime" | "array" | "object";
export type KnownProperty = { readonly name: string; readonly type: KnownPropertyType; readonly zh: string; readonly en: string };

/** An event whose meaning is agreed on by a specification or by Terrace: names for screens, and its telling properties. */
export type KnownEvent = {
  readonly name: string;
  readonly zh: string;
  readonly en: string;
  readonly category: "commerce" | "account" | "exposure" | "app" | "view" | "identity" | "item" | "engagement" | "service";
  readonly properties: readonly KnownProperty[];
};

const TYPES: ReadonlySet<string> = new Set(["string", "number", "boolean", "datetime", "array", "object"]);

/** Writes a known event down; properties as `name:type:zh:en`, separated by commas. */
export function event(
  ...[name, zh, en, category, properties]: [name: string, zh: string, en: string, category: KnownEvent["category"], properties: string]
): KnownEvent {
  return { name, zh, en, category, properties: properties === "" ? [] : properties.split(", ").map(property) };
}

function property(text: string): KnownProperty {
  const [name = "", type = "", zh = "", en = ""] = text.split(":");
  if (!isType(type) || name === "" || zh === "" || en === "") throw new Error(`known event property is misspelt: ${text}`);
  return { name, type, zh, en };
}

function isType(type: string): type is KnownPropertyType {
  return TYPES.has(type);
}
